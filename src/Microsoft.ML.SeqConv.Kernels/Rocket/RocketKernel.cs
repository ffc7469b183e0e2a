namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>One random kernel.</summary>
internal sealed record RocketKernel
{
    /// <summary>The largest number of taps a kernel may have.</summary>
    internal const int MaxLength = 1023;

    /// <summary>Taps a channel, odd, from 3 to 1,023.</summary>
    public required int Length { get; init; }

    /// <summary>[channel, tap], row-major, finite.</summary>
    public required double[] Weights { get; init; }

    /// <summary>Added to every output; finite.</summary>
    public required double Bias { get; init; }

    /// <summary>Points from tap to tap, at least 1.</summary>
    public required int Dilation { get; init; }

    /// <summary>
    /// Zeros put on either side of the series: 0, or half of the receptive field, (length - 1) * dilation / 2.
    /// </summary>
    public required int Padding { get; init; }

    /// <summary>Channels to sum over, distinct.</summary>
    public required int[] Channels { get; init; }

    /// <summary>Points from the first tap to the last: (length - 1) * dilation.</summary>
    internal int Span => (Length - 1) * Dilation;

    internal void Validate(int index, int numberOfChannels)
    {
        if (Length is < 3 or > MaxLength || Length % 2 == 0)
            throw Invalid($"has {Length} taps; it must have an odd number from 3 to {MaxLength}");
        if (Channels is null || Channels.Length < 1 || Channels.Length > numberOfChannels
            || Channels.Any(channel => channel < 0 || channel >= numberOfChannels))
            throw Invalid($"sums over channels that a series of {numberOfChannels} channels does not have");
        if (Weights is null || Weights.Length != Channels.Length * Length)
            throw Invalid($"has {Weights?.Length ?? 0} weights; {Channels.Length} channels of {Length} taps need "
                + $"{Channels.Length * Length}");
        if (!double.IsFinite(Bias) || !Array.TrueForAll(Weights, double.IsFinite))
            throw Invalid("has a bias or a weight that is not finite");
        if (Dilation < 1 || (long)(Length - 1) * Dilation > Array.MaxLength)
            throw Invalid($"has the dilation {Dilation}; its {Length} taps must span at least {Length - 1} "
                + "points and fit into memory");
        if (Padding != 0 && Padding != Span / 2)
            throw Invalid($"has the padding {Padding}; it must be 0 or half of the span of the taps, {Span / 2}");

        ArgumentException Invalid(string what) => new($"Kernel {index} {what}.");
    }
}
