namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>A small regression problem drawn from a seed, and ways to pass it to <see cref="Ridge"/>.</summary>
internal sealed record RidgeSample(float[][] Rows, double[] Targets, double[] Weights)
{
    public int NumberOfTargets => Targets.Length / Rows.Length;

    public static RidgeSample Draw(int seed, int examples, int columns, int targets = 2)
    {
        var random = new Random(seed);
        float[][] rows = [.. Enumerable.Range(0, examples).Select(_ => Draw(random, columns))];
        double[] values = [.. Enumerable.Range(0, examples * targets)
            .Select(k => rows[k / targets][k % columns] + random.NextDouble() + 3)];
        double[] weights = [.. Enumerable.Range(0, examples).Select(_ => random.Next(1, 4) * 0.7)];
        return new(rows, values, weights);
    }

    public RidgeSolution Solve(
        RidgeSettings? settings = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using var features = new FeatureMatrix(Rows[0].Length);
        foreach (float[] row in Rows)
            row.CopyTo(features.AddRow());
        return Ridge.Solve(features, Targets, Weights, settings ?? new(), progress, cancellation);
    }

    public RidgeSample WithRows(Func<float, int, float> change)
        => this with { Rows = [.. Rows.Select(row => row.Select(change).ToArray())] };

    /// <summary>The sample of the given examples, which may repeat.</summary>
    public RidgeSample Take(IEnumerable<int> examples)
    {
        int[] indexes = [.. examples];
        return new(
            [.. indexes.Select(i => Rows[i])],
            [.. indexes.SelectMany(i => Targets.Skip(i * NumberOfTargets).Take(NumberOfTargets))],
            Weights.Length == 0 ? [] : [.. indexes.Select(i => Weights[i])]);
    }

    private static float[] Draw(Random random, int columns)
    {
        var row = new float[columns];
        for (int j = 0; j < columns; j++)
            row[j] = (float)((random.NextDouble() - 0.3) * (1 + j % 5));
        return row;
    }
}
