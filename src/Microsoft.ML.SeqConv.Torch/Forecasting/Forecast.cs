namespace Microsoft.ML.SeqConv;

/// <summary>Quantiles of the points after a series.</summary>
public sealed class Forecast
{
    private readonly double[] _quantiles;
    private readonly float[] _values;

    internal Forecast(double[] quantiles, float[] values, bool hasNoSpread = false)
    {
        HasNoSpread = hasNoSpread;
        _quantiles = quantiles;
        _values = values;
    }

    /// <summary>The quantiles, rising.</summary>
    public IReadOnlyList<double> Quantiles => _quantiles;

    /// <summary>Points.</summary>
    public int Horizon => _values.Length / _quantiles.Length;

    /// <summary>
    /// Whether all points of the look-back window are equal. Then every quantile is that value, and the width 0 of the
    /// interval says nothing about how sure the forecast is.
    /// </summary>
    public bool HasNoSpread { get; }

    /// <summary>The quantile 0.5 of each point.</summary>
    public ReadOnlySpan<float> Median => At(0.5);

    /// <summary>The lowest quantile of each point.</summary>
    public ReadOnlySpan<float> Lower => At(_quantiles[0]);

    /// <summary>The highest quantile of each point.</summary>
    public ReadOnlySpan<float> Upper => At(_quantiles[^1]);

    /// <summary>A quantile of each point.</summary>
    /// <param name="quantile">One of <see cref="Quantiles"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model was not trained for it.</exception>
    public ReadOnlySpan<float> At(double quantile)
    {
        int index = Array.IndexOf(_quantiles, quantile);
        return index >= 0 ? _values.AsSpan(index * Horizon, Horizon)
            : throw new ArgumentOutOfRangeException(nameof(quantile), quantile,
                FormattableString.Invariant($"The quantile {quantile} is not forecast; ")
                + FormattableString.Invariant(
                    $"those are {string.Join(", ", _quantiles.Select(q => FormattableString.Invariant($"{q}")))}. ")
                + "Train with it.");
    }
}
