using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What <see cref="NetworkTraining"/> trains: where components differ.</summary>
internal sealed record NetworkPlan
{
    /// <summary>Makes a network on a device, with any weights.</summary>
    public required Func<Device?, SequenceNetwork> Make { get; init; }

    /// <summary>Draws its first weights.</summary>
    public required Action<SequenceNetwork, Generator> Initialize { get; init; }

    /// <summary>Makes its optimiser.</summary>
    public Func<SequenceNetwork, Optimizer> Optimize { get; init; } = network => new Adam(network);

    /// <summary>Networks to train.</summary>
    public int NumberOfNetworks { get; init; } = 1;

    /// <summary>Examples to learn from.</summary>
    public required TrainingExamples Train { get; init; }

    /// <summary>
    /// Examples to choose the best epoch by; <see langword="null"/>: it is chosen by those to learn from.
    /// </summary>
    public TrainingExamples? Validation { get; init; }

    /// <summary>
    /// All examples, where the best epoch is only a number of steps: a new network learns from all of them for as many
    /// steps. <see langword="null"/>: the network of the best epoch is the result.
    /// </summary>
    public TrainingExamples? Refit { get; init; }

    /// <summary>
    /// Gets each network with the weights that were best on <see cref="Validation"/>, before <see cref="Refit"/>, and
    /// the device that it is on.
    /// </summary>
    public Action<SequenceNetwork, Device>? Validated { get; init; }

    public required Objective Objective { get; init; }

    /// <summary>The names of the network's outputs, which a checkpoint must share; none for targets.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>What standardised values are scaled back by; <see langword="null"/> for classification.</summary>
    public TargetScale? Scale { get; init; }

    /// <summary>Seed of the order of examples; <see langword="null"/>: each network's own.</summary>
    public ulong? OrderSeed { get; init; }

    /// <summary>What there is to learn from, for the log.</summary>
    public required string Data { get; init; }
}
