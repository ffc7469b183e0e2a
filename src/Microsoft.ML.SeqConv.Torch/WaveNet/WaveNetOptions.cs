using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How a <see cref="WaveNetGenerator"/> is trained.</summary>
public sealed class WaveNetOptions
{
    /// <summary>The column of recordings.</summary>
    public string AudioColumnName { get; set; } = "Audio";

    /// <summary>The column of speakers, Text, for global conditioning; <see langword="null"/> (default): none.</summary>
    public string? SpeakerColumnName { get; set; }

    /// <summary>
    /// The column of features for local conditioning: a vector of Single, [feature, frame], as MelSpectrogram makes it; <see langword="null"/> (default): none. They should be of the order
    /// of one.
    /// </summary>
    public string? FeatureColumnName { get; set; }

    /// <summary>Samples from one frame of features to the next, 1 to 1,000,000. Default 80.</summary>
    public int FeatureHop { get; set; } = 80;

    /// <summary>How frames of features are brought to the rate of samples.</summary>
    public FeatureUpsampling Upsampling { get; set; }

    /// <summary>Samples a second, 1 to 10,000,000. Default <see langword="null"/>: what the column says, as columns of audio files do.</summary>
    public int? SampleRate { get; set; }

    /// <summary>Layers of a stack, whose dilations are 1, 2, 4, ..., 1 to 20. Default 9 (the paper: 10).</summary>
    [Range(6, 11, init: 9)]
    public int LayersPerStack { get; set; } = 9;

    /// <summary>Stacks one after the other, 1 to 100. Default 2 (the paper: 3 to 5).</summary>
    [Range(1, 4, init: 2)]
    public int NumberOfStacks { get; set; } = 2;

    /// <summary>Taps of a convolution, 2 (default, as the paper) to 16.</summary>
    public int KernelSize { get; set; } = 2;

    /// <summary>Channels between layers and inside of them, 1 to 4,096. Default 32.</summary>
    [Range(16, 128, init: 32, logBase: true)]
    public int NumberOfChannels { get; set; } = 32;

    /// <summary>Channels of the output's layers, 1 to 4,096. Default 64.</summary>
    [Range(32, 512, init: 64, logBase: true)]
    public int NumberOfSkipChannels { get; set; } = 64;

    /// <summary>Numbers that tell a speaker, 1 to 4,096. Default 8.</summary>
    public int SpeakerChannels { get; set; } = 8;

    /// <summary>Passes over the training clips, from 1. Default 10.</summary>
    [Range(1, 100, init: 10, logBase: true)]
    public int NumberOfEpochs { get; set; } = 10;

    /// <summary>Pieces of a step, from 1. Default 8.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>Samples of a piece that are learned from at once, 1 to 100,000,000; what they depend on is given as well. Default 2,000.</summary>
    public int SegmentLength { get; set; } = 2000;

    /// <summary>The learning rate of Adam, positive. Default 2e-3; halved when the loss has not fallen for three epochs.</summary>
    [Range(1e-4, 1e-2, init: 2e-3, logBase: true)]
    public double LearningRate { get; set; } = 2e-3;

    /// <summary>The share of clips, 0 to below 1, that are not learned from but choose the best epoch. Default 0.05; none where that is no whole clip.</summary>
    public double ValidationFraction { get; set; } = 0.05;

    /// <summary>Seed of weights, order and pieces. Default <see langword="null"/>: drawn from the context.</summary>
    public int? Seed { get; set; }

    /// <summary>Threads that one operation may use, at least 1. Default <see langword="null"/>: libtorch's.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>The CUDA device. Default <see langword="null"/>: <see cref="MLContext.GpuDeviceId"/>, and where that is unset the CPU.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the CPU is used where the device is not there. Default <see langword="null"/>: <see cref="MLContext.FallbackToCpu"/>.</summary>
    public bool? FallbackToCpu { get; set; }

    internal WaveNetOptions CheckedCopy()
    {
        ArgumentException.ThrowIfNullOrEmpty(AudioColumnName);
        Require(FeatureHop is >= 1 and <= 1_000_000, nameof(FeatureHop), FeatureHop, "1 to 1,000,000");
        Require(SampleRate is null or (>= 1 and <= 10_000_000), nameof(SampleRate), SampleRate, "1 to 10,000,000");
        Require(SpeakerChannels is >= 1 and <= 4096, nameof(SpeakerChannels), SpeakerChannels, "1 to 4,096");
        Require(NumberOfEpochs >= 1, nameof(NumberOfEpochs), NumberOfEpochs, "at least 1");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(SegmentLength is >= 1 and <= 100_000_000, nameof(SegmentLength), SegmentLength, "1 to 100,000,000");
        Require(NumberOfChannels is >= 1 and <= 4096, nameof(NumberOfChannels), NumberOfChannels, "1 to 4,096");
        Require(NumberOfSkipChannels is >= 1 and <= 4096, nameof(NumberOfSkipChannels), NumberOfSkipChannels, "1 to 4,096");
        Require(NumberOfStacks is >= 1 and <= 100, nameof(NumberOfStacks), NumberOfStacks, "1 to 100");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "positive and finite");
        Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "at least 0 and below 1");
        Require(NumberOfThreads is null or (>= 1 and <= 1024), nameof(NumberOfThreads), NumberOfThreads, "1 to 1,024");
        Require(Enum.IsDefined(Upsampling), nameof(Upsampling), Upsampling, "one of its values");
        Shape(conditionChannels: 0).Check();
        return (WaveNetOptions)MemberwiseClone();
    }

    internal WaveNetShape Shape(int conditionChannels) => new()
    {
        Outputs = MuLaw.Levels,
        ResidualChannels = NumberOfChannels,
        GateChannels = NumberOfChannels,
        SkipChannels = NumberOfSkipChannels,
        LayersPerStack = LayersPerStack,
        Stacks = NumberOfStacks,
        KernelSize = KernelSize,
        ConditionChannels = conditionChannels,
    };

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it must be {rule}."));
    }
}
