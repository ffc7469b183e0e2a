namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge without intercept or weights, which the one asked for becomes: the rows of positive weight, features and targets centred and multiplied by the root of
/// the example's weight. Weights are relative to the largest, and features in the unit of <see cref="FeatureScaling"/>; the penalties follow.
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
    internal static RidgeProblem Prepare(FeatureMatrix features, ReadOnlySpan<double> targets, ReadOnlySpan<double> exampleWeights, RidgeSettings settings, WorkTeam team)
    {
        int count = features.RowCount;
        int numberOfTargets = targets.Length / count;
        double[] weights = exampleWeights.ToArray();
        if (weights.Length == 0)
        {
            weights = new double[count];
            Array.Fill(weights, 1);
        }

        double largest = weights.Max();
        for (int i = 0; i < count; i++)
            weights[i] /= largest;
        FeatureScaling scaling = FeatureScaling.Apply(features, weights, settings.FitIntercept, settings.ScaleFeatures, team);
        int[] rows = [.. Enumerable.Range(0, count).Where(i => weights[i] > 0)];
        double totalWeight = weights.Sum();
        double[] means = settings.FitIntercept ? Means(targets, weights, totalWeight, numberOfTargets) : new double[numberOfTargets];
        var centred = new double[rows.Length * numberOfTargets];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int t = 0; t < numberOfTargets; t++)
                centred[i * numberOfTargets + t] = Math.Sqrt(weights[rows[i]]) * (targets[rows[i] * numberOfTargets + t] - means[t]);
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
            TotalWeight = totalWeight,
            TargetMeans = means,
            Alphas = [.. settings.Alphas.Select(alpha => alpha * scaling.Unit * scaling.Unit / largest)],
            FitIntercept = settings.FitIntercept,
            Scaling = scaling,
        };
    }

    /// <summary>X^T v for several columns v at once.</summary>
    /// <param name="v">[example, column].</param>
    /// <param name="count">Columns of v.</param>
    /// <param name="team">Who computes.</param>
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

    private static double[] Means(ReadOnlySpan<double> targets, double[] weights, double totalWeight, int numberOfTargets)
    {
        // Differences from the first example, so that a constant target is centred to exactly zero.
        var means = new double[numberOfTargets];
        for (int t = 0; t < numberOfTargets; t++)
        {
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
                sum += weights[i] * (targets[i * numberOfTargets + t] - targets[t]);
            means[t] = targets[t] + sum / totalWeight;
        }

        return means;
    }
}
