using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>
/// Graphs give the bits of the native transforms, also where a series is flat or takes few values: its outputs tie with
/// biases there but for rounding, so that one sum in another order changes whole stretches.
/// </summary>
public class ExactGraphTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<string, string> Series
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string values in new[] { "sines", "flat", "two levels", "integers", "tenths", "constant" })
            {
                all.Add(values, "MiniRocket");
                all.Add(values, "MiniRocket 3");
                all.Add(values, "MultiRocket");
                all.Add(values, "Hydra");
                all.Add(values, "Hydra 3");
                all.Add(values, "Rocket 3");
            }

            foreach (string featurizer in new[]
            {
                "MiniRocket open", "MiniRocket 3 open", "MiniRocket pruned", "MiniRocket 3 pruned", "MultiRocket 3",
                "MultiRocket pruned"
            })
                all.Add("flat", featurizer);

            return all;
        }
    }

    // Short series that every kernel counts whole, and one so long that sums of indices need float64.
    [Theory]
    [InlineData("MiniRocket", 9)]
    [InlineData("MiniRocket 3", 10)]
    [InlineData("MultiRocket", 10)]
    [InlineData("MultiRocket 3", 17)]
    [InlineData("MiniRocket few", 40)]
    [InlineData("MultiRocket few", 40)]
    [InlineData("MultiRocket few", 6000)]
    public void Features_have_the_native_bits_at_other_lengths(string featurizer, int length)
        => CheckBits("tenths", featurizer, length);

    [Theory]
    [MemberData(nameof(Series))]
    public void Features_have_the_native_bits_at_every_level_of_optimization(string values, string featurizer)
        => CheckBits(values, featurizer, length: 70);

    private void CheckBits(string values, string featurizer, int length)
    {
        int channels = featurizer.Contains('3', StringComparison.Ordinal) ? 3 : 1;
        bool open = featurizer.EndsWith("open", StringComparison.Ordinal);
        List<SeriesRow> rows = Rows(values, channels, length);
        int[] dimensions =
            (channels, open) switch { (1, false) => [length], (1, true) => [], (_, false) => [3, length], _ => [3, 0] };
        IDataView data = SineWaves.View(_context, rows, dimensions);
        ITransformer model = Fit(featurizer, data);
        float[] native = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        string[] names = NamesOf(model, data, native.Length / rows.Count);
        foreach (OnnxForm form in Enum.GetValues<OnnxForm>())
        {
            byte[] file = OnnxRun.Export(_context, model, data,
                new OnnxExportOptions { OutputColumnNames = ["Features"], Form = form });
            foreach ((GraphOptimizationLevel level, int threads) in Enum.GetValues<GraphOptimizationLevel>()
                .Select(level => (level, 1)).Append((GraphOptimizationLevel.ORT_ENABLE_ALL, 2)))
            {
                using var options = new SessionOptions { GraphOptimizationLevel = level, IntraOpNumThreads = threads };
                using var run = new OnnxRun(file, options);
                float[] features = run.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)],
                    channels == 1 ? [] : [3, length]);
                Assert.Equal(native.Length, features.Length);
                for (int i = 0; i < native.Length; i++)
                {
                    string name = names[i % names.Length];
                    Assert.True(Same(name, native[i], features[i]), $"{form}, {level}, {threads} threads: '{name}' of "
                        + $"series {i / names.Length} is {features[i]:R}; native {native[i]:R}.");
                }
            }
        }
    }

    // Means of values (MultiRocket), sums of the largest outputs (Hydra) and maxima (Rocket, in float64) are rounded
    // otherwise; all others are counts and indices.
    private static bool Same(string feature, float native, float graph)
        => feature.StartsWith("mpv", StringComparison.Ordinal) || feature.StartsWith("max", StringComparison.Ordinal)
            ? Math.Abs(native - graph) <= 1e-5 * Math.Max(1, Math.Abs(native))
            : BitConverter.SingleToInt32Bits(native) == BitConverter.SingleToInt32Bits(graph);

    // 12 series.
    private static List<SeriesRow> Rows(string values, int channels, int length)
    {
        List<SeriesRow> rows = SineWaves.Make(12, length, channels);
        var random = new Random(7);
        foreach (SeriesRow row in rows)
        {
            float level = random.Next(1, 40) * 0.1f;
            for (int i = 0; i < row.Series.Length; i++)
            {
                int t = i % length;
                row.Series[i] = values switch
                {
                    "flat" => t > length / 4 && t < length - length / 8 ? level : row.Series[i],
                    "two levels" => row.Series[i] > 0 ? level : 0.1f,
                    "integers" => MathF.Round(5 * row.Series[i]),
                    "tenths" => MathF.Round(10 * row.Series[i]) / 10,
                    "constant" => level,
                    _ => row.Series[i],
                };
            }
        }

        return rows;
    }

    private static string[] NamesOf(ITransformer model, IDataView data, int features)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        model.Transform(data).Schema["Features"].GetSlotNames(ref names);
        string[] all = [.. names.DenseValues().Select(name => name.ToString())];
        Assert.Equal(features, all.Length);
        return all;
    }

    private ITransformer Fit(string featurizer, IDataView data)
    {
        IEstimator<ITransformer> estimator = featurizer.Split(' ')[0] switch
        {
            "MiniRocket" => _context.Transforms.MiniRocket("Features", "Series", 840, seed: 1),
            "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 1344, seed: 1),
            "Rocket" => _context.Transforms.Rocket("Features", "Series", 400, seed: 1),
            _ => _context.Transforms.Hydra("Features",
                new HydraEstimator.Options { NumberOfGroups = 8, ScaleFeatures = false, Seed = 1 }, "Series")
        };
        ITransformer fitted = estimator.Fit(data);
        return (featurizer.Split(' ')[^1], fitted) switch
        {
            ("pruned", MiniRocketTransformer transformer) => Keep(transformer, 800),
            ("pruned", MultiRocketTransformer transformer) => Keep(transformer, 1300),
            ("few", MiniRocketTransformer transformer) => Keep(transformer, 20),
            ("few", MultiRocketTransformer transformer) => transformer.Keep([0, 3, 340, 341, 600, 1000, 1343]),
            _ => fitted
        };
    }

    // Kernels keep different numbers of biases.
    private static TTransformer Keep<TTransformer>(TTransformer fitted, int below)
        where TTransformer : SeriesTransformer, IPrunableTransformer<TTransformer>
        => fitted.Keep([.. Enumerable.Range(0, below).Where(feature => feature % 11 == 0 || feature % 13 < 2)]);
}
