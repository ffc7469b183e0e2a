using Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;
using Microsoft.ML.SeqConv.Torch.Tests.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>Tests that count the tensors of the process or watch its settings, and so run alone.</summary>
[Collection(nameof(LeakTests))]
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public class LeakTests
{
    [Fact]
    public void No_tensor_is_left_after_a_thousand_batches()
    {
        using SequenceNetwork network = NetworkCases.Make("textcnn-rand");
        using var optimizer = new Adadelta(network);
        TrainingExamples examples = NetworkCases.Examples("textcnn", 80, ragged: true);
        TrainingRun.Train(network, optimizer, examples, epochs: 2);
        long before = CountTensors();
        var counts = new List<long>();
        TrainingRun.Train(network, optimizer, examples, examples, TrainingRun.Settings(100) with { ClipNorm = 1 },
            progress => counts.Add(Tensor.TotalCount));
        Assert.True(counts.Count > 1000);
        Assert.InRange(Tensor.TotalCount, 0, before);

        // In every epoch alike, once the best weights are kept.
        Assert.InRange(counts.Skip(100).Max() - counts[100], 0, 2);
    }

    [Theory]
    [InlineData(SmallTrainings.Forecast, "training network 2 of 2")]
    [InlineData(SmallTrainings.WaveNet, "training")]
    public void Cancellation_leaves_threads_generator_and_memory_as_they_were(string kind, string stage)
    {
        int threads = TorchLibrary.DefaultThreads + 1;
        bool cancelled = false;
        AssertLeavesAll(kind,
            () => SmallTrainings.Cancel(kind, options => options.NumberOfThreads = threads, progress =>
            {
                cancelled = progress.Stage == stage && progress.Done > 2.2;
                if (cancelled)
                    Assert.Equal(threads, get_num_threads());
                return cancelled;
            }));
        Assert.True(cancelled);
    }

    [Theory]
    [InlineData(SmallTrainings.Forecast)]
    [InlineData(SmallTrainings.WaveNet)]
    public void A_failure_leaves_threads_generator_and_memory_as_they_were(string kind)
    {
        AssertLeavesAll(kind, () => Assert.StartsWith(
            "The loss of epoch 1 is no finite number. Lower LearningRate (",
            Assert.Throws<InvalidOperationException>(() => SmallTrainings.Train(kind, options =>
            {
                options.Schedule = new Exploding();
                options.NumberOfThreads = TorchLibrary.DefaultThreads + 1;
            })).Message,
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("series")]
    [InlineData("text")]
    [InlineData("forecast")]
    public void A_whole_training_takes_nothing_from_the_generator_of_the_process(string kind)
    {
        TorchLibrary.EnsureLoaded();
        byte[] before = GeneratorState();
        (byte[] file, _) = NetworkModels.Train(kind);
        Assert.Equal(before, GeneratorState());
        using var stream = new MemoryStream(file);
        (new MLContext(1).Model.Load(stream, out _) as IDisposable)?.Dispose();
        Assert.Equal(before, GeneratorState());
    }

    // TorchSharp's count of tensors keeps one for each weight that a convolution ever made, also where the weight was
    // freed. So an interrupted training may leave as many as a whole one, whose model is disposed.
    private static void AssertLeavesAll(string kind, Action train)
    {
        SmallTrainings.Train(kind);
        long before = CountTensors();
        SmallTrainings.Train(kind);
        long tensors = CountTensors();
        long whole = tensors - before;
        int threads = get_num_threads();
        byte[] generator = GeneratorState();
        train();
        Assert.Equal(threads, get_num_threads());
        Assert.Equal(generator, GeneratorState());
        Assert.InRange(CountTensors() - tensors, 0, whole);
    }

    private sealed class Exploding : LearningRateSchedule
    {
        internal override double Rate(double initial, IReadOnlyList<double> watched, int epochs)
            => double.PositiveInfinity;
    }

    private static byte[] GeneratorState()
    {
        using Tensor state = Generator.Default.get_state();
        return state.data<byte>().ToArray();
    }

    // Without those that only wait for their finalizers: of models that other tests did not dispose, and those that
    // TorchSharp's layers make for their first weights.
    private static long CountTensors()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }
}
