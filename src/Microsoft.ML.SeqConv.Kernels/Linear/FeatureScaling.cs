namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The affine map of features that ridge works behind, in place: x'[i, j] = r[i] (x[i, j] - mean[j]) unit /
/// deviation[j]. Mean and deviation are weighted; r is the root of the example's weight, or 1 where the weight is zero
/// (such a row takes no part in the fit, but is predicted). The unit, a power of two that all columns share, brings the
/// largest column near 1, so that float32 products neither overflow nor vanish.
/// </summary>
internal sealed unsafe class FeatureScaling
{
    private const int ColumnsPerItem = 64;

    private const int MinSpread = -23;            // powers of two: the last digit of float32

    private readonly double[] _deviations;

    internal FeatureScaling(double[] means, double[] deviations)
    {
        Means = means;
        _deviations = deviations;
    }

    /// <summary>What was subtracted; zeros without centring.</summary>
    internal double[] Means { get; }

    /// <summary>What was divided by: ones without scaling, and <see cref="OfConstant"/> for constant columns.</summary>
    internal double[] Deviations => _deviations;

    /// <summary>
    /// What all columns were multiplied by: a penalty on the features before counts <c>Unit^2</c> times on those after.
    /// </summary>
    internal double Unit { get; private set; } = 1;

    /// <summary>
    /// What column j was multiplied by: a coefficient for the features after counts so many times for those before.
    /// </summary>
    internal double Factor(int column) => Unit / _deviations[column];

    internal static double Work(double rows, double columns) => 4 * rows * columns;

    /// <summary>Measures and maps the features.</summary>
    /// <param name="features">Mapped in place.</param>
    /// <param name="weights">One a row.</param>
    /// <param name="centre">Whether means are subtracted.</param>
    /// <param name="scale">Whether columns are divided by their deviation.</param>
    /// <param name="team">The threads.</param>
    internal static FeatureScaling Apply(
        FeatureMatrix features, ExampleWeights weights, bool centre, bool scale, WorkTeam team)
    {
        FeatureScaling scaling = Measure(features, weights, centre, scale, team, out double largest);
        if (largest > 0)
            scaling.Unit = Math.ScaleB(1, -Math.ILogB(largest));
        scaling.Map(features, weights.Relative, team);
        return scaling;
    }

    /// <summary>Measures the features. The unit is one.</summary>
    /// <param name="features">At least one row of positive weight.</param>
    /// <param name="weights">One a row.</param>
    /// <param name="centre">Whether means are subtracted.</param>
    /// <param name="scale">Whether columns are divided by their deviation.</param>
    /// <param name="team">The threads.</param>
    /// <param name="largest">The largest root mean square that a column will have.</param>
    internal static FeatureScaling Measure(
        FeatureMatrix features, ExampleWeights weights, bool centre, bool scale, WorkTeam team, out double largest)
    {
        int columns = features.ColumnCount;
        var scaling = new FeatureScaling(new double[columns], new double[columns]);
        var magnitudes = new double[columns];
        team.Run(Items(columns), Work(features.RowCount, columns) / 2, item =>
        {
            int first = item * ColumnsPerItem;
            int count = Math.Min(ColumnsPerItem, columns - first);
            scaling.Measure(features, weights, centre, scale, first, magnitudes.AsSpan(first, count));
        });
        largest = magnitudes.Max();
        return scaling;
    }

    /// <summary>Maps features in place.</summary>
    /// <param name="features">As many columns as were measured.</param>
    /// <param name="weights">[row], zero or more.</param>
    /// <param name="team">The threads.</param>
    internal void Map(FeatureMatrix features, double[] weights, WorkTeam team)
        => team.Run(Items(features.ColumnCount), Work(features.RowCount, features.ColumnCount) / 2, item =>
        {
            int first = item * ColumnsPerItem;
            Map(features, weights, first, Math.Min(ColumnsPerItem, features.ColumnCount - first));
        });

