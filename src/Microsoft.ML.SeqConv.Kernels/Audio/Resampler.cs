namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Another sample rate by a windowed-sinc filter (Smith, Digital Audio Resampling): each new sample is a sum of old ones under sinc(2 f t), f a little below half of the lower
/// rate, times a Hann window. One row of filter taps for each phase of the ratio in lowest terms. Immutable, so that threads may share it.
/// </summary>
public sealed class Resampler
{
    private const int ZeroCrossings = 32;       // of the sinc on either side
    private const double Rolloff = 0.97;        // of half the lower rate: the filter's middle
    private const int MostTaps = 1 << 24;

    private readonly int _from;                 // the rates in lowest terms
    private readonly int _to;
    private readonly int _half;                 // taps on either side
    private readonly float[] _taps;             // [phase, 2 half + 1]

    /// <param name="fromRate">Samples a second of what is given, 1 to 10,000,000.</param>
    /// <param name="toRate">Samples a second of what is wanted, 1 to 10,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of its range, or the two have so little in common that the filter would be too large.</exception>
    public Resampler(int fromRate, int toRate)
    {
        CheckRate(fromRate, nameof(fromRate));
        CheckRate(toRate, nameof(toRate));
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
        (_from, _to) = (fromRate / divisor, toRate / divisor);
        double cutoff = Rolloff * Math.Min(1, (double)_to / _from);         // of half the old rate
        _half = (int)Math.Ceiling(ZeroCrossings / cutoff);
        if ((long)_to * (2 * _half + 1) > MostTaps)
        {
            throw new ArgumentOutOfRangeException(nameof(toRate), toRate,
                $"From {fromRate} to {toRate} samples a second is a ratio of {_to} to {_from}, whose filter would be too large. Choose a rate with a common divisor.");
        }

        _taps = _from == _to ? [] : Taps(cutoff);
    }

    /// <summary>Samples of the result: the ratio of the rates, rounded up.</summary>
    /// <param name="samples">Of the source, 0 or more.</param>
    public int LengthOf(int samples) => checked((int)(((long)samples * _to + _from - 1) / _from));

    /// <summary>Makes the samples of the other rate. What lies before and after the clip counts as zeros.</summary>
    /// <param name="samples">At the old rate.</param>
    public float[] Resample(ReadOnlySpan<float> samples)
    {
        var result = new float[LengthOf(samples.Length)];
        if (_from == _to)
        {
            samples.CopyTo(result);
            return result;
        }

        int width = 2 * _half + 1;
        for (int i = 0; i < result.Length; i++)
        {
            long position = (long)i * _from;
            int first = (int)(position / _to) - _half;
            ReadOnlySpan<float> taps = _taps.AsSpan((int)(position % _to) * width, width);
            int from = Math.Max(0, -first);
            int to = Math.Min(width, samples.Length - first);
            double sum = 0;
            for (int k = from; k < to; k++)
                sum += (double)taps[k] * samples[first + k];
            result[i] = (float)sum;
        }

        return result;
    }

    // Each phase's taps sum to one, so that a constant stays what it is.
    private float[] Taps(double cutoff)
    {
        int width = 2 * _half + 1;
        var taps = new float[_to * width];
        var row = new double[width];
        for (int phase = 0; phase < _to; phase++)
        {
            for (int k = 0; k < width; k++)
            {
                double t = (k - _half - (double)phase / _to) * cutoff;      // in zero crossings
                double window = Math.Abs(t) >= ZeroCrossings ? 0 : Math.Pow(Math.Cos(Math.PI * t / (2 * ZeroCrossings)), 2);
                row[k] = t == 0 ? 1 : window * Math.Sin(Math.PI * t) / (Math.PI * t);
            }

            double sum = row.Sum();
            for (int k = 0; k < width; k++)
                taps[phase * width + k] = (float)(row[k] / sum);
        }

        return taps;
    }

    private static void CheckRate(int rate, string name)
    {
        if (rate is < 1 or > 10_000_000)
            throw new ArgumentOutOfRangeException(name, rate, $"The rate is {rate} samples a second; 1 to 10,000,000 are taken.");
    }
}
