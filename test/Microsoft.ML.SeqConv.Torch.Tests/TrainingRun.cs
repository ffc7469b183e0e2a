using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests;

/// <summary>Runs the training loop on a small network.</summary>
internal static class TrainingRun
{
    public static TrainingSettings Settings(int epochs)
        => new() { Epochs = epochs, BatchSize = 8, LearningRate = 0.01, Seed = 1, Device = CPU };

    public static TrainingHistory Train(
        SequenceNetwork network, Optimizer optimizer, TrainingExamples train, int epochs)
        => Train(network, optimizer, train, null, Settings(epochs));

    public static TrainingHistory Train(
        SequenceNetwork network, Optimizer optimizer, TrainingExamples train, TrainingExamples? validation,
        TrainingSettings settings, Action<FitProgress>? watch = null, CancellationToken cancellation = default)
    {
        var context = new MLContext(1);
        using IDisposable watching = context.OnFitProgress(watch ?? (_ => { }));
        using IDisposable cancelling = context.CancelOn(cancellation);
        using var monitor = new FitMonitor(((Runtime.IHostEnvironment)context).Register("Test"), "Test");
        return TrainingLoop.Run(network, optimizer, train, validation, new CrossEntropy(0), settings, monitor);
    }

    public static Dictionary<string, float[]> Weights(SequenceNetwork network)
    {
        using var scope = NewDisposeScope();
        return network.state_dict().ToDictionary(entry => entry.Key,
            entry => entry.Value.to(ScalarType.Float32).data<float>().ToArray());
    }
}
