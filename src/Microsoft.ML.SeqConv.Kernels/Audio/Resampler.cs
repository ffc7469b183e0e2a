using System.Globalization;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Another sample rate by a windowed-sinc filter (Smith, Digital Audio Resampling): each new sample is a sum of old
/// ones under sinc(2 f t), f a little below half of the lower rate, times a Hann window. One row of filter taps for
/// each phase of the ratio in lowest terms. Immutable, so that threads may share it.
/// </summary>
/// <remarks>
/// Where the lowest terms are so large that a row for each phase would fill more than 16 MiB, there are 1,024 phases
/// for a zero crossing, and taps between two are interpolated linearly (Smith's table lookup; an error below 1e-6 of
/// full scale). Time is at most 68 products for each sample of the longer of source and result.
/// </remarks>
public sealed class Resampler
{
    /// <summary>The highest ratio of the new rate to the old one unless another is given: 6,000 to 192,000 samples a
    /// second.</summary>
    internal const int DefaultMaxFactor = 32;

    /// <summary>The largest ratio that can be allowed, up or down: tables stay below 64 MiB.</summary>
    internal const int MaxFactorLimit = 65_536;

    private const int ZeroCrossings = 32;       // of the sinc on either side
    private const double Rolloff = 0.97;        // of half the lower rate: the filter's middle
    private const int MaxExactTaps = 1 << 22;
    private const int PhasesPerCrossing = 1024; // where taps are interpolated
    private const int DefaultReduction = 1024;  // 10,000,000 to about 9,800
    private const int MaxLength = 1 << 29;      // of a result: 2 GiB

    private readonly int _from;                 // the rates in lowest terms
    private readonly int _to;
    private readonly int _half;                 // taps on either side
    private readonly int _phases;               // _to where taps are exact
    private readonly float[] _taps;             // [phase, 2 half + 1], and one more phase where taps are interpolated

    /// <param name="fromRate">Samples a second of what is given, 1 to 10,000,000.</param>
    /// <param name="toRate">Samples a second of what is wanted, 1 to 10,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A rate is out of its range, or a second of the result has more than 32 times or less than 1/1,024 of the
    /// samples.
    /// </exception>
    public Resampler(int fromRate, int toRate)
        : this(fromRate, toRate, DefaultMaxFactor)
    {
    }

    /// <param name="fromRate">Samples a second of what is given, 1 to 10,000,000.</param>
    /// <param name="toRate">Samples a second of what is wanted, 1 to 10,000,000.</param>
    /// <param name="maxFactor">
    /// The highest ratio of the rates, 1 to 65,536. Reductions go to 1/1,024, or to 1/maxFactor where that is further.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or the factor is out of its range, or the rates are too
    /// far apart.</exception>
    internal Resampler(int fromRate, int toRate, int maxFactor)
    {
        Guard.Within(maxFactor, 1, MaxFactorLimit);
        int maxReduction = Math.Max(DefaultReduction, maxFactor);
        Guard.Within(fromRate, 1, MelSettings.MaxSampleRate);
        Guard.Within(toRate, 1, MelSettings.MaxSampleRate);
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
        (_from, _to) = (fromRate / divisor, toRate / divisor);
        if (toRate > (long)maxFactor * fromRate || fromRate > (long)maxReduction * toRate)
        {
            throw new ArgumentOutOfRangeException(nameof(toRate), toRate, string.Create(CultureInfo.InvariantCulture,
                $"From {fromRate} to {toRate} samples a second is a factor of {(double)toRate / fromRate:G4}; "
                + $"1/{maxReduction} to {maxFactor} are possible. ")
                + "Correct the rate in the header of the file if it is wrong, or choose a rate nearer to it.");
        }

        double cutoff = Rolloff * Math.Min(1, (double)_to / _from);         // of half the old rate
        _half = (int)Math.Ceiling(ZeroCrossings / cutoff);
        _phases = (long)_to * (2 * _half + 1) <= MaxExactTaps ? _to : (int)Math.Ceiling(PhasesPerCrossing * cutoff);
        _taps = _from == _to ? [] : Taps(cutoff);
    }

    /// <summary>Samples of the result: the ratio of the rates, rounded up.</summary>
    /// <param name="samples">Of the source, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The result would have more than 536,870,912 samples.</exception>
    public int LengthOf(int samples)
    {
        long length = ((long)samples * _to + _from - 1) / _from;
        return length <= MaxLength ? (int)length : throw new ArgumentOutOfRangeException(nameof(samples), samples,
            string.Create(CultureInfo.InvariantCulture,
                $"A clip of {samples} samples has {length} at the new rate; at most {MaxLength} are possible. "
                + $"Cut the recording into parts, or choose a lower rate."));
    }

    /// <summary>Makes the samples of the other rate. What lies before and after the clip counts as zeros.</summary>
    /// <param name="samples">At the old rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">The result would have more than 536,870,912 samples.</exception>
    public float[] Resample(ReadOnlySpan<float> samples)
    {
        var result = new float[LengthOf(samples.Length)];
        if (_from == _to)
        {
            samples.CopyTo(result);
            return result;
        }

        for (int i = 0; i < result.Length; i++)
        {
            long position = (long)i * _from;
            int first = (int)(position / _to) - _half;
            int rest = (int)(position % _to);
            result[i] = (float)(_phases == _to
                ? Sum(samples, first, rest)
                : Interpolate(samples, first, (double)rest / _to * _phases));
        }

        return result;
    }

    private double Interpolate(ReadOnlySpan<float> samples, int first, double phase)
    {
        int below = (int)phase;
        double share = phase - below;
        return (1 - share) * Sum(samples, first, below) + share * Sum(samples, first, below + 1);
    }

    private double Sum(ReadOnlySpan<float> samples, int first, int phase)
    {
        int width = 2 * _half + 1;
        ReadOnlySpan<float> taps = _taps.AsSpan(phase * width, width);
        int from = Math.Max(0, -first);
        int to = Math.Min(width, samples.Length - first);
        double sum = 0;
        for (int k = from; k < to; k++)
            sum += (double)taps[k] * samples[first + k];
        return sum;
    }

    // Each phase's taps sum to one, so that a constant stays what it is.
    private float[] Taps(double cutoff)
    {
        int width = 2 * _half + 1;
        int rows = _phases == _to ? _to : _phases + 1;
        var taps = new float[rows * width];
        var row = new double[width];
        for (int phase = 0; phase < rows; phase++)
        {
            for (int k = 0; k < width; k++)
            {
                double t = (k - _half - (double)phase / _phases) * cutoff;      // in zero crossings
                double window = Math.Abs(t) >= ZeroCrossings
                    ? 0
                    : Math.Pow(Math.Cos(Math.PI * t / (2 * ZeroCrossings)), 2);
                row[k] = t == 0 ? 1 : window * Math.Sin(Math.PI * t) / (Math.PI * t);
            }

            double sum = row.Sum();
            for (int k = 0; k < width; k++)
                taps[phase * width + k] = (float)(row[k] / sum);
        }

        return taps;
    }
}
