using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Moves quantiles outwards by what they missed in windows that no network has learned from: conformalised quantile
/// regression (Romano, Patterson and Candès 2019, arXiv:1905.03222). Of a pair of quantiles q and 1 - q and a point of
/// the horizon, the errors are the larger of lower - actual and actual - upper, in the scale of the window, for the
/// mean of the networks; both move by the bound that a new error exceeds with probability 2 q, and never inwards. A
/// quantile without its pair has its own errors and the probability q. A point of the horizon has the errors of its
/// neighbours too where there are fewer windows than the bound needs; errors of overlapping windows and of neighbours
/// depend on each other, so that there is no guarantee.
/// </summary>
/// <param name="examples">Windows that were held back, at least one.</param>
/// <param name="settings">Sizes and quantiles.</param>
internal sealed class ForecastCalibration(ForecastExamples examples, ForecastSettings settings)
{
    private const int BatchSize = 64;
    private const int MaxWindows = 2048;
    private const int MaxValues = 1 << 24;      // of forecasts that are held
    private const ulong Seed = 1;               // the same windows every time

    private readonly double[] _sums = new double[examples.Count * settings.Quantiles.Length * settings.Horizon];
    private readonly float[] _actual = new float[examples.Count * settings.Horizon];
    private int _networks;

    /// <summary>The windows to calibrate on: all, or where there are very many, some spread evenly over all.</summary>
    public static (int Series, int Start)[] Some((int Series, int Start)[] windows, ForecastSettings settings)
    {
        int max = Math.Clamp(MaxValues / (settings.Quantiles.Length * settings.Horizon), 1, MaxWindows);
        return [.. SpreadExamples.AtMost(windows.Length, [], max, Seed).Select(i => windows[i])];
    }

    /// <summary>Adds the forecasts of a network.</summary>
    public void Add(SequenceNetwork network, Device device)
    {
        _networks++;
        int outputs = settings.Quantiles.Length * settings.Horizon;
        network.eval();
        using IDisposable constant = no_grad();
        foreach (int[] rows in Enumerable.Range(0, examples.Count).Chunk(BatchSize))
        {
            using var scope = NewDisposeScope();
            SequenceBatch batch = examples.Gather(rows, device);
            float[] forecasts = network.call(batch.Input, batch.Mask).cpu().contiguous().data<float>().ToArray();
            for (int k = 0; k < forecasts.Length; k++)
                _sums[rows[0] * outputs + k] += forecasts[k];
            batch.Target!.cpu().contiguous().data<float>().ToArray().CopyTo(_actual, rows[0] * settings.Horizon);
        }
    }

    /// <summary>The move of each quantile, in the scale of a window.</summary>
    /// <param name="isShort">Whether there were fewer errors than a bound needs; the largest is the bound then.</param>
    /// <returns>[quantile, horizon]: at most zero below the median, at least zero above it.</returns>
    public float[] Offsets(out bool isShort)
    {
        isShort = false;
        double[] quantiles = settings.Quantiles;
        var offsets = new float[quantiles.Length * settings.Horizon];
        for (int h = 0; h < settings.Horizon; h++)
        {
            float outer = 0;
            for (int q = settings.Median - 1; q >= 0; q--)
                offsets[q * settings.Horizon + h] = outer = Math.Min(outer, -Bound(q, h, ref isShort));
            outer = 0;
            for (int q = settings.Median + 1; q < quantiles.Length; q++)
                offsets[q * settings.Horizon + h] = outer = Math.Max(outer, Bound(q, h, ref isShort));
        }

        return offsets;
    }

    private float Bound(int q, int h, ref bool isShort)
    {
        const double rounding = 1e-9;
        double quantile = settings.Quantiles[q];
        int pair = Array.FindIndex(settings.Quantiles, other => Math.Abs(other + quantile - 1) < rounding);
        double significance = Math.Min(quantile, 1 - quantile) * (pair < 0 ? 1 : 2);
        int needed = (int)Math.Ceiling(1 / significance - 1 - rounding);
        (int first, int last) = (h, h);
        while ((last - first + 1) * examples.Count < needed && (first > 0 || last < settings.Horizon - 1))
            (first, last) = (Math.Max(0, first - 1), Math.Min(settings.Horizon - 1, last + 1));
        var errors = new List<double>();
        for (int window = 0; window < examples.Count; window++)
        {
            for (int step = first; step <= last; step++)
            {
                double other = pair < 0 ? double.NegativeInfinity : Error(window, pair, step);
                errors.Add(Math.Max(Error(window, q, step), other));
            }
        }

        errors.Sort();
        double bound = ConformalRegressor.Bound(errors.ToArray(), significance);
        isShort |= double.IsInfinity(bound);
        return (float)(double.IsInfinity(bound) ? errors[^1] : bound);
    }

    // How far the actual value is outside of the quantile.
    private double Error(int window, int q, int h)
    {
        double forecast = _sums[(window * settings.Quantiles.Length + q) * settings.Horizon + h] / _networks;
        double error = forecast - _actual[window * settings.Horizon + h];
        return q < settings.Median ? error : -error;
    }
}
