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
        Guard.Within(FrequencyMasks, 0, 100);
        Guard.Within(FrequencyMaskBands, 0, 4096);
        Guard.Within(TimeMasks, 0, 100);
        Guard.Within(TimeMaskShare, 0.0, 1.0);
        Guard.Require(ShiftMilliseconds is >= 0 and < double.PositiveInfinity, ShiftMilliseconds,
            "it must be zero or positive");
        Guard.Finite(LeastSignalToNoise);
        return (AudioAugmentation)MemberwiseClone();
    }
}
