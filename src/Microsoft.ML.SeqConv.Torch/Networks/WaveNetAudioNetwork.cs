using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What a WaveNet over samples is made of.</summary>
/// <param name="Stack">The stack; its condition channels are the speaker's and the features'.</param>
/// <param name="Speakers">Speakers that it is conditioned on; 0 for none.</param>
/// <param name="SpeakerChannels">Of a speaker's vector.</param>
/// <param name="Features">Channels of features; 0 for none.</param>
/// <param name="FeatureHop">Samples from one frame of features to the next.</param>
/// <param name="Upsampling">How frames become samples.</param>
internal sealed record WaveNetAudioSettings(
    WaveNetShape Stack, int Speakers, int SpeakerChannels, int Features, int FeatureHop, FeatureUpsampling Upsampling);

/// <summary>How frames of features are brought to the rate of samples (arXiv:1609.03499, section 2.5).</summary>
public enum FeatureUpsampling : byte
{
    /// <summary>A transposed convolution, one learned filter a feature, which begins as linear interpolation.</summary>
    TransposedConvolution,

    /// <summary>Each frame stands until the next one.</summary>
    Repetition,
}

/// <summary>WaveNet over samples in mu-law, conditioned on a speaker and on features, if there are such.</summary>
internal sealed class WaveNetAudioNetwork : SequenceNetwork
{
    private readonly WaveNetAudioSettings _settings;
    private readonly Embedding _embedding;
    private readonly Embedding? _speakers;
    private readonly ConvTranspose1d? _upsampling;
    private readonly WaveNetStack _stack;

    public WaveNetAudioNetwork(WaveNetAudioSettings settings, Device? device = null)
        : base(nameof(WaveNetAudioNetwork))
    {
        _settings = settings;
        _embedding = nn.Embedding(MuLaw.Levels, settings.Stack.ResidualChannels, device: device);
        register_module("embedding", _embedding);
        if (settings.Speakers > 0)
        {
            _speakers = nn.Embedding(settings.Speakers, settings.SpeakerChannels, device: device);
            register_module("speakers", _speakers);
        }

        if (settings.Features > 0 && settings.Upsampling == FeatureUpsampling.TransposedConvolution)
        {
            _upsampling = nn.ConvTranspose1d(settings.Features, settings.Features, 2L * settings.FeatureHop,
                stride: settings.FeatureHop, groups: settings.Features, bias: false, device: device);
            register_module("upsampling", _upsampling);
        }

        _stack = new WaveNetStack(settings.Stack, device);
        register_module("stack", _stack);
    }

    /// <param name="input">[N, 1 + speaker + features, T]: the level of the sample before each, the speaker's number,
    /// and the features, repeated for each sample of their frame from the first sample of a frame on.</param>
    /// <param name="mask">Not used: what does not count has no target.</param>
    /// <returns>[N, level, T]: logits.</returns>
    public override Tensor forward(Tensor input, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        // [N, T]
        Tensor levels = input.select(1, 0).to(ScalarType.Int64);
        // [N, residual, T]
        Tensor x = _embedding.call(levels).transpose(1, 2);
        return _stack.call(x, Condition(input)).MoveToOuterDisposeScope();
    }

    private Tensor? Condition(Tensor input)
    {
        // [N, speaker, 1]
        Tensor? speaker = _speakers?.call(input.select(1, 1).narrow(1, 0, 1).to(ScalarType.Int64)).transpose(1, 2);
        if (_settings.Features == 0)
            return speaker;
        // [N, features, T]
        Tensor features = input.narrow(1, 1 + (_speakers is null ? 0 : 1), _settings.Features);
        long length = input.shape[2];
        if (_upsampling is not null)
        {
            using var held = new HeldScalars();
            using Tensor frames = arange(
                held.Of(0L), held.Of(length), held.Of(_settings.FeatureHop), device: input.device);
            features = _upsampling.call(features.index_select(2, frames)).narrow(2, 0, length);
        }

        return speaker is null ? features : cat([speaker.expand(-1, -1, length), features], 1);
    }

    public override string Write(GraphWriter graph, string name, string input)
        => throw new NotSupportedException("A WaveNet over samples is written as a single step.");

    /// <summary>Draws first weights.</summary>
    public void Initialize(Generator generator)
    {
        Initialization.Glorot(this, generator);
        if (_upsampling is null)
            return;
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        int hop = _settings.FeatureHop;
        float[] triangle = [.. Enumerable.Range(0, 2 * hop).Select(i => 1 - Math.Abs(i + 0.5f - hop) / hop)];
        _upsampling.weight!.copy_(tensor(triangle).expand(_upsampling.weight.shape));
    }

    /// <summary>The weights as a stepper takes them.</summary>
    public WaveNetModel ToModel() => _stack.ToModel(_embedding.weight!);

    /// <summary>A speaker's vectors, [speaker, channel].</summary>
    public float[] SpeakerVectors() => _speakers is null ? [] : WaveNetStack.Values(_speakers.weight!);

    /// <summary>The filters of the transposed convolution, [feature, 2 * hop].</summary>
    public float[] UpsamplingFilters() => _upsampling is null ? [] : WaveNetStack.Values(_upsampling.weight!);
}
