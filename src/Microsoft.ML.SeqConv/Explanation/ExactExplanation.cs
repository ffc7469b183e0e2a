using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Explains the decision value of a linear head: <c>intercept + sum of coefficient times feature</c>, each summand
/// split over the points of the series that made the feature.
/// </summary>
internal static class ExactExplanation
{
    private const string Remedy = "Use ExplanationMethod.Occlusion, which explains any pipeline";

    /// <exception cref="InvalidOperationException">
    /// The pipeline is not linear in features of the series, or the series breaks a rule of the model.
    /// </exception>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static SeriesExplanation Run(PipelineStep[] steps, ReadOnlySpan<float> series, string? className)
    {
        int last = Array.FindLastIndex(steps, step => step.Predicts);
        LinearHead head = last < 0
            ? throw new InvalidOperationException($"The model has no linear head: none of its {steps.Length} steps "
                + "predicts from features. Append a linear trainer, or explain the whole pipeline.")
            : LinearHead.Of(steps[last]) ?? throw NotLinear(steps[last]);
        IReadOnlyList<FeatureBlock> blocks = BlocksOf(FeatureOrigin.Of(steps.Take(last), head.FeatureColumnName), head);
        CheckOneSeries(blocks);

        float[][] prepared = Prepare(blocks, series);
        double[] decisions = Decide(head.Model, blocks, prepared);
        ExplainedClass? explained = ExplainedClass.Choose(head.ClassNames, className, decisions);
        (int target, int sign) = ExplainedClass.ScoreOf(explained, decisions.Length);

        var contributions = new double[series.Length];
        double intercept = sign * head.Model.Intercepts[target];
        int start = target * head.Model.NumberOfFeatures;
        for (int i = 0; i < blocks.Count; i++)
        {
            FeatureBlock block = blocks[i];
            var weights = new double[block.Featurizer.NumberOfFeatures];
            for (int feature = 0; feature < weights.Length; feature++)
            {
                double coefficient = sign * (double)head.Model.Coefficients[start + feature];
                weights[feature] = coefficient * block.ScaleOf(feature);
                intercept -= coefficient * block.OffsetOf(feature);
            }

            intercept += block.Featurizer.Featurizer.Attribute(prepared[i], weights, contributions);
            start += weights.Length;
        }

        foreach (ref double contribution in contributions.AsSpan())
            contribution += intercept / contributions.Length;
        double[,] byChannel = SeriesExplanation.ByChannel(contributions,
            blocks[0].Featurizer.Preparation.Shape.Channels);
        return new(ExplanationMethod.Exact, byChannel, sign * decisions[target], intercept, explained);
    }

    private static IReadOnlyList<FeatureBlock> BlocksOf(FeatureOrigin features, LinearHead head) => features switch
    {
        SeriesFeatures own => own.Blocks,
        GivenColumn given => throw new InvalidOperationException(
            $"Column '{given.Name}', in the head's features '{head.FeatureColumnName}', is given and not made of the "
            + $"series; an exact explanation needs features of this library's transforms alone. {Remedy}."),
        MadeColumn made => throw new InvalidOperationException(
            $"The head's features '{head.FeatureColumnName}' are made by {made.Step.Name} which is not linear slot by "
            + "slot; features may be copied, concatenated and normalised by a scale and an offset. "
            + $"{Remedy}, or another normaliser."),
        _ => throw new NotSupportedException(features.GetType().Name),
    };

    private static void CheckOneSeries(IReadOnlyList<FeatureBlock> blocks)
    {
        foreach (FeatureBlock block in blocks)
        {
            if (block.Series is not GivenColumn)
            {
                string maker = block.Series is MadeColumn made ? $"{made.Step.Name} makes" : "another featurizer makes";
                throw new InvalidOperationException($"Column '{block.Featurizer.InputColumnName}', "
                    + $"which {block.Step.Name} reads, is not given: {maker} it. "
                    + "Apply what makes it to the series, and explain the steps from the featurizer on.");
            }
        }

        string[] columns = [.. blocks.Select(block => ((GivenColumn)block.Series).Name).Distinct()];
        if (columns.Length > 1)
        {
            throw new InvalidOperationException("The features come from the columns "
                + $"{string.Join(" and ", columns.Select(column => $"'{column}'"))}; one series is explained. "
                + "Put the series into one column, a channel each.");
        }

        int[] channels = [.. blocks.Select(block => block.Featurizer.Preparation.Shape.Channels).Distinct()];
        if (blocks.Select(block => block.Featurizer.Preparation.Layout).Distinct().Count() > 1 && channels[0] > 1)
            throw new InvalidOperationException("The featurizers read one column as [channel, time] and as [time, "
                + $"channel]; only one can be right. Give them the same {nameof(SeriesOptions.Layout)}.");
        if (channels.Length > 1)
            throw new InvalidOperationException($"The featurizers read {string.Join(" and ", channels)} channels of "
                + $"one column; their explanations have no common shape. {Remedy}.");
    }

    private static float[][] Prepare(IReadOnlyList<FeatureBlock> blocks, ReadOnlySpan<float> series)
    {
        var source = new VBuffer<float>(series.Length, series.ToArray());
        return [.. blocks.Select(
            block => SeriesReader.ReadOne(block.Featurizer.InputColumnName, block.Featurizer.Preparation, source))];
    }

    private static double[] Decide(LinearModel head, IReadOnlyList<FeatureBlock> blocks, float[][] prepared)
    {
        double[] decisions = [.. head.Intercepts];
        int start = 0;
        for (int i = 0; i < blocks.Count; i++)
        {
            var features = new float[blocks[i].Featurizer.NumberOfFeatures];
            blocks[i].Featurizer.Featurizer.CreateWorker().Transform(prepared[i], features);
            for (int target = 0; target < decisions.Length; target++)
            {
                ReadOnlySpan<float> coefficients = head.Coefficients.Slice(
                    target * head.NumberOfFeatures + start, features.Length);
                for (int feature = 0; feature < features.Length; feature++)
                    decisions[target] += coefficients[feature]
                        * (blocks[i].ScaleOf(feature) * features[feature] - blocks[i].OffsetOf(feature));
            }

            start += features.Length;
        }

        return decisions;
    }

    private static string KindOf(object model)
        => model is CalibratedModelParametersBase calibrated ? KindOf(calibrated.SubModel) : model.GetType().Name;

    private static InvalidOperationException NotLinear(PipelineStep head) => head.Predictor is { } predictor
        ? new($"The head, {head.Name} is a {KindOf(predictor.Model)}, which is not linear in its features. "
            + $"{Remedy}, or a linear trainer.")
        : new($"The head, {head.Name} is a network, which is not linear in features. "
            + "Use ExplanationMethod.GradientTimesInput or Occlusion.");
}
