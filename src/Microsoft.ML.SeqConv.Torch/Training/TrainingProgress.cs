using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Where a training stands: all that a checkpoint holds.</summary>
internal sealed class TrainingProgress : IDisposable
{
    private readonly List<TrainingEpoch> _history = [];

    public TrainingProgress(SequenceNetwork network, Optimizer optimizer)
    {
        Network = network;
        Optimizer = optimizer;
    }

    public SequenceNetwork Network { get; }

    public Optimizer Optimizer { get; }

    public IReadOnlyList<TrainingEpoch> History => _history;

    /// <summary>From 1; 0 before the first epoch.</summary>
    public int BestEpoch { get; private set; }

    public double BestMerit { get; private set; } = double.NegativeInfinity;

    /// <summary>The weights after <see cref="BestEpoch"/>, by name.</summary>
    public Dictionary<string, Tensor> Best { get; } = [];

    /// <summary>Adds an epoch that is done, and keeps its weights if it is the best.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="merit">Larger is better.</param>
    /// <param name="tiesToLater">
    /// Whether the later of two equals is the better one: so it is for accuracies of few examples, where the
    /// later has learned more.
    /// </param>
    public void Add(TrainingEpoch epoch, double merit, bool tiesToLater)
    {
        _history.Add(epoch);
        if (merit > BestMerit || (tiesToLater && merit == BestMerit) || BestEpoch == 0)
        {
            (BestEpoch, BestMerit) = (epoch.Epoch, merit);
            KeepAsBest();
        }
    }

    public bool HasStopped(int patience) => patience > 0 && BestEpoch > 0 && _history.Count - BestEpoch >= patience;

    /// <summary>Takes the place where another training stood.</summary>
    public void Resume(IEnumerable<TrainingEpoch> history, int bestEpoch, double bestMerit)
    {
        _history.Clear();
        _history.AddRange(history);
        (BestEpoch, BestMerit) = (bestEpoch, bestMerit);
    }

    public void RestoreBest()
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((string name, Tensor weight) in Network.state_dict())
        {
            if (Best.TryGetValue(name, out Tensor? best))
                weight.copy_(best);
        }
    }

    /// <summary>Copies the network's weights.</summary>
    public void KeepAsBest()
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((string name, Tensor weight) in Network.state_dict())
        {
            if (Best.TryGetValue(name, out Tensor? best))
                best.copy_(weight);
            else
                Best.Add(name, weight.detach().clone().DetachFromDisposeScope());
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Best.Values)
            tensor.Dispose();
        Best.Clear();
    }
}