    /// <summary>
    /// Whether a feature varies by no more than the rounding of float32 at its level, so that dividing by its deviation
    /// would make noise as large as any feature.
    /// </summary>
    internal static bool IsConstant(double variance, double mean)
        => variance <= Math.ScaleB(mean * mean, 2 * MinSpread);

    /// <summary>What a constant feature is divided by: centred it is zero, and else it stays as it is.</summary>
    internal static double OfConstant(bool centre) => centre ? double.PositiveInfinity : 1;

    private static int Items(int columns) => (columns + ColumnsPerItem - 1) / ColumnsPerItem;

    /// <summary>Means, deviations, and the root mean square that columns will have but for the unit.</summary>
    private void Measure(
        FeatureMatrix features, ExampleWeights exampleWeights, bool centre, bool scale, int first,
        Span<double> magnitudes)
    {
        double[] weights = exampleWeights.Relative;
        double totalWeight = exampleWeights.Total;
        int count = magnitudes.Length;
        double* origins = stackalloc double[ColumnsPerItem];
        double* means = stackalloc double[ColumnsPerItem];
        double* squares = stackalloc double[ColumnsPerItem];
        new Span<double>(means, ColumnsPerItem).Clear();
        new Span<double>(squares, ColumnsPerItem).Clear();
        // Sums are of differences from an example that takes part, so that a constant column has a
        // deviation of exactly zero.
        float* origin = features.RowPointer(exampleWeights.Origin) + first;
        for (int j = 0; j < count; j++)
            origins[j] = origin[j];
        for (int i = 0; i < weights.Length; i++)
        {
            float* row = features.RowPointer(i) + first;
            DenseVector.AddDifferences(means, row, origins, weights[i], count);
        }

        for (int j = 0; j < count; j++)
        {
            if (!double.IsFinite(means[j]))
                ThrowNotFinite(features, first + j);
            means[j] = origins[j] + means[j] / totalWeight;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            float* row = features.RowPointer(i) + first;
            DenseVector.AddSquaredDifferences(squares, row, means, weights[i], count);
        }

        // Whether a feature is constant does not depend on how much its rows weigh.
        double* plainSquares = squares;
        if (scale && !exampleWeights.AreEqual)
        {
            double* unweighted = stackalloc double[ColumnsPerItem];
            new Span<double>(unweighted, ColumnsPerItem).Clear();
            for (int i = 0; i < weights.Length; i++)
            {
                if (weights[i] > 0)
                    DenseVector.AddSquaredDifferences(unweighted, features.RowPointer(i) + first, means, 1, count);
            }

            plainSquares = unweighted;
        }

        int participants = exampleWeights.CountPositive;
        for (int j = 0; j < count; j++)
        {
            double variance = squares[j] / totalWeight;
            double deviation = !scale ? 1
                : IsConstant(plainSquares[j] / participants, means[j]) ? OfConstant(centre)
                : Math.Sqrt(variance);
            _deviations[first + j] = deviation;
            Means[first + j] = centre ? means[j] : 0;
            magnitudes[j] = Math.Sqrt(variance + (centre ? 0 : means[j] * means[j])) / deviation;
        }
    }

    private void Map(FeatureMatrix features, double[] weights, int first, int count)
    {
        Span<double> means = Means.AsSpan(first, count);
        Span<double> factors = stackalloc double[ColumnsPerItem];
        for (int j = 0; j < count; j++)
            factors[j] = Factor(first + j);
        for (int i = 0; i < weights.Length; i++)
        {
            float* row = features.RowPointer(i) + first;
            double root = weights[i] > 0 ? Math.Sqrt(weights[i]) : 1;
            fixed (double* m = means, f = factors)
                DenseVector.Map(row, m, f, root, count);
        }
    }

    private static void ThrowNotFinite(FeatureMatrix features, int column)
    {
        for (int i = 0; i < features.RowCount; i++)
        {
            float value = features[i][column];
            if (!float.IsFinite(value))
                throw new ArgumentException(
                    FormattableString.Invariant($"'features' has {value} in row {i}, column {column}; ")
                    + "features are finite. Remove the example or replace the value.", nameof(features));
        }
    }
}
