using System.Runtime.InteropServices;
using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Trains a network. All randomness of an epoch (order, dropout) is drawn from the seed and the epoch's number, the
/// learning rate is a function of past epochs, and the optimiser's memory is tensors: so a checkpoint needs no
/// generator's state, and a resumed training ends in the same weights as one that was never stopped.
/// </summary>
internal static class TrainingLoop
{
    /// <summary>Trains, and leaves the best epoch's weights in the network, in scoring mode.</summary>
    /// <param name="network">On the settings' device.</param>
    /// <param name="optimizer">Of this network's weights.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">
    /// Examples to choose the best epoch by; <see langword="null"/>: it is chosen by the training examples.
    /// </param>
    /// <param name="objective">What to make small.</param>
    /// <param name="settings">How.</param>
    /// <param name="monitor">Gets progress, and throws when the fit is cancelled.</param>
    /// <exception cref="InvalidOperationException">
    /// The loss is no number, the checkpoint is of other classes, or the device has too little memory.
    /// </exception>
    /// <exception cref="FormatException">The checkpoint is damaged, or of another network.</exception>
    public static TrainingHistory Run(
        SequenceNetwork network, Optimizer optimizer, TrainingExamples train, TrainingExamples? validation,
        Objective objective, TrainingSettings settings, FitMonitor monitor)
    {
        using var progress = new TrainingProgress(network, optimizer);
        if (settings.ResumeFrom is string file && File.Exists(file))
            Checkpoint.Read(file, progress, settings.Classes);

        monitor.Begin(settings.Stage, "epochs", settings.Epochs, "loss", objective.Metric, "validation loss",
            $"validation {objective.Metric}", "seconds left");
        var clock = new EpochClock(progress.History.Count, settings.Epochs);
        while (progress.History.Count < settings.Epochs && !progress.HasStopped(settings.Patience))
        {
            int epoch = progress.History.Count;
            double rate = settings.Schedule.Rate(settings.LearningRate,
                [.. progress.History.Select(done => Watched(done).Loss)], settings.Epochs);

            (double loss, double metric) = TrainEpoch(network, optimizer, train, objective,
                settings, epoch, rate, monitor);
            (double validationLoss, double validationMetric) = validation is null
                ? (double.NaN, double.NaN)
                : Evaluate(network, validation, objective, settings, monitor, epoch);

            var report = new TrainingEpoch
            {
                Epoch = epoch + 1,
                LearningRate = rate,
                Loss = loss,
                Metric = metric,
                ValidationLoss = validationLoss,
                ValidationMetric = validationMetric,
            };
            progress.Add(report, Merit(report, objective, settings.BestBy),
                tiesToLater: settings.BestBy == BestEpoch.Metric);
            monitor.Report(epoch + 1, loss, metric, validationLoss, validationMetric, clock.SecondsLeft(epoch + 1));
            if (settings.CheckpointFile is string checkpoint && (epoch + 1) % settings.CheckpointEvery == 0)
                Checkpoint.Write(checkpoint, progress, settings.Classes);
        }

        progress.RestoreBest();
        network.eval();
        return new TrainingHistory([.. progress.History], progress.BestEpoch);
    }

    private static (double Loss, double Metric) TrainEpoch(
        SequenceNetwork network, Optimizer optimizer, TrainingExamples examples, Objective objective,
        TrainingSettings settings, int epoch, double rate, FitMonitor monitor)
    {
        network.train();
        var random = new SeededRandom(settings.Seed ^ ((ulong)(epoch + 1) << 32));
        using var generator = new Generator(random.NextUInt64() >> 1);
        network.UseGenerator(generator);
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        Shuffle(order, random);
        examples.BeginEpoch(random.NextUInt64());

        var mean = new WeightedMean();
        for (int first = 0; first < order.Length;)
        {
            monitor.Report(epoch + (double)first / order.Length);
            ReadOnlySpan<int> rows = order.AsSpan(first, BatchLength(order.Length - first, settings.BatchSize));
            first += rows.Length;
            using var scope = NewDisposeScope();
            try
            {
                (Tensor outputs, Tensor labels, Tensor weights) = Forward(network, examples, rows, settings.Device);
                Tensor losses = objective.Losses(outputs, labels, training: true);
                Tensor total = weights.sum();
                Tensor loss = (losses * weights).sum() / total;
                double batchWeight = total.item<float>();
                if (batchWeight == 0)
                    continue;       // such examples teach nothing
                mean.Add(loss.item<float>(), batchWeight,
                    (objective.Marks(outputs, labels) * weights).sum().item<float>());
                if (!double.IsFinite(mean.Loss))
                    throw Diverged(epoch, settings);
                monitor.CheckAlive();
                optimizer.ZeroGradients();
                loss.backward();
                if (settings.ClipNorm > 0)
                    optimizer.ClipGradients(settings.ClipNorm);
                optimizer.Step(rate);
                network.Constrain();
            }
            catch (ExternalException error) when (error.Message.Contains("out of memory",
                StringComparison.OrdinalIgnoreCase))
            {
                throw OutOfMemory(settings, rows.Length, error);
            }
        }

        if (mean.Weight == 0)
            throw new InvalidOperationException("All examples have the weight 0, so there is nothing to learn from. "
                + "Give at least one a positive weight.");
        return (mean.Loss, objective.MetricOf(mean.Mark));
    }

