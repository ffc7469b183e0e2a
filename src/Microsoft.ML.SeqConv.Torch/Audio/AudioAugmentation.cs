using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.SeqConv;

/// <summary>How clips are changed at random each time they are met in training. What is 0 is left out.</summary>
public sealed class AudioAugmentation
{
    /// <summary>
    /// Ranges of bands that are hidden (SpecAugment, Park et al. 2019, arXiv:1904.08779), 0 to 100. Default 2.
    /// </summary>
    [Range(0, 3, init: 2)]
    public int NumberOfFrequencyMasks { get; set; } = 2;

    /// <summary>The most bands of such a range, 0 to 4,096. Default 6.</summary>
    [Range(2, 16, init: 6)]
    public int MaxFrequencyMaskBands { get; set; } = 6;

    /// <summary>Ranges of frames that are hidden, 0 to 100. Default 2.</summary>
    [Range(0, 3, init: 2)]
    public int NumberOfTimeMasks { get; set; } = 2;

    /// <summary>The most of a clip that such a range covers, 0 to 1. Default 0.1.</summary>
    [Range(0.02, 0.3, init: 0.1)]
    public double MaxTimeMaskFraction { get; set; } = 0.1;

    /// <summary>
    /// The most milliseconds that a clip begins earlier or later, 0 or more; what leaves it is lost, and silence
    /// enters. Default 0.
    /// </summary>
    public double MaxShiftMilliseconds { get; set; }

    /// <summary>
    /// White noise is added so that the clip is louder by this many decibels at least, and by 30 more at most;
    /// <see langword="null"/> (default): no noise.
    /// </summary>
    public double? MinSignalToNoise { get; set; }

    internal bool ChangesSamples => MaxShiftMilliseconds > 0 || MinSignalToNoise is not null;

    internal AudioAugmentation CheckedCopy()
    {
        Require(NumberOfFrequencyMasks is >= 0 and <= 100, nameof(NumberOfFrequencyMasks),
            NumberOfFrequencyMasks, "0 to 100");
        Require(MaxFrequencyMaskBands is >= 0 and <= 4096, nameof(MaxFrequencyMaskBands),
            MaxFrequencyMaskBands, "0 to 4,096");
        Require(NumberOfTimeMasks is >= 0 and <= 100, nameof(NumberOfTimeMasks), NumberOfTimeMasks, "0 to 100");
        Require(MaxTimeMaskFraction is >= 0 and <= 1, nameof(MaxTimeMaskFraction), MaxTimeMaskFraction, "0 to 1");
        Require(MaxShiftMilliseconds >= 0 && double.IsFinite(MaxShiftMilliseconds), nameof(MaxShiftMilliseconds),
            MaxShiftMilliseconds, "zero or positive");
        Require(MinSignalToNoise is null || double.IsFinite(MinSignalToNoise.Value), nameof(MinSignalToNoise),
            MinSignalToNoise, "finite");
        return (AudioAugmentation)MemberwiseClone();
    }

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it must be {rule}."));
    }
}
