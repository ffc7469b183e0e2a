using System.Diagnostics;

namespace Microsoft.ML.SeqConv;

/// <summary>The mean loss and mark of all batches of an epoch, by the weights of their examples.</summary>
internal sealed class WeightedMean
{
    private double _losses;
    private double _marks;

    public double Weight { get; private set; }

    public double Loss => _losses / Weight;

    public double Mark => _marks / Weight;

    /// <param name="meanLoss">Of a batch.</param>
    /// <param name="weight">Of the batch.</param>
    /// <param name="marks">The weighted sum of the batch's marks.</param>
    public void Add(double meanLoss, double weight, double marks)
    {
        _losses += meanLoss * weight;
        _marks += marks;
        Weight += weight;
    }
}

/// <summary>Guesses the time that is left from the epochs of this run.</summary>
internal sealed class EpochClock(int firstEpoch, int epochs)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public double SecondsLeft(int done)
        => Stopwatch.GetElapsedTime(_start).TotalSeconds / Math.Max(1, done - firstEpoch) * (epochs - done);
}
