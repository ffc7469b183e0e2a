namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge without intercept or weights, which the one asked for becomes: the rows of positive weight, features and
/// targets centred and multiplied by the root of the example's weight. Weights are relative to the largest, and
/// features in the unit of <see cref="FeatureScaling"/>; the penalties follow.
/// </summary>
internal sealed unsafe class RidgeProblem
{
    /// <summary>Features a row.</summary>
    internal required int Columns { get; init; }

    /// <summary>Values a row including the zeros at its end.</summary>
    internal required int PaddedColumns { get; init; }

    /// <summary>[example]: the row in the feature matrix.</summary>
    internal required int[] RowIndexes { get; init; }

    /// <summary>[example]: the prepared features.</summary>
    internal required nint[] Rows { get; init; }

    /// <summary>[example, target]: the prepared targets.</summary>
    internal required double[] Targets { get; init; }

    /// <summary>[example]: weights relative to the largest.</summary>
    internal required double[] Weights { get; init; }

    /// <summary>[example]: r, what features and targets were multiplied by.</summary>
    internal required double[] RootWeights { get; init; }

    /// <summary>The sum of the weights.</summary>
    internal required double TotalWeight { get; init; }

    /// <summary>
    /// The example that outweighs all others together, or -1: see <see cref="ExampleWeights.Dominating"/>.
    /// </summary>
    internal required int Dominating { get; init; }

    /// <summary>The sum of the weights but for the dominating example's.</summary>
    internal required double RestWeight { get; init; }

    /// <summary>[target]: the weighted means that were subtracted; zeros without intercept.</summary>
    internal required double[] TargetMeans { get; init; }

    /// <summary>The penalties in the unit of the prepared problem.</summary>
    internal required double[] Alphas { get; init; }

    /// <summary>Whether the model has an intercept.</summary>
    internal required bool FitIntercept { get; init; }

    /// <summary>How features were prepared.</summary>
    internal required FeatureScaling Scaling { get; init; }

    internal int Examples => Rows.Length;

    internal int NumberOfTargets => TargetMeans.Length;

    /// <summary>Prepares features in place and targets in a copy.</summary>
    internal static RidgeProblem Prepare(
        FeatureMatrix features, ReadOnlySpan<double> targets, ExampleWeights exampleWeights, RidgeSettings settings,
        WorkTeam team)
    {
        int count = features.RowCount;
        int numberOfTargets = targets.Length / count;
        double[] weights = exampleWeights.Relative;
        FeatureScaling scaling = FeatureScaling.Apply(
            features, exampleWeights, settings.FitIntercept, settings.ScaleFeatures, team);
        int[] rows = [.. Enumerable.Range(0, count).Where(i => weights[i] > 0)];
        var offsets = new double[numberOfTargets];
        var means = new double[numberOfTargets];
        if (settings.FitIntercept)
            WriteMeans(targets, exampleWeights, offsets, means);
        int dominating = settings.FitIntercept ? Array.IndexOf(rows, exampleWeights.Dominating) : -1;
        var centred = new double[rows.Length * numberOfTargets];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int t = 0; t < numberOfTargets; t++)
            {
                // The mean, rounded, may be no other number than the dominating target.
                double difference = i == dominating ? -offsets[t] : targets[rows[i] * numberOfTargets + t] - means[t];
                centred[i * numberOfTargets + t] = Math.Sqrt(weights[rows[i]]) * difference;
            }
        }

        return new()
        {
            Columns = features.ColumnCount,
            PaddedColumns = features.Stride,
            RowIndexes = rows,
            Rows = [.. rows.Select(row => (nint)features.RowPointer(row))],
            Targets = centred,
            Weights = [.. rows.Select(row => weights[row])],
            RootWeights = [.. rows.Select(row => Math.Sqrt(weights[row]))],
            TotalWeight = exampleWeights.Total,
            Dominating = dominating,
            RestWeight = exampleWeights.RestWeight,
            TargetMeans = means,
            Alphas = [.. settings.Alphas.Select(alpha => alpha * scaling.Unit * scaling.Unit / exampleWeights.Largest)],
            FitIntercept = settings.FitIntercept,
            Scaling = scaling,
        };
    }

    /// <summary>X^T v for several columns v at once.</summary>
    /// <param name="v">[example, column].</param>
    /// <param name="count">Columns of v.</param>
    /// <param name="team">The threads.</param>
    /// <returns>[column, feature].</returns>
    internal double[] MultiplyTransposed(double[] v, int count, WorkTeam team)
    {
        const int featuresPerItem = 256;
        var products = new double[count * Columns];
        team.Run((Columns + featuresPerItem - 1) / featuresPerItem, (double)Examples * Columns * count, item =>
        {
            int first = item * featuresPerItem;
            int length = Math.Min(featuresPerItem, Columns - first);
            for (int i = 0; i < Examples; i++)
            {
                for (int c = 0; c < count; c++)
                {
                    fixed (double* sums = &products[c * Columns + first])
                        DenseVector.AddMultiple(sums, (float*)Rows[i] + first, v[i * count + c], length);
                }
            }
        });
        return products;
    }

    /// <summary>Writes weighted means, also as differences from the first or the dominating example.</summary>
    private static void WriteMeans(
        ReadOnlySpan<double> targets, ExampleWeights exampleWeights, double[] offsets, double[] means)
    {
        // Sums are of differences from that example, so that a constant target is centred to exactly zero.
        double[] weights = exampleWeights.Relative;
        int numberOfTargets = means.Length;
        int example = Math.Max(0, exampleWeights.Dominating);
        ReadOnlySpan<double> origin = targets.Slice(example * numberOfTargets, numberOfTargets);
        for (int t = 0; t < numberOfTargets; t++)
        {
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
                sum += weights[i] * (targets[i * numberOfTargets + t] - origin[t]);
            offsets[t] = sum / exampleWeights.Total;
            means[t] = origin[t] + offsets[t];
        }
    }
}
