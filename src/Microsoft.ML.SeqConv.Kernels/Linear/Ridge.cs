using System.Globalization;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge regression for several targets at once, its penalty chosen by exact leave-one-out: the penalty with the least weighted mean squared error over all
/// targets. The objective is the weighted sum of squared errors plus alpha times the squared coefficients of the scaled features.
/// </summary>
public static class Ridge
{
    private const double ScalingShare = 0.05;
    private const double GramShare = 0.3;

    /// <summary>Fits one linear model a target.</summary>
    /// <param name="features">[example, feature], finite. Centred, scaled and weighted in place: its contents are spent afterwards.</param>
    /// <param name="targets">[example, target], row-major, finite.</param>
    /// <param name="exampleWeights">One weight an example, finite, zero or more, at least two above zero; empty means that all are 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="progress">Called on the calling thread with the fraction done, many times a second; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">A value is not finite or out of its range, lengths differ, or there are fewer than two examples.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static RidgeSolution Solve(
        FeatureMatrix features, ReadOnlyMemory<double> targets, ReadOnlyMemory<double> exampleWeights, RidgeSettings settings, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(settings);
        Check(settings);
        int numberOfTargets = CheckTargets(features, targets.Span);
        double[] weights = CheckWeights(features, exampleWeights.Span);

