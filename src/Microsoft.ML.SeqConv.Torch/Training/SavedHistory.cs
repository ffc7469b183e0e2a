namespace Microsoft.ML.SeqConv;

/// <summary>How a network was trained, in files.</summary>
internal static class SavedHistory
{
    private const int MaxEpochs = 10_000_000;

    // *** Binary format ***
    // int: epochs, then for each: int: epoch; double: learning rate, loss, metric, validation loss, validation metric
    // int: best epoch
    public static void Write(BinaryWriter writer, TrainingHistory history)
    {
        writer.Write(history.Epochs.Count);
        foreach (TrainingEpoch epoch in history.Epochs)
        {
            writer.Write(epoch.Epoch);
            foreach (double value in (ReadOnlySpan<double>)
                [epoch.LearningRate, epoch.Loss, epoch.Metric, epoch.ValidationLoss, epoch.ValidationMetric])
            {
                writer.Write(value);
            }
        }

        writer.Write(history.BestEpoch);
    }

    /// <exception cref="FormatException">There are no epochs, too many, or the best one is none of them.</exception>
    public static TrainingHistory Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 1 or > MaxEpochs)
        {
            throw new FormatException(FormattableString.Invariant(
                $"A network has {count} epochs; 1 to {MaxEpochs} are possible."));
        }

        var epochs = new List<TrainingEpoch>();
        while (epochs.Count < count)
        {
            epochs.Add(new()
            {
                Epoch = reader.ReadInt32(),
                LearningRate = reader.ReadDouble(),
                Loss = reader.ReadDouble(),
                Metric = reader.ReadDouble(),
                ValidationLoss = reader.ReadDouble(),
                ValidationMetric = reader.ReadDouble(),
            });
        }

        int best = reader.ReadInt32();
        return best >= 1 && best <= count ? new(epochs, best)
            : throw new FormatException(FormattableString.Invariant($"A network's best epoch is {best} of {count}."));
    }
}
