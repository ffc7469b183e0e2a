using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Rows with two columns of features: a good one and a poor one.</summary>
internal sealed class BlockRow
{
    public const int NumberOfGood = 6;
    public const int NumberOfPoor = 9;

    [VectorType(NumberOfGood)]
    public float[] Good { get; set; } = [];

    [VectorType(NumberOfPoor)]
    public float[] Poor { get; set; } = [];

    public string Class { get; set; } = "";

    public bool Flag { get; set; }

    public float Target { get; set; }

    public float Weight { get; set; } = 1;

    /// <summary>Makes rows whose classes take turns.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="classes">Classes, at most six.</param>
    /// <param name="seed">Seed.</param>
    public static List<BlockRow> Make(int count, int classes = 3, int seed = 1)
    {
        var random = new Random(seed);
        float[] Noise(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)(2 * random.NextDouble() - 1))];
        var rows = new List<BlockRow>();
        for (int i = 0; i < count; i++)
        {
            int label = i % classes;
            float[] good = Noise(NumberOfGood);
            float[] poor = Noise(NumberOfPoor);
            good[label] += 0.9f;
            poor[label] += 0.4f;
            rows.Add(new()
            {
                Good = good,
                Poor = poor,
                Class = $"c{label}",
                Flag = label == 1,
                Target = label + 0.3f * (float)random.NextDouble(),
            });
        }

        return rows;
    }

    /// <summary>A view of rows, with keys of the classes in <c>Label</c>.</summary>
    public static IDataView View(MLContext context, IEnumerable<BlockRow> rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows);
        return context.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(data).Transform(data);
    }
}
