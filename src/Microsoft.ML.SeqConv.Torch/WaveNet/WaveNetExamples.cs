using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Pieces of clips: as many samples as are learned from at once, and before them the receptive field. A clip has as
/// many pieces as it has room for; where they begin is drawn again in each epoch, and fixed for validation.
/// </summary>
internal sealed class WaveNetExamples : TrainingExamples
{
    /// <summary>The target of samples that do not count.</summary>
    public const long NoTarget = -1;

    private readonly IReadOnlyList<WaveNetClip> _clips;
    private readonly (int Clip, int Number)[] _pieces;
    private readonly int _segment;
    private readonly int _context;
    private readonly bool _speakers;
    private readonly int _featureChannels;
    private readonly int _hop;
    private ulong? _seed;

    public WaveNetExamples(IReadOnlyList<WaveNetClip> clips, WaveNetAudioSettings settings, int segment)
        : this(clips, settings, segment, Pieces(clips, segment))
    {
    }

    private WaveNetExamples(
        IReadOnlyList<WaveNetClip> clips, WaveNetAudioSettings settings, int segment, (int Clip, int Number)[] pieces)
        : base(
            new float[pieces.Length],
            [.. pieces.Select(piece => WeightOf(clips[piece.Clip], piece.Number * segment, segment))])
    {
        _clips = clips;
        _pieces = pieces;
        _segment = segment;
        _context = settings.Stack.ReceptiveField - 1;
        _speakers = settings.Speakers > 0;
        _featureChannels = settings.Features;
        _hop = settings.FeatureHop;
    }

    // As many samples as it has, times the weight of its clip.
    private static float WeightOf(WaveNetClip clip, int begin, int segment)
        => clip.Weight * Math.Min(segment, clip.Levels.Length - begin);

    public override void BeginEpoch(ulong seed) => _seed = seed;

    public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
    {
        // input from First on; targets from Begin to End
        var spans = new (WaveNetClip Clip, int First, int Begin, int End)[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            spans[i] = Span(rows[i]);
        int channels = 1 + (_speakers ? 1 : 0) + _featureChannels;
        int longest = spans.Max(span => span.End - span.First);
        var input = new float[rows.Length * channels * longest];
        var target = new long[rows.Length * longest];
        Array.Fill(target, NoTarget);
        for (int i = 0; i < spans.Length; i++)
        {
            (WaveNetClip clip, int first, int begin, int end) = spans[i];
            Fill(clip, first, end - first, input.AsSpan(i * channels * longest, channels * longest), longest);
            for (int t = begin; t < end; t++)
                target[i * longest + t - first] = clip.Levels[t];
        }

        using var scope = NewDisposeScope();
        return new(tensor(input, [rows.Length, channels, longest]).to(device).MoveToOuterDisposeScope(), Mask: null,
            tensor(target, [rows.Length, longest]).to(device).MoveToOuterDisposeScope());
    }

    private static (int Clip, int Number)[] Pieces(IReadOnlyList<WaveNetClip> clips, int segment)
        => [.. clips.SelectMany(
            (clip, i) => Enumerable.Range(0, 1 + (clip.Levels.Length - 1) / segment).Select(number => (i, number)))];

    // A piece begins a whole frame of the features before what it depends on: the transposed convolution reaches
    // into the next frame.
    private (WaveNetClip Clip, int First, int Begin, int End) Span(int row)
    {
        (int number, int piece) = _pieces[row];
        WaveNetClip clip = _clips[number];
        int length = clip.Levels.Length;
        int begin = _seed is ulong seed && length > _segment
            ? new SeededRandom(seed ^ ((ulong)row << 20)).NextInt32(length - _segment + 1)
            : Math.Min(piece * _segment, Math.Max(0, length - 1));
        int first = Math.Max(0, begin - _context);
        if (_featureChannels > 0)
            first = Math.Max(0, first - first % _hop - _hop);
        return (clip, first, begin, begin + Math.Min(length - begin, _segment));
    }

    private void Fill(WaveNetClip clip, int first, int count, Span<float> input, int stride)
    {
        for (int t = 0; t < count; t++)
            // silence before the first sample
            input[t] = first + t == 0 ? MuLaw.Levels / 2 : clip.Levels[first + t - 1];
        int row = 1;
        if (_speakers)
            input.Slice(row++ * stride, stride).Fill(clip.Speaker);
        int frames = _featureChannels == 0 ? 0 : clip.Features.Length / _featureChannels;
        for (int feature = 0; feature < _featureChannels; feature++)
        {
            for (int t = 0; t < count; t++)
                input[(row + feature) * stride + t] = clip.Features[feature * frames + (first + t) / _hop];
        }
    }
}

/// <summary>Cross-entropy of each sample's level, in bits.</summary>
internal sealed class SampleCrossEntropy : Objective
{
    public override string Metric => "bits a sample";

    public override bool LargerIsBetter => false;

    /// <param name="outputs">[N, level, T].</param>
    /// <param name="labels">[N, T]: levels, or <see cref="WaveNetExamples.NoTarget"/>.</param>
    /// <param name="training">Not used.</param>
    public override Tensor Losses(Tensor outputs, Tensor labels, bool training)
    {
        using var scope = NewDisposeScope();
        using var held = new HeldScalars();
        Tensor counted = labels.ge(held.Of(0L)).to(ScalarType.Float32);                                     // [N, T]
        Tensor logs = nn.functional.log_softmax(outputs, 1)        // [N, T]
            .gather(1, labels.clamp_min(held.Of(0L)).unsqueeze(1)).squeeze(1);
        return (-(logs * counted).sum(1) / counted.sum(1)).MoveToOuterDisposeScope();
    }

    public override Tensor Marks(Tensor outputs, Tensor labels) => Losses(outputs, labels, training: false);

    public override double MetricOf(double meanMark) => meanMark / Math.Log(2);
}
