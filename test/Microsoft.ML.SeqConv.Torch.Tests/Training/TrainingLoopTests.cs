using System.Runtime.InteropServices;
using Microsoft.ML.SeqConv.Torch.Tests.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>The training loop.</summary>
public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("inception")]
    [InlineData("fcn-separable")]
    [InlineData("resnet")]
    [InlineData("textcnn-non-static")]
    public void One_batch_is_learned_by_heart(string name)
    {
        using SequenceNetwork network = NetworkCases.Make(name);
        using var optimizer = new Adam(network);
        TrainingHistory history = TrainingRun.Train(network, optimizer,
            NetworkCases.Examples(name, 8, ragged: true), epochs: 80);
        Assert.Equal(1, history.Epochs[^1].Metric);
        Assert.InRange(history.Epochs.Min(epoch => epoch.Loss), 0, 0.05);
    }

    [Theory]
    [InlineData("inception")]
    [InlineData("textcnn-rand")]
    public void The_same_seed_gives_the_same_weights_even_beside_another_training(string name)
    {
        var weights = new Dictionary<string, float[]>[3];
        Parallel.For(0, 3, i => weights[i] = TrainedWeights(name, TrainingRun.Settings(3), seed: 7));
        AssertSame(weights[0], weights[1]);
        AssertSame(weights[0], weights[2]);
        Assert.NotEqual(weights[0]["head.weight"],
            TrainedWeights(name, TrainingRun.Settings(3) with { Seed = 2 }, seed: 7)["head.weight"]);
    }

    [Theory]
    [InlineData("inception", nameof(Adam))]
    [InlineData("textcnn-rand", nameof(Adadelta))]
    [InlineData("vdcnn-max", nameof(Sgd))]
    public void A_resumed_training_ends_in_the_weights_of_an_uninterrupted_one(string name, string kind)
    {
        string file = Path.Combine(_folder, "a.checkpoint");
        TrainingSettings settings =
            TrainingRun.Settings(6) with { Schedule = LearningRateSchedule.ReduceOnPlateau(0.5, 1, 1e-5) };
        Dictionary<string, float[]> whole = TrainedWeights(name, settings, seed: 7, kind: kind);

        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => TrainedWeights(
            name, settings with { CheckpointFile = file, CheckpointEvery = 2 }, seed: 7, kind: kind,
            watch: progress => Cancel(progress.Done > 3.4, cancellation), cancellation: cancellation.Token));
        Dictionary<string, float[]> resumed = TrainedWeights(name, settings with { ResumeFrom = file }, seed: 99,
            kind: kind, watch: progress => Assert.True(progress.Done is 0 or >= 2));
        AssertSame(whole, resumed);
    }

    [Fact]
    public void Cancelling_ends_within_a_batch()
    {
        using var cancellation = new CancellationTokenSource();
        var seen = new List<double>();
        Assert.Throws<OperationCanceledException>(() => TrainedWeights("fcn", TrainingRun.Settings(50), seed: 1,
            cancellation: cancellation.Token, watch: progress =>
            {
                seen.Add(progress.Done);
                Cancel(progress.Done > 1.2, cancellation);
            }));
        Assert.InRange(seen[^1], 1.2, 1.7);
    }

    [Fact]
    public void Early_stopping_restores_the_best_weights()
    {
        // Labels of the validation examples are wrong, so that learning makes it worse.
        TrainingExamples train = NetworkCases.Examples("fcn", 24, ragged: false);
        TrainingExamples shifted = NetworkCases.Examples("fcn", 24, ragged: false);
        for (int i = 0; i < shifted.Count; i++)
            shifted.Labels[i] = (shifted.Labels[i] + 1) % NetworkCases.Outputs;
        using SequenceNetwork network = NetworkCases.Make("fcn");
        using var optimizer = new Adam(network);
        TrainingHistory history = TrainingRun.Train(network, optimizer, train, shifted,
            TrainingRun.Settings(60) with { Patience = 5 });
        Assert.InRange(history.Epochs.Count, 6, 59);
        Assert.Equal(5, history.Epochs.Count - history.BestEpoch);
        Assert.Equal(history.Epochs.Min(epoch => epoch.ValidationLoss),
            history.Epochs[history.BestEpoch - 1].ValidationLoss);
        using SequenceNetwork again = NetworkCases.Make("fcn");
        using var secondOptimizer = new Adam(again);
        TrainingRun.Train(again, secondOptimizer, train, shifted, TrainingRun.Settings(history.BestEpoch));
        AssertSame(TrainingRun.Weights(again), TrainingRun.Weights(network));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_with_advice_and_keeps_the_checkpoint()
    {
        string file = Path.Combine(_folder, "a.checkpoint");
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => TrainedWeights("fcn", TrainingRun.Settings(60) with
            {
                LearningRate = 1,
                Schedule = new Exploding(),
                CheckpointFile = file,
            }, seed: 1));
        Assert.Contains("is no finite number. Lower LearningRate (1), set ClipNorm",
            error.Message, StringComparison.Ordinal);
        Assert.Contains($"The last good checkpoint is '{file}'.", error.Message, StringComparison.Ordinal);
        TrainedWeights("fcn", TrainingRun.Settings(2) with { ResumeFrom = file }, seed: 1);
    }

    [Fact]
    public void Too_little_memory_on_a_device_is_told_with_its_remedy()
    {
        using SequenceNetwork network = NetworkCases.Make("fcn");
        using var optimizer = new Adam(network);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => TrainingRun.Train(network, optimizer, new TooLarge(), epochs: 1));
        Assert.Equal("The device cpu has too little memory for a batch of 8 sequences. Lower BatchSize (8), or shorten "
            + "the sequences. The device said: CUDA out of memory. Tried to allocate 2 GiB", error.Message);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        string file = Path.Combine(_folder, "a.checkpoint");
        TrainedWeights("fcn", TrainingRun.Settings(1) with { CheckpointFile = file }, seed: 1);
        FormatException error = Assert.Throws<FormatException>(
            () => TrainedWeights("resnet", TrainingRun.Settings(2) with { ResumeFrom = file }, seed: 1));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("it is of another network", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<FormatException>(() =>
            TrainedWeights("fcn", TrainingRun.Settings(2) with { ResumeFrom = file }, seed: 1, kind: nameof(Adadelta)));
        Assert.Contains("its optimiser", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        string file = Path.Combine(_folder, "a.checkpoint");
        TrainedWeights("fcn", TrainingRun.Settings(1) with { CheckpointFile = file }, seed: 1);
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length; length += whole.Length / 15)
        {
            File.WriteAllBytes(file, whole[..length]);
            FormatException error = Assert.Throws<FormatException>(
                () => TrainedWeights("fcn", TrainingRun.Settings(2) with { ResumeFrom = file }, seed: 1));
            Assert.StartsWith($"The checkpoint '{file}' cannot be resumed from: ", error.Message);
        }
    }

    [Fact]
    public void Gradients_are_clipped_to_the_norm()
    {
        using var scope = NewDisposeScope();
        using SequenceNetwork network = NetworkCases.Make("fcn");
        using var optimizer = new Adam(network);
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
            (parameter.sum() * 3).backward();
        optimizer.ClipGradients(0.5);
        Assert.Equal(0.5, Math.Sqrt(network.parameters().Sum(p => p.grad!.square().sum().item<float>())), 1e-4);
    }

    [Fact]
    public void Smoothed_losses_are_the_mix_of_the_label_and_all_classes()
    {
        using var scope = NewDisposeScope();
        Tensor outputs = tensor(new float[] { 2, 0, -1, 0, 0, 1 }, [2, 3]);
        float[] smoothed = new CrossEntropy(0.3)
            .Losses(outputs, tensor(new float[] { 0, 2 }), training: true).data<float>().ToArray();
        double[] logs = [.. new double[] { 2, 0, -1 }.Select(x => x - Math.Log(Math.Exp(2) + 1 + Math.Exp(-1)))];
        Assert.Equal(-0.7 * logs[0] - 0.3 * logs.Average(), smoothed[0], 1e-5);
        Assert.Equal(-logs[0],
            new CrossEntropy(0.3).Losses(outputs, tensor(new float[] { 0, 2 }), training: false)
                .data<float>().ToArray()[0], 1e-5);
    }

    [Fact]
    public void Schedules_follow_their_rules()
    {
        LearningRateSchedule plateau = LearningRateSchedule.ReduceOnPlateau(0.5, 2, 0.2);
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2],
            Enumerable.Range(0, 8).Select(n => plateau.Rate(1, [.. new double[] { 3, 3, 3, 4, 4, 4, 4 }.Take(n)], 8)));
        LearningRateSchedule cosine = LearningRateSchedule.Cosine(0.1);
        Assert.Equal(1, cosine.Rate(1, [], 3), 12);
        Assert.Equal(0.55, cosine.Rate(1, [0], 3), 12);
        Assert.Equal(0.1, cosine.Rate(1, [0, 0], 3), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.ReduceOnPlateau(1.5));
        foreach (double rate in new[] { -0.5, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                "minLearningRate", () => LearningRateSchedule.Cosine(minLearningRate: rate));
        }
    }

    [Fact]
    public void Adam_and_Adadelta_take_the_steps_of_their_papers()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
            linear.weight!.fill_(1);
        using (var adam = new Adam(linear))
        {
            (linear.weight! * 4).sum().backward();
            adam.Step(0.1);
        }

        Assert.Equal(0.9, linear.weight!.item<float>(), 1e-5);      // the first step has the length of the rate
        using (var adadelta = new Adadelta(linear))
            adadelta.Step(1);
        double step = Math.Sqrt(1e-6) / Math.Sqrt(0.05 * 16 + 1e-6) * 4;
        Assert.Equal(0.9 - step, linear.weight!.item<float>(), 1e-5);
    }

    [Fact]
    public void Momentum_repeats_a_share_of_the_step_before()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
            linear.weight!.fill_(1);
        using var sgd = new Sgd(linear, 0.5);
        (linear.weight! * 4).sum().backward();
        sgd.Step(0.1);
        Assert.Equal(0.6, linear.weight!.item<float>(), 1e-5);
        sgd.Step(0.1);                                              // 0.5 * 4 + 4, by the rate
        Assert.Equal(0, linear.weight!.item<float>(), 1e-5);
    }

    private static Dictionary<string, float[]> TrainedWeights(
        string name, TrainingSettings settings, ulong seed, string kind = nameof(Adam),
        Action<FitProgress>? watch = null, CancellationToken cancellation = default)
    {
        using SequenceNetwork network = NetworkCases.Make(name, seed);
        using Optimizer optimizer = kind switch
        {
            nameof(Adadelta) => new Adadelta(network),
            nameof(Sgd) => new Sgd(network),
            _ => new Adam(network)
        };
        TrainingRun.Train(network, optimizer, NetworkCases.Examples(name, 20, ragged: true),
            NetworkCases.Examples(name, 12, ragged: false), settings, watch, cancellation);
        return TrainingRun.Weights(network);
    }

    private static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string name, float[] values) in expected)
            Assert.Equal(values, actual[name]);
    }

    private static void Cancel(bool now, CancellationTokenSource cancellation)
    {
        if (now)
            cancellation.Cancel();
    }

    // What libtorch throws for a device, at the place where it would.
    private sealed class TooLarge() : TrainingExamples(new float[20], [.. Enumerable.Repeat(1f, 20)])
    {
        public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
            => throw new ExternalException("CUDA out of memory. Tried to allocate 2 GiB\nmore");
    }

    private sealed class Exploding : LearningRateSchedule
    {
        internal override double Rate(double initial, IReadOnlyList<double> watched, int epochs)
            => watched.Count < 2 ? 0.01 : double.PositiveInfinity;
    }
}
