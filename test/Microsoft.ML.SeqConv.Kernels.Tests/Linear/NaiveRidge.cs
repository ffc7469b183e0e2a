namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Ridge by Gaussian elimination of the normal equations with a column of ones: the specification of
/// <see cref="Ridge"/> without scaling.
/// </summary>
internal sealed record NaiveRidge(double[] Coefficients, double[] Intercepts)
{
    public static NaiveRidge Fit(RidgeSample sample, double alpha, bool intercept)
    {
        int columns = sample.Rows[0].Length;
        int targets = sample.NumberOfTargets;
        int size = columns + 1;
        var system = new double[size, size + targets];
        for (int i = 0; i < sample.Rows.Length; i++)
        {
            double weight = sample.Weights.Length == 0 ? 1 : sample.Weights[i];
            double[] row = [.. sample.Rows[i].Select(x => (double)x), intercept ? 1 : 0];
            for (int j = 0; j < size; j++)
            {
                for (int k = 0; k < size; k++)
                    system[j, k] += weight * row[j] * row[k];
                for (int t = 0; t < targets; t++)
                    system[j, size + t] += weight * row[j] * sample.Targets[i * targets + t];
            }
        }

        for (int j = 0; j < columns; j++)
            system[j, j] += alpha;
        if (!intercept)
            system[columns, columns] = 1;
        Eliminate(system, size);
        return new(
            [.. Enumerable.Range(0, targets * columns).Select(k => system[k % columns, size + k / columns])],
            [.. Enumerable.Range(0, targets).Select(t => system[columns, size + t])]);
    }

    public double Predict(float[] row, int target)
        => Intercepts[target] + row.Select((x, j) => x * Coefficients[target * row.Length + j]).Sum();

    private static void Eliminate(double[,] system, int size)
    {
        int width = system.GetLength(1);
        for (int pivot = 0; pivot < size; pivot++)
        {
            for (int j = width - 1; j >= pivot; j--)
                system[pivot, j] /= system[pivot, pivot];
            for (int i = 0; i < size; i++)
            {
                double factor = system[i, pivot];
                for (int j = pivot; i != pivot && j < width; j++)
                    system[i, j] -= factor * system[pivot, j];
            }
        }
    }
}
