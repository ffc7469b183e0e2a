using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The kernels of one representation of MultiRocket, pooled with the lanes of a vector being kernels. Outputs are made
/// over consecutive positions, as for MiniRocket, and then transposed, sixteen at once, so that a vector holds one
/// position of each. Every pooling is then a few operations without a branch, and each lane adds in the order of time,
/// as the scalar path does. Positions are taken in blocks that stay in the first cache, and whose sums end where those
/// of the scalar path end.
/// </summary>
internal abstract unsafe class PooledKernels
{
    /// <summary>The points of a series for which a block's sum of indices fits 32 bits.</summary>
    public const int MaxLength = int.MaxValue / MultiRocketPooling.PositionsAtOnce;

    /// <summary>Positions of a block.</summary>
    protected const int Block = MultiRocketPooling.PositionsAtOnce;

    /// <summary>Outputs side by side.</summary>
    protected const int Lanes = PooledLanes.Count;

    // Room for the vector that is read past the last position.
    private const int RowStride = Block + Lanes;

    private readonly KernelPath _path;
    private readonly PaddedSeries _series;
    private readonly PartialSums[] _sums;                                       // by channel
    private readonly PinnedBuffer<float> _rows = new(Lanes * RowStride);        // [lane, position]
    private readonly PinnedBuffer<float> _transposed = new(RowStride * Lanes);  // [position, lane]

    /// <summary>Makes the scratch memory of one thread.</summary>
    /// <param name="model">Kernels and biases.</param>
    /// <param name="representation">0: of the series; 1: of the difference.</param>
    /// <param name="path">Whether the loops may use 512-bit vectors.</param>
    protected PooledKernels(MultiRocketModel model, int representation, KernelPath path)
    {
        Model = model;
        Kernels = model.KernelsOf(representation);
        Representation = representation;
        _path = path;
        int leftShift = representation == 0 ? 0 : MultiRocket.LeftShiftOfDifference;
        _series = new(Kernels.NumberOfChannels, Kernels.MaxDilation, lanes: 1, leftShift);
        _sums = [.. Enumerable.Range(0, Kernels.NumberOfChannels).Select(_ => new PartialSums(RowStride, path))];
    }

    /// <summary>The fitted transform.</summary>
    protected MultiRocketModel Model { get; }

    /// <summary>Kernels and biases of the representation.</summary>
    protected MiniRocketModel Kernels { get; }

    /// <summary>0: of the series; 1: of the difference.</summary>
    protected int Representation { get; }

    /// <summary>Points a channel of the series that is loaded.</summary>
    protected int Length => _series.Length;

    /// <summary>Transforms one series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="features">[feature]; those of this representation are written.</param>
    public abstract void Transform(ReadOnlySpan<float> series, Span<float> features);

    /// <summary>Copies a series in.</summary>
    protected void Load(ReadOnlySpan<float> series) => _series.Load(series);

    /// <summary>Forgets the sums of the last block, or of the last dilation.</summary>
    protected void BeginBlock(int start, int positions)
    {
        foreach (PartialSums sums in _sums)
            sums.Begin(start, positions);
    }

    /// <summary>
    /// Puts the outputs of a kernel over a block into a lane. A lane that gets no kernel keeps what it has; no one
    /// reads it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Convolve(int lane, int dilationIndex, int kernel, int start, int positions)
    {
        Debug.Assert(lane >= 0 && lane < Lanes, "There is no such lane.");
        Debug.Assert(positions >= 0 && positions <= Block && start + positions <= Length,
            "The positions are not of a block.");
        int dilation = Kernels.DilationArray[dilationIndex];
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
        float* row = _rows.Pointer + lane * RowStride;
        ReadOnlySpan<int> channels = Kernels.ChannelsOf(dilationIndex, kernel);
        for (int i = 0; i < channels.Length; i++)
        {
            float* sum = _sums[channels[i]].WithTwoTaps(_series, channels[i], dilation, a, b);
            float* last = _series.TripleChannel(channels[i]) + start + _series.Offset(c, dilation);
            Debug.Assert(_series.TripleHolds(last, positions), "Tap c lies beyond the zeros.");
            if (i == 0)
                Elementwise.Add(sum, last, row, positions, _path);
            else
                Elementwise.AddTo(row, sum, last, positions);
        }
    }

    /// <summary>The outputs of all lanes over a block.</summary>
    /// <returns>[position, lane].</returns>
    protected float* Transpose(int positions)
    {
        LaneTransposition.Transpose(_rows.Pointer, RowStride, positions, _transposed.Pointer);
        return _transposed.Pointer;
    }
}
