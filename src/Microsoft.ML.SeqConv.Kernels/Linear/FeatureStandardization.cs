namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Means and standard deviations of features, measured on some rows and applied to others: x'[j] = (x[j] -
/// mean[j]) / deviation[j]. A feature that is constant in the measured rows, up to the rounding of float32, is
/// centred and not divided.
/// </summary>
internal sealed class FeatureStandardization
{
    private readonly FeatureScaling _scaling;

    /// <summary>Takes means and deviations that were measured before.</summary>
    /// <param name="means">[feature], finite; not copied.</param>
    /// <param name="deviations">[feature], positive and finite; not copied.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value breaks a rule.</exception>
    public FeatureStandardization(double[] means, double[] deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (means.Length != deviations.Length)
            throw new ArgumentException($"There are {means.Length} means and {deviations.Length} deviations; "
                + "each feature has one of both.", nameof(deviations));
        if (!Array.TrueForAll(means, double.IsFinite))
            throw new ArgumentException("A mean is not finite.", nameof(means));
        if (!Array.TrueForAll(deviations, value => value > 0 && double.IsFinite(value)))
            throw new ArgumentException("A deviation is not positive and finite.", nameof(deviations));
        _scaling = new FeatureScaling(means, deviations);
    }

    /// <summary>[feature].</summary>
    public ReadOnlySpan<double> Means => _scaling.Means;

    /// <summary>[feature]; 1 for constant features.</summary>
    public ReadOnlySpan<double> Deviations => _scaling.Deviations;

    /// <summary>Measures features.</summary>
    /// <param name="features">At least one row, finite.</param>
    /// <param name="threads">Threads; 0 for all processors. The result does not depend on it.</param>
    public static FeatureStandardization Measure(FeatureMatrix features, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(features);
        Guard.AtLeast(features.RowCount, 1);
        var team = new WorkTeam(threads, null, CancellationToken.None);
        ExampleWeights weights = ExampleWeights.Equal(features.RowCount);
        FeatureScaling measured = FeatureScaling.Measure(features, weights, centre: true, scale: true, team, out _);
        double[] deviations = [.. measured.Deviations.Select(value => double.IsFinite(value) ? value : 1)];
        return new(measured.Means, deviations);
    }

    /// <summary>Standardizes features in place.</summary>
    /// <param name="features">Of as many columns as were measured.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    public void Apply(FeatureMatrix features, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.ColumnCount != Means.Length)
            throw new ArgumentException(
                $"There are {features.ColumnCount} features; {Means.Length} were measured.", nameof(features));
        double[] weights = ExampleWeights.Equal(features.RowCount).Relative;
        _scaling.Map(features, weights, new WorkTeam(threads, null, CancellationToken.None));
    }
}
