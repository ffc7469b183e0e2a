using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How a <see cref="WaveNetGenerator"/> is trained.</summary>
public sealed class WaveNetOptions : TrainingOptions
{
    private const int MaxChannels = 4096;

    /// <summary>
    /// Makes the defaults: ten epochs of batches of eight pieces by Adam at 2e-3, halved when the loss has not fallen
    /// for three epochs; gradients are clipped at 1. One clip in twenty chooses the best epoch.
    /// </summary>
    public WaveNetOptions()
    {
        NumberOfEpochs = 10;
        BatchSize = 8;
        LearningRate = 2e-3;
        Schedule = LearningRateSchedule.ReduceOnPlateau(patience: 3);
        ClipNorm = 1;
        ValidationFraction = 0.05;
    }

    /// <summary>The column of recordings.</summary>
    public string AudioColumnName { get; set; } = "Audio";

    /// <summary>
    /// The column of speakers, Text, for global conditioning; <see langword="null"/> (default): none.
    /// </summary>
    public string? SpeakerColumnName { get; set; }

    /// <summary>
    /// The column of features for local conditioning: a vector of Single, [feature, frame], as MelSpectrogram makes it;
    /// <see langword="null"/> (default): none. They should be of the order of one.
    /// </summary>
    public string? FeatureColumnName { get; set; }

    /// <summary>Samples from one frame of features to the next, 1 to 1,000,000. Default 80.</summary>
    public int FeatureHop { get; set; } = 80;

    /// <summary>How frames of features are brought to the rate of samples.</summary>
    public FeatureUpsampling Upsampling { get; set; }

    /// <summary>
    /// Samples a second, 1 to 10,000,000. Default <see langword="null"/>: what the column says, as columns
    /// of audio files do.
    /// </summary>
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
    public int NumberOfSpeakerChannels { get; set; } = 8;

    /// <summary>Passes over the training clips, from 1. Default 10.</summary>
    [Range(1, 100, init: 10, logBase: true)]
    public override int NumberOfEpochs { get; set; }

    /// <summary>Pieces of a step, from 1. Default 8.</summary>
    [Range(1, 32, init: 8, logBase: true)]
    public override int BatchSize { get; set; }

    /// <summary>
    /// Samples of a piece that are learned from at once, 1 to 100,000,000; what they depend on is given as
    /// well. Default 2,000.
    /// </summary>
    public int SegmentLength { get; set; } = 2000;

    /// <summary>The learning rate of Adam in the first epoch, positive. Default 2e-3.</summary>
    [Range(1e-4, 1e-2, init: 2e-3, logBase: true)]
    public override double LearningRate { get; set; }

    /// <summary>
    /// The fraction of clips, 0 to below 1, that are not learned from but choose the best epoch. Default 0.05; none
    /// where that is no whole clip.
    /// </summary>
    public override double ValidationFraction { get; set; }

    internal override WaveNetOptions CheckedCopy() => (WaveNetOptions)base.CheckedCopy();

    private protected override void Validate()
    {
        base.Validate();
        ArgumentException.ThrowIfNullOrEmpty(AudioColumnName);
        Guard.Within(FeatureHop, 1, 1_000_000);
        Guard.Within(SampleRate, 1, 10_000_000);
        Guard.Within(NumberOfSpeakerChannels, 1, MaxChannels);
        Guard.Within(SegmentLength, 1, 100_000_000);
        Guard.Within(NumberOfChannels, 1, MaxChannels);
        Guard.Within(NumberOfSkipChannels, 1, MaxChannels);
        Guard.Within(NumberOfStacks, 1, 100);
        Guard.Defined(Upsampling);
        Shape(conditionChannels: 0).Check();
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
}
