namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Finds <see cref="TrainingRange"/>, training series after training series, without holding features.
/// </summary>
internal sealed class TrainingRangeFit
{
    private readonly float[] _least;
    private readonly float[] _largest;
    private float[] _features = [];

    /// <param name="numberOfFeatures">Features of a series.</param>
    public TrainingRangeFit(int numberOfFeatures)
    {
        _least = new float[numberOfFeatures];
        _largest = new float[numberOfFeatures];
        Array.Fill(_least, float.PositiveInfinity);
        Array.Fill(_largest, float.NegativeInfinity);
    }

    /// <summary>Adds the features of some series.</summary>
    /// <param name="model">Gives features that are not limited.</param>
    /// <param name="series">Series.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>[series, feature]: what was added; used again by the next call.</returns>
    public ReadOnlySpan<float> Add(SeriesFeaturizer model, SeriesSet series, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        int values = checked(series.Count * _least.Length);
        if (_features.Length < values)
            _features = new float[values];
        model.Transform(series, _features.AsMemory(0, values), numberOfThreads, cancellation);
        for (int row = 0; row < series.Count; row++)
            Add(_features.AsSpan(row * _least.Length, _least.Length));
        return _features.AsSpan(0, values);
    }

    /// <summary>The range of all series so far.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public TrainingRange Solve() => new(_least, _largest);

    private void Add(ReadOnlySpan<float> features)
    {
        for (int i = 0; i < features.Length; i++)
        {
            _least[i] = Math.Min(_least[i], features[i]);
            _largest[i] = Math.Max(_largest[i], features[i]);
        }
    }
}