    /// <summary>Loss and metric of examples, in scoring mode.</summary>
    private static (double Loss, double Metric) Evaluate(SequenceNetwork network, TrainingExamples examples,
        Objective objective, TrainingSettings settings, FitMonitor monitor, int epoch)
    {
        network.eval();
        using IDisposable constant = no_grad();
        int[] order = [.. Enumerable.Range(0, examples.Count)];
        var mean = new WeightedMean();
        for (int first = 0; first < order.Length; first += settings.BatchSize)
        {
            monitor.Report(epoch + 1);
            using var scope = NewDisposeScope();
            ReadOnlySpan<int> rows = order.AsSpan(first, Math.Min(settings.BatchSize, order.Length - first));
            (Tensor outputs, Tensor labels, Tensor weights) = Forward(network, examples, rows, settings.Device);
            double batchWeight = weights.sum().item<float>();
            if (batchWeight == 0)
                continue;
            double losses = (objective.Losses(outputs, labels, training: false) * weights).sum().item<float>();
            mean.Add(losses / batchWeight, batchWeight,
                (objective.Marks(outputs, labels) * weights).sum().item<float>());
        }

        return (mean.Loss, objective.MetricOf(mean.Mark));
    }

    private static (Tensor Outputs, Tensor Labels, Tensor Weights) Forward(
        SequenceNetwork network, TrainingExamples examples, ReadOnlySpan<int> rows, Device device)
    {
        SequenceBatch batch = examples.Gather(rows, device);
        Tensor outputs = network.call(batch.Input, batch.Mask);
        var labels = new float[rows.Length];
        var weights = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            (labels[i], weights[i]) = (examples.Labels[rows[i]], examples.Weights[rows[i]]);
        return (outputs, batch.Target ?? tensor(labels).to(device), tensor(weights).to(device));
    }

    // The loss that schedules watch: of validation, where there is one.
    private static (double Loss, double Metric) Watched(TrainingEpoch epoch)
        => double.IsNaN(epoch.ValidationLoss)
            ? (epoch.Loss, epoch.Metric)
            : (epoch.ValidationLoss, epoch.ValidationMetric);

    // Larger is better.
    private static double Merit(TrainingEpoch epoch, Objective objective, BestEpoch by)
    {
        (double loss, double metric) = Watched(epoch);
        return by == BestEpoch.Loss ? -loss : objective.LargerIsBetter ? metric : -metric;
    }

    // Batch normalisation cannot learn from one example of one point: a last batch of one joins the batch before.
    private static int BatchLength(int remaining, int size) => remaining <= size + 1 ? remaining : size;

    private static void Shuffle(int[] order, SeededRandom random)
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    private static InvalidOperationException Diverged(int epoch, TrainingSettings settings) => new(
        FormattableString.Invariant(
            $"The loss of epoch {epoch + 1} is no finite number. Lower LearningRate ({settings.LearningRate}), ")
        + "set ClipNorm (for example to 1), or bring the values to a common scale (Normalization). "
        + (settings.CheckpointFile is string file && File.Exists(file)
            ? $"The last good checkpoint is '{file}'."
            : "Set CheckpointFolder to keep what was good."));

    private static InvalidOperationException OutOfMemory(TrainingSettings settings, int rows, ExternalException error)
        => new(
            $"The device {settings.Device} has too little memory for a batch of {rows} sequences. "
            + $"Lower BatchSize ({settings.BatchSize}), or shorten the sequences. "
            + $"The device said: {error.Message.Split('\n')[0]}", error);
}
