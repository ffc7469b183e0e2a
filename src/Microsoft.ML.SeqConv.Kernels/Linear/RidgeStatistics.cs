using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// All that ridge needs to know of any number of examples: count, weight, and the weighted sums and products of
/// features and targets. Memory is that of one matrix [feature, feature] of float64 whatever the number of examples;
/// parts of the data can be summed apart and merged.
/// <para>
/// Features are taken as differences from an origin near their means, so that centring afterwards loses no digits.
/// Products of features are summed in float32 over 128 examples and in float64 across, those of few features in
/// float64 throughout.
/// </para>
/// </summary>
public sealed unsafe partial class RidgeStatistics : IDisposable
{
    private const int Width = GramAccumulator.StripWidth;
    private const int ExamplesAtOnce = 4 * GramAccumulator.Depth;
    private const int FewFeatures = 1024;

    private readonly AlignedBuffer _gram;
    private readonly double[] _origin;
    private readonly double[] _targetOrigin;
    private readonly double[] _sums;
    private readonly double[] _targetSums;
    private readonly double[] _cross;
    private readonly double[] _squares;
    private bool _hasOrigin;

    /// <summary>Starts without examples.</summary>
    /// <param name="numberOfFeatures">Features of an example, at least 1.</param>
    /// <param name="numberOfTargets">Targets of an example, at least 1.</param>
    /// <param name="mergesExactly">
    /// Whether parts give the sums of one pass to the rounding of float64, whatever their sizes and means, at less than
    /// half the speed for more than 1,024 features:
    /// all sums are formed in float64, and from an origin that float32 differences are exact from: zero for
    /// weighted examples.
    /// </param>
    public RidgeStatistics(int numberOfFeatures, int numberOfTargets, bool mergesExactly = false)
    {
        MergesExactly = mergesExactly;
        Guard.AtLeast(numberOfFeatures, 1);
        Guard.AtLeast(numberOfTargets, 1);
        NumberOfFeatures = numberOfFeatures;
        NumberOfTargets = numberOfTargets;
        Size = RidgeFactorisation.PaddedSize(numberOfFeatures);
        _gram = new AlignedBuffer((long)Size * Size);
        _origin = new double[numberOfFeatures];
        _sums = new double[numberOfFeatures];
        _targetOrigin = new double[numberOfTargets];
        _targetSums = new double[numberOfTargets];
        _cross = new double[(long)numberOfTargets * numberOfFeatures];
        _squares = new double[numberOfTargets];
    }

    /// <summary>Features of an example.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>Targets of an example.</summary>
    public int NumberOfTargets { get; }

    /// <summary>Examples of positive weight.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of the weights.</summary>
    internal double TotalWeight { get; private set; }

    /// <summary>Whether parts give the sums of one pass to the rounding of float64.</summary>
    internal bool MergesExactly { get; }

    internal GramPrecision Precision
        => MergesExactly || NumberOfFeatures <= FewFeatures ? GramPrecision.Double : GramPrecision.Single;

    internal int Size { get; }

    /// <summary>
    /// [feature, feature], rows <see cref="Size"/> apart: sums of products of differences, on and below the diagonal.
    /// </summary>
    internal double* Gram
    {
        get
        {
            ObjectDisposedException.ThrowIf(_gram.Pointer == null, this);
            return _gram.Pointer;
        }
    }

    /// <summary>[feature].</summary>
    internal double[] Origin => _origin;

    /// <summary>[feature]: sums of differences.</summary>
    internal double[] Sums => _sums;

    /// <summary>[target].</summary>
    internal double[] TargetOrigin => _targetOrigin;

    /// <summary>[target]: sums of differences.</summary>
    internal double[] TargetSums => _targetSums;

    /// <summary>[target, feature]: sums of products of differences.</summary>
    internal double[] Cross => _cross;

    /// <summary>[target]: sums of squares of differences.</summary>
    internal double[] Squares => _squares;

