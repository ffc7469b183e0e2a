using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

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
        Guard.Within(NumberOfFrequencyMasks, 0, 100);
        Guard.Within(MaxFrequencyMaskBands, 0, 4096);
        Guard.Within(NumberOfTimeMasks, 0, 100);
        Guard.Within(MaxTimeMaskFraction, 0.0, 1.0);
        Guard.Require(MaxShiftMilliseconds is >= 0 and < double.PositiveInfinity, MaxShiftMilliseconds,
            "it must be zero or positive");
        Guard.Finite(MinSignalToNoise);
        return (AudioAugmentation)MemberwiseClone();
    }
}
