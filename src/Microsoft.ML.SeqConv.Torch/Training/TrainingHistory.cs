namespace Microsoft.ML.SeqConv;

/// <summary>One epoch of training.</summary>
public readonly struct TrainingEpoch
{
    /// <summary>From 1.</summary>
    public int Epoch { get; internal init; }

    /// <summary>The rate in it.</summary>
    public double LearningRate { get; internal init; }

    /// <summary>The mean loss of the training examples, as they were met.</summary>
    public double Loss { get; internal init; }

    /// <summary>Accuracy, or root mean squared error, of the same.</summary>
    public double Metric { get; internal init; }

    /// <summary>The loss of the validation examples after the epoch; NaN without them.</summary>
    public double ValidationLoss { get; internal init; }

    /// <summary>Their metric; NaN without them.</summary>
    public double ValidationMetric { get; internal init; }
}

/// <summary>How a network was trained.</summary>
public sealed class TrainingHistory
{
    internal TrainingHistory(IReadOnlyList<TrainingEpoch> epochs, int bestEpoch)
    {
        Epochs = epochs;
        BestEpoch = bestEpoch;
    }

    /// <summary>Every epoch, in order.</summary>
    public IReadOnlyList<TrainingEpoch> Epochs { get; }

    /// <summary>The epoch whose weights were kept, from 1.</summary>
    public int BestEpoch { get; }
}
