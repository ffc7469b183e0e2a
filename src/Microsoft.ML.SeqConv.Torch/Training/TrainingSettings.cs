using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What the best epoch is the best by.</summary>
public enum BestEpoch
{
    /// <summary>The lowest loss; the first of equals.</summary>
    Loss,

    /// <summary>
    /// The best metric: accuracy, or root mean squared error. The latest of equals, as in the code of Kim 2014.
    /// </summary>
    Metric,
}

/// <summary>How the training loop trains one network.</summary>
internal sealed record TrainingSettings
{
    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required ulong Seed { get; init; }

    public required Device Device { get; init; }

    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The most that all gradients together may measure; 0 for no limit.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Epochs without a better one after which training ends; 0 for never.</summary>
    public int Patience { get; init; }

    public BestEpoch BestBy { get; init; }

    /// <summary>The names of the network's outputs, which a checkpoint must share; none for targets.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The checkpoint file; <see langword="null"/> for none.</summary>
    public string? CheckpointFile { get; init; }

    public int CheckpointEvery { get; init; } = 1;

    /// <summary>A checkpoint to go on from, if the file exists.</summary>
    public string? ResumeFrom { get; init; }

    /// <summary>For messages, for example <c>network 2 of 5</c>.</summary>
    public string Stage { get; init; } = "training";
}
