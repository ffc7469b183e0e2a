using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Keys;

/// <summary>
/// Labels of every type that MapValueToKey makes keys of: classes have names, and native and exported
/// predictions are the same.
/// </summary>
public sealed class KeyTypeTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public static TheoryData<string> Types =>
        ["Text", "Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single",
            "Double", "DateTime", "DateTimeOffset", "TimeSpan", "RowId"];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Types))]
    public void Classes_have_names_native_and_exported(string type)
    {
        DateTime day = new(2026, 1, 31, 12, 30, 0, DateTimeKind.Utc);
        switch (type)
        {
            case "Text":
                Check(["b", "ä", "c,d"], ["b", "ä", "c,d"], labels => labels);
                break;
            case "Boolean":
                Check([true, false], ["True", "False"], labels => [.. labels]);
                break;
            case "Byte":
                Check<byte, byte>([5, 200, 7], ["5", "200", "7"]);
                break;
            case "SByte":
                Check<sbyte, sbyte>([5, -6, 7], ["5", "-6", "7"]);
                break;
            case "Int16":
                Check<short, short>([5, -600, 7], ["5", "-600", "7"]);
                break;
            case "UInt16":
                Check<ushort, ushort>([5, 60_000, 7], ["5", "60000", "7"]);
                break;
            case "Int32":
                Check<int, int>([0, 10, -20], ["0", "10", "-20"]);
                break;
            case "UInt32":
                Check<uint, uint>([0, 10, 4_000_000_000], ["0", "10", "4000000000"]);
                break;
            case "Int64":
                Check<long, long>([0, 10, long.MinValue], ["0", "10", "-9223372036854775808"]);
                break;
            case "UInt64":
                Check<ulong, ulong>([0, 10, ulong.MaxValue], ["0", "10", "18446744073709551615"]);
                break;
            case "Single":
                Check<float, float>([0, 0.1f, -1e20f], ["0", "0.1", "-1E+20"]);
                break;
            case "Double":
                Check<double, double>([0, 0.1, 1e300], ["0", "0.1", "1E+300"]);
                break;
            case "DateTime":
                Check([day, day.AddMilliseconds(5), day.AddDays(1)],
                    ["2026-01-31T12:30:00", "2026-01-31T12:30:00.005", "2026-02-01T12:30:00"], labels => labels);
                break;
            case "DateTimeOffset":
                Check([new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.FromHours(2)),
                    new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero)],
                    ["2026-01-31T00:00:00+02:00", "2026-01-31T00:00:00+00:00"], labels => labels);
                break;
            case "TimeSpan":
                Check([TimeSpan.FromHours(1), TimeSpan.FromDays(-2), TimeSpan.FromMilliseconds(5)],
                    ["01:00:00", "-2.00:00:00", "00:00:00.0050000"], labels => labels);
                break;
            default:
                Check([new DataViewRowId(1, 0), new DataViewRowId(0, 2)],
                    [new DataViewRowId(1, 0).ToString(), new DataViewRowId(0, 2).ToString()], labels => labels);
                break;
        }
    }

    private void Check<T, TSame>(T[] values, string[] names)
        where T : notnull
        => Check(values, names, labels => labels);

    private void Check<T>(T[] values, string[] names, Func<T[], T[]> read)
        where T : notnull
    {
        List<Row<T>> rows = Rows(values);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(_context.Transforms.MiniRocket("Features", "Series", 420, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.Ridge(new RidgeMulticlassTrainer.Options
            {
                ClassWeights = new Dictionary<string, double> { [names[1]] = 2 }
            }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(data);
        T[] native = [.. model.Transform(data).GetColumn<T>("Prediction")];
        Assert.Equal(rows.Select(row => row.Kind), read(native));

        _context.Model.SaveAsOnnx(model, data, _path);
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.Equal(names, scorer.Classes);
        Assert.Equal(native.Select(value => names[Array.IndexOf(values, value)]),
            scorer.Score([.. rows.Select(row => row.Series)]).Select(prediction => prediction.Label));
    }

    private static List<Row<T>> Rows<T>(T[] values)
        where T : notnull
        => [.. SineWaves.Make(45, 50, classes: values.Length)
            .Select((row, i) => new Row<T> { Series = row.Series, Kind = values[i % values.Length] })];

    private sealed class Row<T>
        where T : notnull
    {
        [VectorType(50)]
        public float[] Series { get; set; } = [];

        public T Kind { get; set; } = default!;
    }
}