    /// <summary>Adds examples. Their features are not changed.</summary>
    /// <param name="features">[example, feature]; finite.</param>
    /// <param name="targets">[example, target], row-major; finite.</param>
    /// <param name="exampleWeights">One weight an example, zero or more; empty means that all are 1.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work; the sums are then of no use.</param>
    /// <exception cref="ArgumentException">A shape or a value breaks a rule, which the message names.</exception>
    public void Add(FeatureMatrix features, ReadOnlySpan<double> targets,
        ReadOnlySpan<double> exampleWeights = default, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        RidgeChecks.ValidateBlock(features, NumberOfFeatures, targets, NumberOfTargets, exampleWeights);
        double[] y = targets.ToArray();
        double[] weights = exampleWeights.ToArray();
        int[] rows = [.. Enumerable.Range(0, features.RowCount).Where(i => weights.Length == 0 || weights[i] > 0)];
        if (rows.Length == 0)
            return;
        if (!_hasOrigin)
            PlaceOrigin(features, y, rows, isWeighted: weights.Length > 0);
        if (MergesExactly && weights.Length == 0)
            KeepExactOrigins(features, rows);
        var team = new WorkTeam(numberOfThreads, progress: null, cancellation);
        using var block = new AlignedBuffer((long)Size * Math.Min(ExamplesAtOnce, rows.Length) / 2 + Width);
        var gram = new GramAccumulator(Gram, Size, Precision, team);
        for (int first = 0; first < rows.Length; first += ExamplesAtOnce)
        {
            ArraySegment<int> some = new(rows, first, Math.Min(ExamplesAtOnce, rows.Length - first));
            AddTargets(some, y, weights);
            float* strips = (float*)block.Pointer;
            team.Run(Size / Width, (double)Size * some.Count, strip =>
                FillStrip(strips + (long)strip * some.Count * Width, strip * Width, features, some, y, weights));
            gram.Add(strips, some.Count);
        }

        GC.KeepAlive(features);
    }

    /// <summary>Adds what another part of the data has. The other is not changed.</summary>
    /// <param name="other">Sums of as many features and targets.</param>
    /// <exception cref="ArgumentException">The parts differ in their numbers of features or targets.</exception>
    public void Merge(RidgeStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.NumberOfFeatures != NumberOfFeatures || other.NumberOfTargets != NumberOfTargets)
            throw new ArgumentException(
                $"The other part has {other.NumberOfFeatures} features and {other.NumberOfTargets} targets; "
                + $"this one has {NumberOfFeatures} and {NumberOfTargets}.", nameof(other));
        if (other.Count == 0)
            return;
        if (!_hasOrigin)
        {
            other._origin.CopyTo(_origin, 0);
            other._targetOrigin.CopyTo(_targetOrigin, 0);
            _hasOrigin = true;
        }

        // A sum of (d + s)(e + r) over examples, d and e the other's differences, s and r the way from this
        // origin to the other's.
        double[] shift = [.. other._origin.Zip(_origin, (theirs, ours) => theirs - ours)];
        double[] targetShift = [.. other._targetOrigin.Zip(_targetOrigin, (theirs, ours) => theirs - ours)];
        double weight = other.TotalWeight;
        for (int i = 0; i < NumberOfFeatures; i++)
        {
            double* row = Gram + (long)i * Size;
            double* otherRow = other.Gram + (long)i * Size;
            for (int j = 0; j <= i; j++)
                row[j] += otherRow[j] + shift[i] * other._sums[j] + other._sums[i] * shift[j]
                    + weight * shift[i] * shift[j];
        }

        for (int t = 0; t < NumberOfTargets; t++)
        {
            for (int j = 0; j < NumberOfFeatures; j++)
            {
                int at = t * NumberOfFeatures + j;
                _cross[at] += other._cross[at] + shift[j] * other._targetSums[t] + other._sums[j] * targetShift[t]
                    + weight * shift[j] * targetShift[t];
            }

            _squares[t] += other._squares[t] + 2 * targetShift[t] * other._targetSums[t]
                + weight * targetShift[t] * targetShift[t];
            _targetSums[t] += other._targetSums[t] + weight * targetShift[t];
        }

