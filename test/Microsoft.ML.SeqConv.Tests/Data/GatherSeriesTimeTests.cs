using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>Shuffled rows are sorted by their times; where no time is named, the result says so.</summary>
public class GatherSeriesTimeTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Shuffled_rows_are_sorted_by_time()
    {
        Point[] points = [.. Enumerable.Range(0, 20).Select(t => new Point
        {
            Name = t % 2 == 0 ? "a" : "b", Value = t, Hour = t / 2, Stamp = new DateTime(2026, 3, 1)
                .AddHours(t), Age = TimeSpan.FromDays(t), Number = t,
        })];
        Point[] shuffled = [.. points.OrderBy(point => point.Value * 7 % 20)];
        foreach (string time in (string[])["Hour", "Stamp", "Age", "Number"])
        {
            IDataView gathered = _context.Data.GatherSeries(
                _context.Data.LoadFromEnumerable(shuffled), "Value", "Name", time);
            Dictionary<string, float[]> series = gathered.GetColumn<string>("Name")
                .Zip(gathered.GetColumn<float[]>("Series")).ToDictionary();
            Assert.Equal([.. Enumerable.Range(0, 10).Select(t => 2f * t)], series["a"]);
            Assert.Equal([.. Enumerable.Range(0, 10).Select(t => 2f * t + 1)], series["b"]);
            Assert.Equal(time, OrderOf(gathered));
        }

        Assert.Equal("rows",
            OrderOf(_context.Data.GatherSeries(_context.Data.LoadFromEnumerable(points), "Value", "Name")));
    }

    [Fact]
    public void Times_that_do_not_order_points_are_named()
    {
        IDataView twice = _context.Data.LoadFromEnumerable(
            new[] { new Point { Name = "a", Hour = 3 }, new Point { Name = "a", Hour = 3 } });
        Assert.Equal("Column 'Hour' has the time 3 in two rows in the series 'a'; a series has one value at a time. "
            + "Remove one of the rows, or name the column that identifies the series.",
            Assert.Throws<InvalidOperationException>(
                () => _context.Data.GatherSeries(twice, "Value", "Name", "Hour")).Message);
        IDataView missing = _context.Data.LoadFromEnumerable(new[] { new Point { Number = double.NaN } });
        Assert.Equal("Column 'Number' is missing in a row; each point needs a time. "
            + "Remove such rows, or fill in their times.",
            Assert.Throws<InvalidOperationException>(
                () => _context.Data.GatherSeries(missing, "Value", timeColumnName: "Number")).Message);
        Assert.StartsWith("Column 'Name' is String; a time must be a number, DateTime, DateTimeOffset or TimeSpan. "
            + "Convert it, for example with mlContext.Transforms.Conversion.ConvertType.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.GatherSeries(missing, "Value",
                timeColumnName: "Name")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_that_are_missing_or_infinite_are_errors_and_not_sorted_to_an_end()
    {
        foreach (string time in (string[])["Stamp", "Offset"])
        {
            IDataView empty = _context.Data.LoadFromEnumerable(new[]
            {
                new Point { Name = "a", Stamp = new(2026, 3, 1), Offset = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) },
                new Point { Name = "a" },
            });
            Assert.Equal(
                $"Column '{time}' is missing in a row in the series 'a'; each point needs a time. "
                + "Remove such rows, or fill in their times.",
                Assert.Throws<InvalidOperationException>(
                    () => _context.Data.GatherSeries(empty, "Value", "Name", time)).Message);
        }

        foreach (double number in (double[])[double.PositiveInfinity, double.NegativeInfinity])
        {
            IDataView infinite = _context.Data.LoadFromEnumerable(
                new[] { new Point { Number = number }, new Point { Number = 1 } });
            Assert.Equal("Column 'Number' is infinite in a row; times are finite. Correct or remove the row.",
                Assert.Throws<InvalidOperationException>(
                    () => _context.Data.GatherSeries(infinite, "Value", timeColumnName: "Number")).Message);
        }
    }

    [Fact]
    public void Times_that_double_precision_makes_the_same_are_distinguished_and_sorted()
    {
        var stamp = new DateTime(2026, 3, 1, 12, 0, 0);
        Point[] points = [.. Enumerable.Range(0, 100).Select(t => new Point
        {
            Value = t, Stamp = stamp.AddTicks(50 * t),
            Offset = new DateTimeOffset(stamp.AddTicks(t), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(t % 3)),
            Age = TimeSpan.MaxValue - TimeSpan.FromTicks(100 - t),
            Nanoseconds = 1_767_225_600_000_000_000 + 100 * t, Counter = ulong.MaxValue - 99 + (ulong)t,
            Signed = long.MinValue + t, Number = (t - 50) * double.Epsilon, Single = MathF.ScaleB(t - 50, -10),
        })];
        Point[] shuffled = [.. points.OrderBy(point => point.Value * 37 % 100)];
        foreach (string time in (string[])[
            "Stamp", "Offset", "Age", "Nanoseconds", "Counter", "Signed", "Number", "Single"])
        {
            IDataView gathered = _context.Data.GatherSeries(
                _context.Data.LoadFromEnumerable(shuffled), "Value", timeColumnName: time);
            Assert.Equal(points.Select(point => point.Value), gathered.GetColumn<float[]>("Series").Single());
        }
    }

    [Theory]
    [InlineData("Stamp", "2026-03-01T12:00:00.0000050")]
    [InlineData("Offset", "2026-03-01T12:00:00.0000000+00:00")]
    [InlineData("Age", "1.02:00:00.0000001")]
    [InlineData("Nanoseconds", "1767225600000000100")]
    [InlineData("Counter", "18446744073709551615")]
    [InlineData("Number", "-0.1")]
    [InlineData("Single", "0.1")]
    public void A_time_in_two_rows_is_shown_in_its_own_type(string time, string shown)
    {
        Point point = new()
        {
            Stamp = new DateTime(2026, 3, 1, 12, 0, 0).AddTicks(50),
            Offset = new(2026, 3, 1, 14, 0, 0, TimeSpan.FromHours(2)),
            Age = new TimeSpan(1, 2, 0, 0) + TimeSpan.FromTicks(1),
            Nanoseconds = 1_767_225_600_000_000_100,
            Counter = ulong.MaxValue,
            Number = -0.1,
            Single = 0.1f,
        };
        IDataView twice = _context.Data.LoadFromEnumerable(new[] { point, point });
        Assert.StartsWith($"Column '{time}' has the time {shown} in two rows; ",
            Assert.Throws<InvalidOperationException>(
                () => _context.Data.GatherSeries(twice, "Value", timeColumnName: time)).Message);
    }

    [Fact]
    public void Names_that_Unicode_holds_for_the_same_are_one_series()
    {
        IDataView data = _context.Data.LoadFromEnumerable(
            new[]
            {
                new Point { Name = "e\u0301", Value = 1 },
                new Point { Name = "\u00e9", Value = 2 },
                new Point { Name = "b", Value = 3 }
            });
        IDataView gathered = _context.Data.GatherSeries(data, "Value", "Name");
        Assert.Equal(["\u00e9", "b"], gathered.GetColumn<string>("Name"));
        Assert.Equal([1, 2], gathered.GetColumn<float[]>("Series").First());
    }

    private static string OrderOf(IDataView gathered)
    {
        ReadOnlyMemory<char> order = default;
        gathered.Schema["Series"].Annotations.GetValue(GatherSeriesCatalog.OrderAnnotation, ref order);
        return order.ToString();
    }

    private sealed class Point
    {
        public string Name { get; set; } = "";

        public float Value { get; set; }

        public int Hour { get; set; }

        public DateTime Stamp { get; set; }

        public TimeSpan Age { get; set; }

        public double Number { get; set; }

        public float Single { get; set; }

        public DateTimeOffset Offset { get; set; }

        public long Nanoseconds { get; set; }

        public long Signed { get; set; }

        public ulong Counter { get; set; }
    }
}
