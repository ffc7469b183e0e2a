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
            Name = t % 2 == 0 ? "a" : "b", Value = t, Hour = t / 2, Stamp = new DateTime(2026, 3, 1).AddHours(t), Age = TimeSpan.FromDays(t), Number = t,
        })];
        Point[] shuffled = [.. points.OrderBy(point => point.Value * 7 % 20)];
        foreach (string time in (string[])["Hour", "Stamp", "Age", "Number"])
        {
            IDataView gathered = _context.Data.GatherSeries(_context.Data.LoadFromEnumerable(shuffled), "Value", "Name", time);
            Dictionary<string, float[]> series = gathered.GetColumn<string>("Name").Zip(gathered.GetColumn<float[]>("Series")).ToDictionary();
            Assert.Equal([.. Enumerable.Range(0, 10).Select(t => 2f * t)], series["a"]);
            Assert.Equal([.. Enumerable.Range(0, 10).Select(t => 2f * t + 1)], series["b"]);
            Assert.Equal(time, OrderOf(gathered));
        }

        Assert.Equal("rows", OrderOf(_context.Data.GatherSeries(_context.Data.LoadFromEnumerable(points), "Value", "Name")));
    }

    [Fact]
    public void Times_that_do_not_order_points_are_named()
    {
        IDataView twice = _context.Data.LoadFromEnumerable(new[] { new Point { Name = "a", Hour = 3 }, new Point { Name = "a", Hour = 3 } });
        Assert.Equal("Column 'Hour' has the time 3 in two rows in the series 'a'; a series has one value at a time. Remove one of the rows, or name the column that tells series apart.",
            Assert.Throws<InvalidOperationException>(() => _context.Data.GatherSeries(twice, "Value", "Name", "Hour")).Message);
        IDataView missing = _context.Data.LoadFromEnumerable(new[] { new Point { Number = double.NaN } });
        Assert.Equal("Column 'Number' is missing in a row; each point needs a time. Remove such rows, or fill in their times.",
            Assert.Throws<InvalidOperationException>(() => _context.Data.GatherSeries(missing, "Value", timeColumnName: "Number")).Message);
        Assert.StartsWith("Column 'Name' is String; a time must be a number, DateTime, DateTimeOffset or TimeSpan. Convert it, for example with mlContext.Transforms.Conversion.ConvertType.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.GatherSeries(missing, "Value", timeColumnName: "Name")).Message, StringComparison.Ordinal);
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
    }
}
