namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Gathers what <see cref="SparseScaling"/> needs of training features, row after row, without holding them: running
/// means and sums of squared deviations (Welford 1962), in float64.
/// </summary>
/// <param name="numberOfFeatures">Features of a row.</param>
internal sealed class SparseScalingFit(int numberOfFeatures)
{
    private const int Exponent = 4;
    private const double MinDeviation = 1e-8;

    // A feature that is constant in training says nothing of how far it may move: a thousandth of its mean counts as
    // one standard deviation, so that a later change stays within a thousand of them for each doubling.
    private const double MinRelativeDeviation = 1e-3;

    private readonly double[] _means = new double[numberOfFeatures];
    private readonly double[] _squares = new double[numberOfFeatures];
    private readonly int[] _zeros = new int[numberOfFeatures];
    private float[] _features = [];
    private int _rows;

    /// <summary>Adds the features of some series.</summary>
    /// <param name="model">Gives features without scaling.</param>
    /// <param name="series">Series.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>[series, feature]: what was added, not scaled; used again by the next call.</returns>
    public ReadOnlySpan<float> Add(SeriesFeaturizer model, SeriesSet series, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(series);
        int values = checked(series.Count * numberOfFeatures);
        if (_features.Length < values)
            _features = new float[values];
        model.Transform(series, _features.AsMemory(0, values), numberOfThreads, cancellation);
        for (int row = 0; row < series.Count; row++)
            Add(_features.AsSpan(row * numberOfFeatures, numberOfFeatures));
        return _features.AsSpan(0, values);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="features">[feature], not scaled.</param>
    public void Add(ReadOnlySpan<float> features)
    {
        if (features.Length != numberOfFeatures)
            throw new ArgumentException(
                $"A row has {features.Length} features; the scaling is for {numberOfFeatures}.", nameof(features));
        _rows++;
        for (int i = 0; i < features.Length; i++)
        {
            float root = MathF.Sqrt(Math.Max(features[i], 0));
            double difference = root - _means[i];
            _means[i] += difference / _rows;
            _squares[i] += difference * (root - _means[i]);
            _zeros[i] += root == 0 ? 1 : 0;
        }
    }

    /// <summary>The scaling of all rows so far. The deviation is that of a sample; of one row it is zero.</summary>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public SparseScaling Solve()
    {
        if (_rows == 0)
            throw new InvalidOperationException("There are no rows; a scaling needs at least one.");
        var deviations = new float[numberOfFeatures];
        for (int i = 0; i < deviations.Length; i++)
        {
            double deviation = _rows == 1 ? 0 : Math.Sqrt(_squares[i] / (_rows - 1));
            deviation += Math.Pow((double)_zeros[i] / _rows, Exponent) + MinDeviation;
            deviations[i] = (float)Math.Max(deviation, MinRelativeDeviation * _means[i]);
        }

        return new SparseScaling([.. _means.Select(mean => (float)mean)], deviations);
    }
}
