using System.Globalization;
using System.Text;
using Microsoft.ML.SeqConv.TestKit;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Networks;

/// <summary>The networks as modules.</summary>
public class NetworkTests
{
    public NetworkTests() => TorchLibrary.EnsureLoaded();

    // The names and shapes of weights are a contract: saved models hold them, and the export to ONNX walks them.
    // SEQCONV_APPROVE=1 writes the files again.
    [Theory]
    [MemberData(nameof(NetworkCases.Published), MemberType = typeof(NetworkCases))]
    public void Weights_have_the_approved_names_and_shapes(string name)
    {
        using SequenceNetwork network = NetworkCases.PublishedNetworks[name](META);
        Assert.All(network.parameters(), parameter => Assert.Equal(TorchSharp.DeviceType.META, parameter.device_type));
        var actual = new StringBuilder();
        foreach ((string weight, Tensor tensor) in network.state_dict()
            .OrderBy(entry => entry.Key, StringComparer.Ordinal))
            actual.Append(CultureInfo.InvariantCulture, $"{weight} [{string.Join(", ", tensor.shape)}]\n");
        actual.Append(CultureInfo.InvariantCulture, $"trainable weights: {network.CountParameters()}\n");
        string file = Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Torch.Tests",
            "Networks", "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
            File.WriteAllText(file, actual.ToString());
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), actual.ToString());
    }

    [Fact]
    public void An_inception_network_has_the_weights_that_the_paper_s_sizes_give()
    {
        const int filters = 32, width = 128, bottleneck = 32;
        const int taps = 40 + 20 + 10;
        // one channel: no bottleneck
        long first = filters * taps + filters + 2 * width;
        long other = width * bottleneck + bottleneck * filters * taps + width * filters + 2 * width;
        long shortcuts = (1 * width + 2 * width) + (width * width + 2 * width);
        using SequenceNetwork network = NetworkCases.PublishedNetworks["inception"](META);
        Assert.Equal(first + 5 * other + shortcuts + (width * 2 + 2), network.CountParameters());
    }

    [Theory]
    [MemberData(nameof(NetworkCases.Small), MemberType = typeof(NetworkCases))]
    public void A_sequence_has_the_same_output_alone_and_in_a_batch_of_unequal_lengths(string name)
    {
        using var scope = NewDisposeScope();
        using SequenceNetwork network = NetworkCases.Make(name);
        TrainingExamples examples = NetworkCases.Examples(name, 8, ragged: true);
        network.train();
        using (var generator = new Generator(1))
        {
            network.UseGenerator(generator);
            // so that running means are not zero
            network.call(examples.Gather([0, 1, 2, 3], CPU).Input, examples.Gather([0, 1, 2, 3], CPU).Mask);
        }

        network.eval();
        int[] all = [.. Enumerable.Range(0, 8)];
        SequenceBatch batch = examples.Gather(all, CPU);
        float[] together = network.call(batch.Input, batch.Mask).data<float>().ToArray();
        for (int row = 0; row < all.Length; row++)
        {
            SequenceBatch one = examples.Gather([row], CPU);
            Assert.Null(one.Mask);
            float[] alone = network.call(one.Input, one.Mask).data<float>().ToArray();
            for (int i = 0; i < alone.Length; i++)
                Assert.Equal(alone[i], together[row * alone.Length + i], 1e-4);         // sums of another order
        }
    }

    [Fact]
    public void Masked_batch_norm_learns_from_own_points_alone()
    {
        using var scope = NewDisposeScope();
        using var masked = new MaskedBatchNorm(2, null);
        using var plain = new MaskedBatchNorm(2, null);
        Tensor whole = rand(1, 2, 9);
        Tensor padded = nn.functional.pad(whole, [0, 4], value: 100);
        Tensor mask = cat([ones(1, 1, 9), zeros(1, 1, 4)], 2);
        Tensor expected = plain.call(whole, null);
        Tensor actual = masked.call(padded, mask);
        Assert.True(allclose(expected, actual.slice(2, 0, 9, 1), atol: 1e-5));
        Assert.Equal(0, actual.slice(2, 9, 13, 1).abs().max().item<float>());
        foreach ((string name, Tensor value) in plain.state_dict())
            Assert.True(allclose(value.to(ScalarType.Float32),
                masked.state_dict()[name].to(ScalarType.Float32), atol: 1e-6), name);
    }

    [Theory]
    [MemberData(nameof(NetworkCases.Small), MemberType = typeof(NetworkCases))]
    public void The_gradient_reaches_every_weight(string name)
    {
        using var scope = NewDisposeScope();
        using SequenceNetwork network = NetworkCases.Make(name);
        using var generator = new Generator(1);
        network.UseGenerator(generator);
        network.train();
        TrainingExamples examples = NetworkCases.Examples(name, 16, ragged: true);
        SequenceBatch batch = examples.Gather([.. Enumerable.Range(0, 16)], CPU);
        new CrossEntropy(0)
            .Losses(network.call(batch.Input, batch.Mask), tensor(examples.Labels), training: true).mean().backward();
        foreach ((string weight, Parameter parameter) in network.named_parameters())
        {
            if (parameter.requires_grad)
                Assert.True(parameter.grad is not null && parameter.grad.abs().sum().item<float>() > 0,
                    $"No gradient reaches {weight}.");
        }
    }

    [Fact]
    public void Separable_convolutions_have_fewer_weights()
    {
        using var full = new InceptionNetwork(new InceptionSettings(1, 2), META);
        using var separable = new InceptionNetwork(
            new InceptionSettings(1, 2, Convolution: ConvolutionKind.DepthwiseSeparable), META);
        Assert.InRange((double)separable.CountParameters() / full.CountParameters(), 0, 0.25);
    }

    [Fact]
    public void The_row_norm_is_limited()
    {
        using var scope = NewDisposeScope();
        using var network = (TextCnnNetwork)NetworkCases.Make("textcnn-rand");
        Parameter head = network.named_parameters().Single(p => p.name == "head.weight").parameter;
        using (no_grad())
        {
            head.fill_(10);
            head[0].fill_(0.01);
        }

        network.Constrain();
        float[] norms = head.norm(1, p: 2f).data<float>().ToArray();
        Assert.Equal(0.01 * Math.Sqrt(16), norms[0], 1e-5);
        Assert.All(norms[1..], norm => Assert.Equal(3, norm, 1e-4));
    }

    [Fact]
    public void The_frozen_vectors_stay_and_the_padding_stays_zero()
    {
        using var scope = NewDisposeScope();
        using var network = (TextCnnNetwork)NetworkCases.Make("textcnn-multichannel-separable");
        Tensor frozen = network.state_dict()["frozen_embedding.weight"].clone();
        Tensor trained = network.state_dict()["embedding.weight"].clone();
        Assert.True(allclose(frozen, trained));
        using var optimizer = new Adadelta(network);
        TrainingRun.Train(network, optimizer, NetworkCases.Examples("textcnn", 24, ragged: true), epochs: 3);
        Assert.True(allclose(frozen, network.state_dict()["frozen_embedding.weight"], rtol: 0, atol: 0));
        Assert.False(allclose(trained, network.state_dict()["embedding.weight"]));
        Assert.Equal(0, network.state_dict()["embedding.weight"][TextCnnNetwork.PaddingId].abs().max().item<float>());
    }
}
