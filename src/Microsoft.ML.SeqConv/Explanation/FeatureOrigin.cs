using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SeqConv;

/// <summary>Where the values of a column come from.</summary>
internal abstract record FeatureOrigin
{
    /// <summary>
    /// Follows the columns through the steps of a pipeline, as far as they are linear in features of series.
    /// </summary>
    /// <param name="steps">The steps before the head.</param>
    /// <param name="column">The column that the head reads.</param>
    public static FeatureOrigin Of(IEnumerable<PipelineStep> steps, string column)
    {
        var columns = new Dictionary<string, FeatureOrigin>();
        Func<string, FeatureOrigin> other = name => new GivenColumn(name);
        FeatureOrigin Find(string name) => columns.TryGetValue(name, out FeatureOrigin? origin) ? origin : other(name);
        foreach (PipelineStep step in steps)
        {
            if (step.Transformer is ColumnSelectingTransformer)
                continue;
            if (!IsFollowed(step))
            {
                // It may make any column.
                columns.Clear();
                other = _ => new MadeColumn(step);
                continue;
            }

            // All of a step's inputs are read before any of its outputs is written.
            foreach ((string output, FeatureOrigin origin) in Outputs(step, Find).ToArray())
                columns[output] = origin;
        }

        return Find(column);
    }

    private static bool IsFollowed(PipelineStep step)
        => step.Predicts || step.Concatenation is not null || step.ColumnPairs is not null;

    private static IEnumerable<(string Output, FeatureOrigin Origin)>
        Outputs(PipelineStep step, Func<string, FeatureOrigin> find) => step.Transformer switch
        {
            _ when step.Predicts
                => new[] { DefaultColumnNames.Score, DefaultColumnNames.Probability, DefaultColumnNames.PredictedLabel }
                    .Select(name => (name, (FeatureOrigin)new MadeColumn(step))),
            SeriesTransformer featurizer => [(featurizer.OutputColumnName,
                SeriesFeatures.Of(step, featurizer, find(featurizer.InputColumnName)))],
            _ when step.Concatenation is { } joined
                => joined.Select(column => (column.Output, Join(column.Inputs.Select(find)))),
            NormalizingTransformer normalizer => step.ColumnPairs!.Select((pair, i) =>
                (pair.Output, Normalize(step, normalizer.GetNormalizerModelParameters(i), find(pair.Input)))),
            ColumnCopyingTransformer => step.ColumnPairs!.Select(pair => (pair.Output, find(pair.Input))),
            _ => step.ColumnPairs!.Select(pair => (pair.Output, (FeatureOrigin)new MadeColumn(step))),
        };

    // Where a part is not of features, that part is what is reported.
    private static FeatureOrigin Join(IEnumerable<FeatureOrigin> parts)
    {
        FeatureOrigin[] all = [.. parts];
        return all.FirstOrDefault(part => part is not SeriesFeatures)
            ?? new SeriesFeatures([.. all.Cast<SeriesFeatures>().SelectMany(part => part.Blocks)]);
    }

    private static FeatureOrigin Normalize(PipelineStep step, object parameters, FeatureOrigin input)
        => (input, parameters) switch
        {
            (SeriesFeatures features,
                NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>> affine)
                => features.Mapped(affine.Scale, affine.Offset),
            (MadeColumn, _) => input,
            _ => new MadeColumn(step),
        };
}

/// <summary>A column that the data has.</summary>
internal sealed record GivenColumn(string Name) : FeatureOrigin;

/// <summary>A column that a step makes in a way that is not followed.</summary>
internal sealed record MadeColumn(PipelineStep Step) : FeatureOrigin;

/// <summary>Features of series, block after block.</summary>
internal sealed record SeriesFeatures(IReadOnlyList<FeatureBlock> Blocks) : FeatureOrigin
{
    public static FeatureOrigin Of(PipelineStep step, SeriesTransformer featurizer, FeatureOrigin series)
        => new SeriesFeatures([new FeatureBlock(step, featurizer, series, Scale: [], Offset: [])]);

    /// <summary>The features after <c>(x - offset) * scale</c>.</summary>
    /// <param name="scale">[feature].</param>
    /// <param name="offset">[feature]; empty for zeros.</param>
    public SeriesFeatures Mapped(ImmutableArray<float> scale, ImmutableArray<float> offset)
    {
        int start = 0;
        var mapped = new List<FeatureBlock>();
        foreach (FeatureBlock block in Blocks)
        {
            int features = block.Featurizer.NumberOfFeatures;
            ReadOnlySpan<float> offsets =
                offset.IsDefaultOrEmpty ? new float[features] : offset.AsSpan(start, features);
            mapped.Add(block.Mapped(scale.AsSpan(start, features), offsets));
            start += features;
        }

        return new(mapped);
    }
}

/// <summary>All features of one featurizer, each as <c>scale * feature - offset</c>.</summary>
/// <param name="Step">The step that makes them.</param>
/// <param name="Featurizer">What it is.</param>
/// <param name="Series">Where its series come from.</param>
/// <param name="Scale">[feature]; empty for ones.</param>
/// <param name="Offset">[feature]; empty for zeros.</param>
internal sealed record FeatureBlock(
    PipelineStep Step, SeriesTransformer Featurizer, FeatureOrigin Series, double[] Scale, double[] Offset)
{
    public double ScaleOf(int feature) => Scale.Length == 0 ? 1 : Scale[feature];

    public double OffsetOf(int feature) => Offset.Length == 0 ? 0 : Offset[feature];

    public FeatureBlock Mapped(ReadOnlySpan<float> scale, ReadOnlySpan<float> offset)
    {
        var scales = new double[scale.Length];
        var offsets = new double[scale.Length];
        for (int i = 0; i < scale.Length; i++)
        {
            scales[i] = ScaleOf(i) * scale[i];
            offsets[i] = (OffsetOf(i) + offset[i]) * scale[i];
        }

        return this with { Scale = scales, Offset = offsets };
    }
}
