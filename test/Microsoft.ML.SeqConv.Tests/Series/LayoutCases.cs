using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Featurizers by name, and series turned from [channel, time] to [time, channel].</summary>
internal static class LayoutCases
{
    public const int Channels = 3;
    public const int Length = 24;

    public static readonly string[] Names = ["MiniRocket", "Rocket", "MultiRocket", "Hydra", "Convolution1D"];

    /// <summary>A small featurizer that interpolates missing values and z-normalises.</summary>
    public static IEstimator<ITransformer> Featurizer(
        MLContext context, string name, SeriesLayout layout, int? channels = null)
    {
        TOptions With<TOptions>(TOptions options)
            where TOptions : SeriesOptions
        {
            (options.Layout, options.NumberOfChannels, options.MissingValues, options.Normalization,
                options.Seed) = (layout, channels, MissingValues.Interpolate, SeriesNormalization.ZNormalize, 1);
            return options;
        }

        return name switch
        {
            "MiniRocket" => context.Transforms.MiniRocket("Features",
                With(new MiniRocketEstimator.Options { NumberOfFeatures = 500 }), "Series"),
            "Rocket" => context.Transforms.Rocket("Features",
                With(new RocketEstimator.Options { NumberOfKernels = 60 }), "Series"),
            "MultiRocket" => context.Transforms.MultiRocket("Features",
                With(new MultiRocketEstimator.Options { NumberOfFeatures = 1400 }), "Series"),
            "Hydra" => context.Transforms.Hydra("Features",
                With(new HydraEstimator.Options { NumberOfGroups = 4 }), "Series"),
            _ => context.Transforms.Convolution1D("Features", With(new ConvolutionOptions
            {
                Kernels = [new float[,] { { 1, 2, -1 }, { 0, 1, -2 } }],
                Pooling = ConvolutionPooling.TopKMax
            }), "Series"),
        };
    }

    /// <summary>Takes a value out of every third row.</summary>
    public static List<SeriesRow> Gaps(List<SeriesRow> rows)
    {
        for (int i = 0; i < rows.Count; i += 3)
            rows[i].Series[(7 * i + 2) % rows[i].Series.Length] = float.NaN;
        return rows;
    }

    /// <summary>The same series, [time, channel].</summary>
    public static List<SeriesRow> ByTime(List<SeriesRow> rows) => [.. rows.Select(row =>
    {
        int length = row.Series.Length / Channels;
        return new SeriesRow
        {
            Series = [.. Enumerable.Range(0, row.Series.Length)
                .Select(i => row.Series[i % Channels * length + i / Channels])],
            Label = row.Label,
            Flag = row.Flag,
            Target = row.Target
        };
    })];
}
