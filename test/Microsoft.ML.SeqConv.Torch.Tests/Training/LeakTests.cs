using Microsoft.ML.SeqConv.Torch.Tests.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>Tests that count the tensors of the process, and so run alone.</summary>
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
        for (int i = 0; i < 3; i++)         // models that other tests did not dispose
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        long before = Tensor.TotalCount;
        var counts = new List<long>();
        TrainingRun.Train(network, optimizer, examples, examples, TrainingRun.Settings(100) with { ClipNorm = 1 }, progress => counts.Add(Tensor.TotalCount));
        Assert.True(counts.Count > 1000);
        Assert.InRange(Tensor.TotalCount, 0, before);

        // In every epoch alike, once the best weights are kept.
        Assert.InRange(counts.Skip(100).Max() - counts[100], 0, 2);
    }
}
