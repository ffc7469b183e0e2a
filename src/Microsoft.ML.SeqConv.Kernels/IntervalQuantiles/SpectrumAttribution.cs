namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits magnitudes of a Fourier transform over the points of a series. |X[k]| is the sum over t of
/// x[t] cos(2 pi k t / T + phase of X[k]), of which the positive terms have a part each.
/// </summary>
internal sealed class SpectrumAttribution
{
    private readonly double[] _signal;
    private readonly double[] _cosines;     // of 2 pi n / T
    private readonly double[] _sines;
    private readonly double _sum;

    /// <param name="series">[time], of one channel.</param>
    public SpectrumAttribution(ReadOnlySpan<float> series)
    {
        _signal = new double[series.Length];
        for (int t = 0; t < series.Length; t++)
        {
            _signal[t] = series[t];
            _sum += Math.Abs(_signal[t]);
        }

        double step = 2 * Math.PI / series.Length;
        _cosines = [.. Enumerable.Range(0, series.Length).Select(n => Math.Cos(step * n))];
        _sines = [.. Enumerable.Range(0, series.Length).Select(n => Math.Sin(step * n))];
    }

    /// <summary>Computes the magnitudes.</summary>
    /// <param name="magnitudes">[frequency].</param>
    public void Magnitudes(Span<float> magnitudes)
    {
        var power = new double[magnitudes.Length];
        for (int k = 0; k < power.Length; k++)
        {
            (double real, double imaginary) = At(k);
            power[k] = real * real + imaginary * imaginary;
        }

        SeriesRepresentations.Magnitudes(power, _sum, magnitudes);
    }

    /// <summary>Splits attributions of frequencies.</summary>
    /// <param name="ofFrequencies">[frequency].</param>
    /// <param name="contributions">[time]: the part of each point is added.</param>
    /// <returns>Attributions of frequencies that no point adds to.</returns>
    public double Distribute(ReadOnlySpan<double> ofFrequencies, Span<double> contributions)
    {
        double undistributed = 0;
        var parts = new double[contributions.Length];
        for (int k = 0; k < ofFrequencies.Length; k++)
        {
            (double real, double imaginary) = At(k);
            double total = 0;
            for (int t = 0; t < parts.Length && ofFrequencies[k] != 0; t++)
            {
                int n = (int)((long)k * t % parts.Length);
                parts[t] = Math.Max(0, _signal[t] * (real * _cosines[n] - imaginary * _sines[n]));
                total += parts[t];
            }

            if (total == 0)
            {
                undistributed += ofFrequencies[k];
                continue;
            }

            for (int t = 0; t < parts.Length; t++)
                contributions[t] += ofFrequencies[k] * (parts[t] / total);
        }

        return undistributed;
    }

    // X[k] = sum of x[t] (cos - i sin).
    private (double Real, double Imaginary) At(int k)
    {
        (double real, double imaginary) = (0, 0);
        for (int t = 0; t < _signal.Length; t++)
        {
            int n = (int)((long)k * t % _signal.Length);
            real += _signal[t] * _cosines[n];
            imaginary -= _signal[t] * _sines[n];
        }

        return (real, imaginary);
    }
}