        for (int j = 0; j < NumberOfFeatures; j++)
            _sums[j] += other._sums[j] + weight * shift[j];
        TotalWeight += weight;
        Count += other.Count;
        GC.KeepAlive(other);
    }

    /// <inheritdoc/>
    public void Dispose() => _gram.Dispose();

    private void PlaceOrigin(FeatureMatrix features, double[] targets, int[] rows, bool isWeighted)
    {
        foreach (int row in rows)
        {
            Span<float> values = features[row];
            for (int j = 0; j < values.Length; j++)
                _origin[j] += values[j] / (double)rows.Length;
            for (int t = 0; t < NumberOfTargets; t++)
                _targetOrigin[t] += targets[row * NumberOfTargets + t] / rows.Length;
        }

        // Differences from a float32 number round less.
        for (int j = 0; j < _origin.Length; j++)
            _origin[j] = (float)_origin[j];
        if (MergesExactly && isWeighted)
            // the root of a weight times a difference rounds, so all parts must measure from one place
            Array.Clear(_origin);
        _hasOrigin = true;
    }

    /// <summary>
    /// Measures features from zero of which a difference would round: those of float32 numbers within a factor of two
    /// are exact (Sterbenz 1974), but every block may bring others.
    /// </summary>
    private void KeepExactOrigins(FeatureMatrix features, int[] rows)
    {
        var shift = new double[NumberOfFeatures];
        foreach (int row in rows)
        {
            ReadOnlySpan<float> values = features[row];
            for (int j = 0; j < values.Length; j++)
            {
                if (_origin[j] + (float)(values[j] - _origin[j]) != values[j])
                    (shift[j], _origin[j]) = (_origin[j], 0);
            }
        }

        if (Count > 0 && shift.Any(way => way != 0))
            Shift(shift);
    }

    /// <summary>
    /// Makes the sums those of differences that are larger by the way from the new origin to the old.
    /// </summary>
    private void Shift(double[] way)
    {
        for (int i = 0; i < NumberOfFeatures; i++)
        {
            double* row = Gram + (long)i * Size;
            for (int j = 0; j <= i; j++)
                row[j] += way[i] * _sums[j] + _sums[i] * way[j] + TotalWeight * way[i] * way[j];
        }

        for (int k = 0; k < _cross.Length; k++)
            _cross[k] += way[k % NumberOfFeatures] * _targetSums[k / NumberOfFeatures];
        for (int j = 0; j < NumberOfFeatures; j++)
            _sums[j] += TotalWeight * way[j];
    }

    private void AddTargets(ArraySegment<int> rows, double[] targets, double[] weights)
    {
        foreach (int row in rows)
        {
            double weight = weights.Length == 0 ? 1 : weights[row];
            for (int t = 0; t < NumberOfTargets; t++)
            {
                double difference = targets[row * NumberOfTargets + t] - _targetOrigin[t];
                _targetSums[t] += weight * difference;
                _squares[t] += weight * difference * difference;
            }

            TotalWeight += weight;
            Count++;
        }
    }

    /// <summary>
    /// Writes the differences of 24 features, times the roots of the weights, and adds what they have with the targets.
    /// </summary>
    private void FillStrip(float* strip, int firstFeature, FeatureMatrix features, ArraySegment<int> rows,
        double[] targets, double[] weights)
    {
        Debug.Assert(firstFeature >= 0 && firstFeature % Width == 0, "The strip begins within another.");
        int width = Math.Clamp(NumberOfFeatures - firstFeature, 0, Width);
        foreach (int row in rows)
        {
            ReadOnlySpan<float> values = features[row].Slice(Math.Min(firstFeature, NumberOfFeatures), width);
            double root = weights.Length == 0 ? 1 : Math.Sqrt(weights[row]);
            for (int j = 0; j < width; j++)
            {
                strip[j] = (float)(root * (values[j] - _origin[firstFeature + j]));
                _sums[firstFeature + j] += root * strip[j];
            }

            for (int j = width; j < Width; j++)
                strip[j] = 0;
            for (int t = 0; t < NumberOfTargets; t++)
            {
                fixed (double* sums = &_cross[(long)t * NumberOfFeatures])
                    DenseVector.AddMultiple(sums + firstFeature, strip,
                        root * (targets[row * NumberOfTargets + t] - _targetOrigin[t]), width);
            }

            strip += Width;
        }
    }
}
