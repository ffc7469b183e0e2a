using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The Hydra transform, vectorised over output positions of one series. The outputs of a group are stored for a block
/// of positions; one pass finds the largest and the smallest of each position and whose they are, another adds them up
/// kernel by kernel. A lane sums the positions that the scalar path gives to it, so the bits agree.
/// </summary>
internal sealed unsafe class VectorHydraWorker : FeaturizerWorker
{
    private readonly HydraModel _model;
    private readonly HydraGroup _group;
    private readonly PaddedChannels<float>[] _inputs;
    private readonly float[] _weights;
    private readonly float[] _features;         // of a group: [max or min, kernel]
    private float[] _difference = [];
    private float[] _sum = [];

    public VectorHydraWorker(HydraModel model, KernelPath path)
    {
        _model = model;
        _group = new HydraGroup(model.KernelsPerGroup, path);
        _features = new float[2 * model.KernelsPerGroup];
        _weights = GC.AllocateArray<float>(model.WeightArray.Length, pinned: true);
        model.WeightArray.CopyTo(_weights, 0);
        long reach = (long)(HydraSettings.KernelLength / 2) * model.DilationArray[^1];
        _inputs = [.. Enumerable.Range(0, model.Representations)
            .Select(_ => new PaddedChannels<float>(1, reach, factor: 1, lanes: 1))];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int channels = _model.NumberOfChannels;
        int length = LengthOf(series, channels);
        if (_difference.Length < series.Length)
        {
            _difference = new float[series.Length];
            _sum = new float[length];
        }

        ReadOnlySpan<float> difference = [];
        if (_model.Representations == 2)
        {
            Span<float> differences = _difference.AsSpan(0, FirstDifference.LengthOf(length) * channels);
            FirstDifference.Compute(series, channels, differences);
            difference = differences;
        }

        for (int representation = 0; channels == 1 && representation < _inputs.Length; representation++)
            _inputs[representation].Load(representation == 0 ? series : difference);

        int kernels = _model.KernelsPerGroup;
        fixed (float* weights = _weights)
        {
            for (int group = 0; group < _model.GroupNumbers.Length; group++)
            {
                (int dilation, int representation) = Math.DivRem(
                    _model.GroupNumbers[group] / _model.Groups, _model.Representations);
                if (channels > 1)
                    LoadSum(representation == 0 ? series : difference, group, _inputs[representation]);
                _group.Compete(_inputs[representation], weights + (nint)group * kernels * HydraSettings.KernelLength,
                    _model.DilationArray[dilation],
                    _features.AsSpan(0, kernels), _features.AsSpan(kernels));
                _model.Place(group, _features, features);
            }
        }

        _model.Scaling?.Apply(features);
    }

    private void LoadSum(ReadOnlySpan<float> series, int group, PaddedChannels<float> input)
    {
        int length = series.Length / _model.NumberOfChannels;
        Span<float> sum = _sum.AsSpan(0, length);
        sum.Clear();
        foreach (int channel in _model.ChannelsOf(group))
        {
            for (int t = 0; t < length; t++)
                sum[t] += series[channel * length + t];
        }

        input.Load(sum);
    }
}
