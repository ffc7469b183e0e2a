using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The Rocket transform, vectorised over output positions of one series, or over series, for up to four kernels at once
/// that read the same points. In each lane the taps are added in the order of the scalar path, by fused multiplication
/// and addition as there, so the bits agree.
/// </summary>
internal sealed unsafe class VectorRocketWorker<T> : LaneWorker
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The outcomes of so many groups stay in the first cache until they are written to the rows.
    private const int GroupsAtOnce = 64;

    private readonly RocketModel _model;
    private readonly int _lanes;
    private readonly KernelPath _path;
    private readonly PaddedChannels<T> _series;
    private readonly RocketLayout<T> _layout;
    private readonly PinnedBuffer<nint> _offsets;   // of the group in work: [tap over channels]
    private readonly PinnedBuffer<T> _maxima;       // of the groups in work: [kernel][lane]
    private readonly PinnedBuffer<T> _counts;
    private readonly int[] _positions = new int[GroupsAtOnce];
    private readonly Vector<T> _lane;               // 0, 1, 2, ...

    public VectorRocketWorker(RocketModel model, RocketLayout<T> layout, int lanes, KernelPath path)
    {
        _path = path;
        _model = model;
        _lanes = lanes;
        _layout = layout;
        _series = new(model.NumberOfChannels, layout.MaxReach, factor: T.One, lanes);
        _offsets = new(layout.MaxTaps);
        _maxima = new(GroupsAtOnce * RocketGroup.MaxKernels * Vector<T>.Count);
        _counts = new(GroupsAtOnce * RocketGroup.MaxKernels * Vector<T>.Count);
        Span<T> numbers = stackalloc T[Vector<T>.Count];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = T.CreateTruncating(i);
        _lane = new Vector<T>(numbers);
    }

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<float> series, int lane) => _series.Load(series, lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(FeatureRows features)
    {
        T* weights = _layout.Weights.Pointer;
        T* biases = _layout.Biases.Pointer;
        int* places = _layout.Places.Pointer;
        ReadOnlySpan<RocketGroup> groups = _model.Groups;
        int positions = 0;
        while (!groups.IsEmpty)
        {
            ReadOnlySpan<RocketGroup> now = groups[..Math.Min(GroupsAtOnce, groups.Length)];
            for (int i = 0; i < now.Length; i++)
            {
                RocketGroup group = now[i];
                int taps = group.First.Weights.Length;
                if (!group.ReadsAsThePrevious)
                    positions = PlaceTaps(group.First);
                _positions[i] = positions;
                nint at = (nint)i * RocketGroup.MaxKernels;
                RocketTile.Apply(_series.Channel(0), _offsets.Pointer, taps, weights, biases,
                    group.Kernels.Length, positions * _lanes, _lane,
                    (Vector<T>*)_maxima.Pointer + at, (Vector<T>*)_counts.Pointer + at, _path);
                weights += taps * group.Kernels.Length;
                biases += group.Kernels.Length;
            }

            for (int row = 0; row < features.Count; row++)
                Write(now, places, row, features[row]);
            foreach (RocketGroup group in now)
                places += 2 * group.Kernels.Length;
            groups = groups[now.Length..];
        }
    }

    // One series has outcomes in every lane of its vectors; interleaved series have a lane each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(ReadOnlySpan<RocketGroup> groups, int* places, int row, Span<float> features)
    {
        int first = _lanes == 1 ? 0 : row;
        int end = _lanes == 1 ? Vector<T>.Count : row + 1;
        for (int i = 0; i < groups.Length; i++)
        {
            int kernels = groups[i].Kernels.Length;
            float positions = _positions[i];
            for (int k = 0; k < kernels; k++, places += 2)
            {
                nint at = ((nint)i * RocketGroup.MaxKernels + k) * Vector<T>.Count;
                T max = _maxima.Pointer[at + first];
                int count = VectorArithmetic<T>.Count(_counts.Pointer[at + first]);
                for (int lane = first + 1; lane < end; lane++)
                {
                    T value = _maxima.Pointer[at + lane];
                    max = value > max ? value : max;
                    count += VectorArithmetic<T>.Count(_counts.Pointer[at + lane]);
                }

                float ppv = count / positions;
                float largest = float.CreateTruncating(max + T.Zero);        // -0 becomes 0, whichever came first
                if (places[0] >= 0)
                    features[places[0]] = ppv;
                if (places[1] >= 0)
                    features[places[1]] = largest;
            }
        }
    }

    // Puts the group's taps where they read for the first output position, and returns the number of positions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int PlaceTaps(RocketKernel kernel)
    {
        int span = kernel.Span;
        (int first, int end) = ScalarRocketWorker<T>.Positions(_series.Length, span, kernel.Padding);
        nint* offset = _offsets.Pointer;
        foreach (int channel in kernel.Channels)
        {
            // The middle tap lies in the series; the others are moved from there.
            nint middle = (nint)(_series.Channel(channel) - _series.Channel(0)) + (nint)(first + span / 2) * _lanes;
            for (int tap = 0; tap < kernel.Length; tap++)
            {
                *offset = middle + _series.Offset((long)tap * kernel.Dilation - span / 2);
                Debug.Assert(_series.Holds(_series.Channel(0) + *offset, (long)(end - first) * _lanes),
                    "The tap lies beyond the zeros.");
                offset++;
            }
        }

        return end - first;
    }
}
