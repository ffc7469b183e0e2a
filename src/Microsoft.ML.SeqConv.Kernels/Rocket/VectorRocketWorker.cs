using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The Rocket transform, vectorised over output positions, for up to four kernels at once that read the same points. A lane is an output position; in each
/// lane the taps are added in the order of the scalar path, each product rounded before it is added, so the bits agree.
/// </summary>
internal sealed unsafe class VectorRocketWorker<T> : FeaturizerWorker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RocketModel _model;
    private readonly PaddedChannels<T> _series;
    private readonly PinnedBuffer<T> _weights;      // group after group: [tap over channels][kernel of the group]
    private readonly PinnedBuffer<T> _biases;       // group after group: [kernel of the group]
    private readonly PinnedBuffer<nint> _offsets;   // of the group in work: [tap over channels]
    private readonly Vector<T> _lane;               // 0, 1, 2, ...

    public VectorRocketWorker(RocketModel model)
    {
        _model = model;
        _series = new(model.NumberOfChannels, model.Kernels.Max(kernel => (long)kernel.Span) / 2, factor: T.One);
        _weights = new(model.Groups.Sum(group => (long)group.First.Weights.Length * group.Kernels.Length));
        _biases = new(model.Kernels.Count);
        _offsets = new(model.Kernels.Max(kernel => kernel.Weights.Length));
        Span<T> lanes = stackalloc T[Vector<T>.Count];
        for (int i = 0; i < lanes.Length; i++)
            lanes[i] = T.CreateTruncating(i);
        _lane = new Vector<T>(lanes);
        LayOut();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, _model.NumberOfChannels);
        _series.Load(series);
        T* weights = _weights.Pointer;
        T* biases = _biases.Pointer;
        Span<T> maxima = stackalloc T[RocketGroup.Most];
        Span<int> counts = stackalloc int[RocketGroup.Most];
        foreach (RocketGroup group in _model.Groups)
        {
            int taps = group.First.Weights.Length;
            int positions = PlaceTaps(group.First);
            RocketTile.Apply(_series.Channel(0), _offsets.Pointer, taps, weights, biases, group.Kernels.Length, positions, _lane, maxima, counts);
            for (int i = 0; i < group.Kernels.Length; i++)
            {
                features[2 * group.Kernels[i]] = (float)counts[i] / positions;
                features[2 * group.Kernels[i] + 1] = float.CreateTruncating(maxima[i]);
            }

            weights += taps * group.Kernels.Length;
            biases += group.Kernels.Length;
        }
    }

    // Puts the group's taps where they read for the first output position, and tells how many positions there are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int PlaceTaps(RocketKernel kernel)
    {
        int span = kernel.Span;
        (int first, int end) = ScalarRocketWorker<T>.Positions(_series.Length, span, kernel.Padding);
        nint* offset = _offsets.Pointer;
        foreach (int channel in kernel.Channels)
        {
            // The middle tap lies in the series; the others are moved from there.
            nint middle = (nint)(_series.Channel(channel) - _series.Channel(0)) + first + span / 2;
            for (int tap = 0; tap < kernel.Length; tap++)
                *offset++ = middle + _series.Offset((long)tap * kernel.Dilation - span / 2);
        }

        return end - first;
    }

    private void LayOut()
    {
        T* weight = _weights.Pointer;
        T* bias = _biases.Pointer;
        foreach (RocketGroup group in _model.Groups)
        {
            for (int tap = 0; tap < group.First.Weights.Length; tap++)
            {
                foreach (int kernel in group.Kernels)
                    *weight++ = T.CreateTruncating(_model.Kernels[kernel].Weights[tap]);
            }

            foreach (int kernel in group.Kernels)
                *bias++ = T.CreateTruncating(_model.Kernels[kernel].Bias);
        }
    }
}
