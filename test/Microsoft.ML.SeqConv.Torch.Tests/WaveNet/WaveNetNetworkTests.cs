using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.WaveNet;

/// <summary>The full convolution, and the stepper that must agree with it.</summary>
public class WaveNetNetworkTests
{
    private const double LogitTolerance = 1e-4;

    public WaveNetNetworkTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData(2, 4, 2)]
    [InlineData(3, 3, 1)]
    public void An_output_depends_on_exactly_the_receptive_field(int kernel, int layers, int stacks)
    {
        WaveNetShape shape = Shape(kernel, layers, stacks, condition: 0);
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        using var stack = new WaveNetStack(shape, null);
        using var generator = new Generator(1);
        Initialization.Glorot(stack, generator);
        int length = shape.ReceptiveField + 10;
        Tensor x = empty([1, shape.ResidualChannels, length]).uniform_(-1, 1, generator);
        float[] before = Last(stack.call(x, null));
        for (int t = 0; t < length; t++)
        {
            Tensor changed = x.clone();
            changed.narrow(2, t, 1).add_(1);
            bool depends = !Last(stack.call(changed, null)).SequenceEqual(before);
            Assert.Equal(t >= length - shape.ReceptiveField, depends);
            if (t == 0)
                continue;
            Tensor outputs = stack.call(changed, null);
            Assert.Equal(Values(stack.call(x, null).narrow(2, 0, t)), Values(outputs.narrow(2, 0, t)));      // causal
        }
    }

    [Theory]
    [InlineData(2, 5, 2, 0, 0, FeatureUpsampling.Repetition, 16)]
    [InlineData(3, 3, 2, 0, 0, FeatureUpsampling.Repetition, 13)]
    [InlineData(2, 4, 1, 3, 0, FeatureUpsampling.Repetition, 16)]
    [InlineData(2, 4, 1, 0, 2, FeatureUpsampling.Repetition, 16)]
    [InlineData(2, 4, 1, 3, 2, FeatureUpsampling.TransposedConvolution, 5)]
    public void The_cached_steps_give_the_logits_of_the_full_convolution(
        int kernel, int layers, int stacks, int speakers, int features, FeatureUpsampling upsampling, int channels)
    {
        const int length = 150, hop = 20;
        WaveNetAudioSettings settings = Settings(kernel, layers, stacks, speakers, features, hop, upsampling, channels);
        using WaveNetAudioNetwork network = Make(settings);
        WaveNetGenerator generator = Generator(network, settings);
        var random = new Random(2);
        float[] samples = [.. Enumerable.Range(0, length).Select(_ => (float)(2 * random.NextDouble() - 1))];
        float[] frames = [.. Enumerable.Range(0, features * ((length + hop - 1) / hop))
            .Select(_ => (float)random.NextDouble())];
        string? speaker = speakers == 0 ? null : "s1";

        var stepped = new List<float>();
        generator.Follow(samples, speaker, features == 0 ? null : frames, (_, logits) => stepped.AddRange(logits));
        float[] full = FullConvolution(network, settings, samples, speaker: 1, frames);
        Assert.Equal(full.Length, stepped.Count);
        for (int i = 0; i < full.Length; i++)
            Assert.Equal(full[i], stepped[i], LogitTolerance);
    }

    internal static WaveNetAudioSettings Settings(int kernel, int layers, int stacks, int speakers, int features,
        int hop, FeatureUpsampling upsampling, int channels)
        => new(Shape(kernel, layers, stacks, (speakers > 0 ? 4 : 0) + features, channels), speakers,
            speakers > 0 ? 4 : 0, features, hop, upsampling);

    internal static WaveNetAudioNetwork Make(WaveNetAudioSettings settings)
    {
        var network = new WaveNetAudioNetwork(settings);
        using var generator = new Generator(3);
        network.Initialize(generator);
        using IDisposable constant = no_grad();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            if (parameter.dim() == 1)
                parameter.uniform_(-0.5, 0.5, generator);       // biases that a slip would show
        }

        return network;
    }

    internal static WaveNetGenerator Generator(WaveNetAudioNetwork network, WaveNetAudioSettings settings) => new(
        network.ToModel(),
        new WaveNetConditions([.. Enumerable.Range(0, settings.Speakers).Select(i => $"s{i}")],
            network.SpeakerVectors(), settings.Features, settings.FeatureHop, network.UpsamplingFilters()),
        8000, new TrainingHistory([], 0));

    private static float[] FullConvolution(
        WaveNetAudioNetwork network, WaveNetAudioSettings settings, float[] samples, int speaker, float[] frames)
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        network.eval();
        byte[] levels = new byte[samples.Length];
        MuLaw.Encode(samples, levels);
        var examples = new WaveNetExamples([new WaveNetClip(levels, speaker, frames)],
            settings, segment: samples.Length);
        SequenceBatch batch = examples.Gather([0], CPU);
        return Values(network.call(batch.Input, null).transpose(1, 2));      // [1, T, level]
    }

    private static WaveNetShape Shape(int kernel, int layers, int stacks, int condition, int channels = 6) => new()
    {
        Outputs = MuLaw.Levels,
        ResidualChannels = channels,
        GateChannels = channels + 1,
        SkipChannels = channels + 4,
        LayersPerStack = layers,
        Stacks = stacks,
        KernelSize = kernel,
        ConditionChannels = condition,
    };

    private static float[] Last(Tensor outputs) => Values(outputs.narrow(2, outputs.shape[2] - 1, 1));

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
