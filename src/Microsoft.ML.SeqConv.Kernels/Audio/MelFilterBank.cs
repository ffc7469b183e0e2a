namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Triangles over the bins of a spectrum, equally wide in mel, each reaching from its left neighbour's peak
/// to its right one's.
/// </summary>
internal sealed class MelFilterBank
{
    private readonly int[] _first;          // the first bin with a weight
    private readonly double[][] _weights;   // from that bin on

    /// <param name="settings">Bands, scale, frequencies and whether triangles have one area.</param>
    public MelFilterBank(MelSettings settings)
    {
        Bins = settings.TransformSize / 2 + 1;
        Bands = settings.NumberOfBands;
        _first = new int[Bands];
        _weights = new double[Bands][];
        double low = settings.Scale.ToMel(settings.MinFrequency);
        double high = settings.Scale.ToMel(settings.MaxFrequency);
        double[] corners = [.. Enumerable.Range(0, Bands + 2)
            .Select(i => settings.Scale.ToHertz(low + (high - low) * i / (Bands + 1)))];
        for (int band = 0; band < Bands; band++)
        {
            (double left, double peak, double right) = (corners[band], corners[band + 1], corners[band + 2]);
            double height = settings.EqualArea ? 2 / (right - left) : 1;
            int first = BinBelow(left, settings);
            while (first < Bins && !(WeightOf(first) > 0) && HertzOf(first) < right)
                first++;
            int end = first;
            while (end < Bins && WeightOf(end) > 0)
                end++;
            _first[band] = end > first ? first : 0;
            _weights[band] = [.. Enumerable.Range(first, end - first).Select(WeightOf)];

            double HertzOf(int bin) => (double)bin * settings.SampleRate / settings.TransformSize;

            double WeightOf(int bin)
            {
                double hertz = HertzOf(bin);
                return height * Math.Max(0, Math.Min((hertz - left) / (peak - left), (right - hertz) / (right - peak)));
            }
        }
    }

    /// <summary>Bins of a spectrum: half the transform's length, and one.</summary>
    public int Bins { get; }

    /// <summary>Triangles.</summary>
    public int Bands { get; }

    /// <summary>
    /// The first band that no bin of the spectrum falls into, or -1: there are too many bands for the
    /// length of the transform.
    /// </summary>
    public int FirstEmptyBand => Array.FindIndex(_weights, weights => weights.Length == 0);

    /// <summary>Weighs a power spectrum.</summary>
    /// <param name="power">[bin].</param>
    /// <param name="bands">Gets [band].</param>
    public void Apply(ReadOnlySpan<double> power, Span<double> bands)
    {
        for (int band = 0; band < Bands; band++)
        {
            double sum = 0;
            double[] weights = _weights[band];
            ReadOnlySpan<double> part = power.Slice(_first[band], weights.Length);
            for (int i = 0; i < weights.Length; i++)
                sum += weights[i] * part[i];
            bands[band] = sum;
        }
    }

    // A bin at or below a frequency: a triangle is looked for where it begins, so that the work is O(bands + bins).
    private static int BinBelow(double hertz, MelSettings settings)
        => (int)Math.Max(0, Math.Floor(hertz * settings.TransformSize / settings.SampleRate) - 1);

    /// <summary>All weights: [band, bin], row-major.</summary>
    public float[] ToMatrix()
    {
        var matrix = new float[Bands * Bins];
        for (int band = 0; band < Bands; band++)
        {
            for (int i = 0; i < _weights[band].Length; i++)
                matrix[band * Bins + _first[band] + i] = (float)_weights[band][i];
        }

        return matrix;
    }
}
