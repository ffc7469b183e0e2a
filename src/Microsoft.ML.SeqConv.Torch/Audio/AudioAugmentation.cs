using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.SeqConv;

/// <summary>How clips are changed at random each time they are met in training. What is 0 is left out.</summary>
public sealed class AudioAugmentation
{
    /// <summary>
    /// Ranges of bands that are hidden (SpecAugment, Park et al. 2019, arXiv:1904.08779), 0 to 100. Default 2.
    /// </summary>
    [Range(0, 3, init: 2)]
    public int FrequencyMasks { get; set; } = 2;

    /// <summary>The most bands of such a range, 0 to 4,096. Default 6.</summary>
    [Range(2, 16, init: 6)]
    public int FrequencyMaskBands { get; set; } = 6;

    /// <summary>Ranges of frames that are hidden, 0 to 100. Default 2.</summary>
    [Range(0, 3, init: 2)]
    public int TimeMasks { get; set; } = 2;

    /// <summary>The most of a clip that such a range covers, 0 to 1. Default 0.1.</summary>
    [Range(0.02, 0.3, init: 0.1)]
    public double TimeMaskShare { get; set; } = 0.1;

    /// <summary>
    /// The most milliseconds that a clip begins earlier or later, 0 or more; what leaves it is lost, and silence
    /// enters. Default 0.
    /// </summary>
    public double ShiftMilliseconds { get; set; }

    /// <summary>
    /// White noise is added so that the clip is louder by this many decibels at least, and by 30 more at most;
    /// <see langword="null"/> (default): no noise.
    /// </summary>
    public double? LeastSignalToNoise { get; set; }

    internal bool ChangesSamples => ShiftMilliseconds > 0 || LeastSignalToNoise is not null;

    internal AudioAugmentation CheckedCopy()
    {
        Require(FrequencyMasks is >= 0 and <= 100, nameof(FrequencyMasks), FrequencyMasks, "0 to 100");
        Require(FrequencyMaskBands is >= 0 and <= 4096, nameof(FrequencyMaskBands), FrequencyMaskBands, "0 to 4,096");
        Require(TimeMasks is >= 0 and <= 100, nameof(TimeMasks), TimeMasks, "0 to 100");
        Require(TimeMaskShare is >= 0 and <= 1, nameof(TimeMaskShare), TimeMaskShare, "0 to 1");
        Require(ShiftMilliseconds >= 0 && double.IsFinite(ShiftMilliseconds), nameof(ShiftMilliseconds),
            ShiftMilliseconds, "zero or positive");
        Require(LeastSignalToNoise is null || double.IsFinite(LeastSignalToNoise.Value), nameof(LeastSignalToNoise),
            LeastSignalToNoise, "finite");
        return (AudioAugmentation)MemberwiseClone();
    }

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it must be {rule}."));
    }
}