        var work = new ParallelWork(settings.Threads, progress, cancellation);
        FeatureScaling scaling = FeatureScaling.Apply(features, weights, settings, work, ScalingShare);
        int[] active = [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0)];
        double[] means = WeightedMeans(targets.Span, weights, numberOfTargets, settings.FitIntercept);
        double[] intercept = InterceptDirection(active, weights, settings.FitIntercept);
        double[] centred = CentredTargets(targets.Span, active, weights, means);
        nint[] rows = RowPointers(features, active);

        GramOrientation orientation = Orient(settings.Orientation, active.Length, features.ColumnCount, settings.Alphas.Count);
        if (orientation == GramOrientation.Examples)
        {
            using var system = new ExampleSystem(rows, features.ColumnCount, centred, numberOfTargets, intercept, work, ScalingShare, GramShare);
            return Choose(system, orientation, settings, scaling, means, active, weights, targets.ToArray());
        }
        else
        {
            using var system = new FeatureSystem(rows, features.ColumnCount, centred, numberOfTargets, intercept, work, ScalingShare, GramShare);
            return Choose(system, orientation, settings, scaling, means, active, weights, targets.ToArray());
        }
    }

    private static RidgeSolution Choose(
        RidgeSystem system, GramOrientation orientation, RidgeSettings settings, FeatureScaling scaling, double[] means, int[] active, double[] weights, double[] targets)
    {
        var meanErrors = new double[settings.Alphas.Count];
        var errors = new double[active.Length * means.Length];
        double[] bestErrors = [];
        double[] bestCoefficients = [];
        int best = -1;
        for (int a = 0; a < meanErrors.Length; a++)
        {
            double from = GramShare + (1 - GramShare) * a / meanErrors.Length;
            double to = GramShare + (1 - GramShare) * (a + 1) / meanErrors.Length;
            bool solved = system.TryLeaveOneOut(settings.Alphas[a], errors, from, to);
            meanErrors[a] = solved ? errors.Sum(error => error * error) / (weights.Sum() * means.Length) : double.PositiveInfinity;
            if (solved && double.IsFinite(meanErrors[a]) && (best < 0 || meanErrors[a] < meanErrors[best]))
            {
                best = a;
                bestErrors = [.. errors];
                bestCoefficients = system.Coefficients();
            }
        }

        if (best < 0)
            throw new ArgumentException($"No penalty up to {Invariant(settings.Alphas.Max())} makes the system of equations solvable in float64. Add larger values to Alphas.", nameof(settings));

        UndoScaling(bestCoefficients, scaling);
        double[] intercepts = Intercepts(bestCoefficients, scaling, means);
        return new RidgeSolution
        {
            Alpha = settings.Alphas[best],
            LeaveOneOutErrors = meanErrors,
            Coefficients = bestCoefficients,
            Intercepts = intercepts,
            LeaveOneOutPredictions = Predictions(targets, bestErrors, active, weights, means),
            Orientation = orientation,
        };
    }

    private static void Check(RidgeSettings settings)
    {
        if (settings.Alphas is null || settings.Alphas.Count == 0)
            throw new ArgumentException("Alphas is empty; ridge needs at least one penalty to choose from.", nameof(settings));
        foreach (double alpha in settings.Alphas)
        {
            if (!(alpha > 0) || !double.IsFinite(alpha))
                throw new ArgumentException($"Alphas holds {Invariant(alpha)}; a penalty must be positive and finite.", nameof(settings));
        }

        if (settings.Threads < 0)
            throw new ArgumentException($"Threads is {settings.Threads}; it must be 0 for all processors, or more.", nameof(settings));
    }

    private static int CheckTargets(FeatureMatrix features, ReadOnlySpan<double> targets)
    {
        int examples = features.RowCount;
        if (examples < 2)
            throw new ArgumentException($"There are {examples} examples; ridge needs at least two.", nameof(features));
        if (targets.Length == 0 || targets.Length % examples != 0)
            throw new ArgumentException($"There are {targets.Length} targets for {examples} examples; each example needs the same number, at least one.", nameof(targets));
        for (int i = 0; i < targets.Length; i++)
        {
            if (!double.IsFinite(targets[i]))
                throw new ArgumentException($"The target of example {i / (targets.Length / examples)} is {Invariant(targets[i])}; targets must be finite.", nameof(targets));
        }

        return targets.Length / examples;
    }

    private static double[] CheckWeights(FeatureMatrix features, ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty)
        {
            var ones = new double[features.RowCount];
            Array.Fill(ones, 1);
            return ones;
        }

        if (weights.Length != features.RowCount)
            throw new ArgumentException($"There are {weights.Length} weights for {features.RowCount} examples.", "exampleWeights");
        int positive = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !double.IsFinite(weights[i]))
                throw new ArgumentException($"The weight of example {i} is {Invariant(weights[i])}; weights must be finite and not negative.", "exampleWeights");
            positive += weights[i] > 0 ? 1 : 0;
        }

        return positive >= 2 ? weights.ToArray() : throw new ArgumentException($"{positive} examples have a weight above zero; ridge needs at least two.", "exampleWeights");
    }

    // Multiply-adds of the Gram matrix and, for each penalty, of factor, inverse and leverages.
    private static GramOrientation Orient(GramOrientation asked, double n, double p, double alphas)
    {
        if (asked != GramOrientation.Auto)
            return asked;
        double examples = n * n * p / 4 + alphas * n * n * n / 2;
        double features = p * p * n / 4 + alphas * (p * p * p / 2 + p * p * n / 2);
        return examples <= features ? GramOrientation.Examples : GramOrientation.Features;
    }

    private static double[] WeightedMeans(ReadOnlySpan<double> targets, double[] weights, int numberOfTargets, bool fitIntercept)
    {
        var means = new double[numberOfTargets];
        double total = weights.Sum();
        for (int i = 0; i < targets.Length && fitIntercept; i++)
            means[i % numberOfTargets] += targets[i] * (weights[i / numberOfTargets] / total);
        return means;
    }

    private static double[] InterceptDirection(int[] active, double[] weights, bool fitIntercept)
    {
        double total = weights.Sum();
        return [.. active.Select(i => fitIntercept ? Math.Sqrt(weights[i] / total) : 0)];
    }

    private static double[] CentredTargets(ReadOnlySpan<double> targets, int[] active, double[] weights, double[] means)
    {
        var centred = new double[active.Length * means.Length];
        for (int i = 0; i < centred.Length; i++)
        {
            (int example, int target) = (active[i / means.Length], i % means.Length);
            centred[i] = (targets[example * means.Length + target] - means[target]) * Math.Sqrt(weights[example]);
        }

        return centred;
    }

    private static unsafe nint[] RowPointers(FeatureMatrix features, int[] active)
    {
        var rows = new nint[active.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (nint)features.RowPointer(active[i]);
        return rows;
    }

    private static void UndoScaling(double[] coefficients, FeatureScaling scaling)
    {
        for (int i = 0; i < coefficients.Length; i++)
            coefficients[i] /= scaling.Scales[i % scaling.Scales.Length];
    }

    private static double[] Intercepts(double[] coefficients, FeatureScaling scaling, double[] means)
    {
        double[] intercepts = [.. means];
        for (int i = 0; i < coefficients.Length; i++)
            intercepts[i / scaling.Means.Length] -= coefficients[i] * scaling.Means[i % scaling.Means.Length];
        return intercepts;
    }

    // Examples of weight zero took no part: for them the mean stands, the only prediction that needs none of their features.
    private static double[] Predictions(double[] targets, double[] errors, int[] active, double[] weights, double[] means)
    {
        var predictions = new double[targets.Length];
        for (int i = 0; i < predictions.Length; i++)
            predictions[i] = means[i % means.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            int example = active[i / means.Length];
            int at = example * means.Length + i % means.Length;
            predictions[at] = targets[at] - errors[i] / Math.Sqrt(weights[example]);
        }

        return predictions;
    }

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
