using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>A labelled series: every task's label at once.</summary>
public sealed class SeriesRow
{
    /// <summary>[channel, time], row-major.</summary>
    public float[] Series { get; set; } = [];

    /// <summary>Class name: c0, c1, ...</summary>
    public string Label { get; set; } = "";

    /// <summary>Whether the class is c1.</summary>
    public bool Flag { get; set; }

    /// <summary>A number that the series determines: the frequency in it.</summary>
    public float Target { get; set; }

    /// <summary>A sentence that determines the class.</summary>
    public string Text { get; set; } = "";

    /// <summary>Example weight.</summary>
    public float Weight { get; set; } = 1;
}

/// <summary>Seeded series that a good classifier can tell apart: noisy sine waves, one frequency a class.</summary>
public static class SineWaves
{
    /// <summary>Makes rows; the classes take turns.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="length">Points a channel; of the longest series when ragged.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="ragged">Whether lengths vary between half of <paramref name="length"/> and all of it.</param>
    /// <param name="seed">Seed.</param>
    public static List<SeriesRow> Make(
        int count, int length, int channels = 1, int classes = 3, bool ragged = false, int seed = 1)
    {
        var random = new Random(seed);
        var rows = new List<SeriesRow>(count);
        for (int i = 0; i < count; i++)
        {
            int label = i % classes;
            int points = ragged ? random.Next((length + 1) / 2, length + 1) : length;
            double frequency = 0.2 + 0.25 * label;
            var series = new float[channels * points];
            for (int channel = 0; channel < channels; channel++)
            {
                double phase = random.NextDouble() * Math.Tau;
                for (int t = 0; t < points; t++)
                    series[channel * points + t] = (float)(Math.Sin(t * frequency * (channel + 1) + phase)
                        + 0.3 * random.NextDouble());
            }

            rows.Add(new SeriesRow
            {
                Series = series,
                Label = $"c{label}",
                Flag = label == 1,
                Target = (float)frequency,
                Text = Sentence(label, random)
            });
        }

        return rows;
    }

    private static string Sentence(int label, Random random)
        => string.Join(' ', Enumerable.Range(0, random.Next(1, 9))
            .Select(_ => $"word{(random.Next(3) == 0 ? random.Next(20) : 20 + 5 * label + random.Next(5))}")
            .Append($"class{label}"));

    /// <summary>
    /// A data view over rows whose <c>Series</c> column has the given dimensions; none means a vector of unknown size.
    /// </summary>
    public static IDataView View(MLContext context, IEnumerable<SeriesRow> rows, params int[] dimensions)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(SeriesRow.Series)].ColumnType = dimensions.Length == 0
            ? new VectorDataViewType(NumberDataViewType.Single)
            : new VectorDataViewType(NumberDataViewType.Single, dimensions);
        return context.Data.LoadFromEnumerable(rows, schema);
    }
}
