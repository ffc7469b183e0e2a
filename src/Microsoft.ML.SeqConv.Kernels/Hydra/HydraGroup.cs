using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The kernels of one group on one series: their outputs, who wins where, and what each has won. Scratch
/// memory of one thread.
/// </summary>
/// <param name="kernels">Kernels of a group.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class HydraGroup(int kernels, KernelPath path)
{
    private const int Block = ScalarHydraWorker.Block;
    private const int Lanes = ScalarHydraWorker.Lanes;
    private const int KernelsAtOnce = 4;
    private const int None = -1;

    private readonly PinnedBuffer<float> _outputs = new((long)kernels * Block);     // [kernel, position]
    private readonly PinnedBuffer<float> _largest = new(Block);
    private readonly PinnedBuffer<int> _winners = new(Block);                       // the kernel of the largest output
    private readonly PinnedBuffer<int> _losers = new(Block);                        // the kernel of the smallest
    private readonly PinnedBuffer<float> _laneSums = new((long)kernels * Lanes);
    private readonly PinnedBuffer<int> _laneCounts = new((long)kernels * Lanes);
    private readonly double[] _sums = new double[kernels];

    /// <summary>Pools one group.</summary>
    /// <param name="input">The series.</param>
    /// <param name="weights">[kernel, tap].</param>
    /// <param name="dilation">Points from one tap to the next.</param>
    /// <param name="largest">[kernel]: the sum of a kernel's outputs where they are the largest.</param>
    /// <param name="smallest">[kernel]: the number of its outputs that are the smallest.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compete(PaddedChannels<float> input, float* weights, int dilation,
        Span<float> largest, Span<float> smallest)
    {
        Debug.Assert(largest.Length == kernels && smallest.Length == kernels,
            "There is not one feature of either kind for each kernel.");
        _sums.AsSpan().Clear();
        _laneCounts.Span.Clear();
        nint* taps = stackalloc nint[HydraSettings.KernelLength];
        for (int tap = 0; tap < HydraSettings.KernelLength; tap++)
            taps[tap] = input.Offset((long)(tap - HydraSettings.KernelLength / 2) * dilation);

        for (int start = 0; start < input.Length; start += Block)
        {
            int positions = Math.Min(Block, input.Length - start);
            int rounded = (positions + Lanes - 1) / Lanes * Lanes;
            float* x = input.Channel(0) + start;
            Debug.Assert(input.Holds(x + taps[0], rounded), "The first tap lies beyond the zeros.");
            Debug.Assert(input.Holds(x + taps[HydraSettings.KernelLength - 1], rounded),
                "The last tap lies beyond the zeros.");
            Convolve(x, taps, weights, rounded);
            FindWinners(rounded);
            _winners.Span[positions..rounded].Fill(None);
            _losers.Span[positions..rounded].Fill(None);
            AddUp(rounded);
            ScalarHydraWorker.AddLanes(_laneSums.Span, _sums);
        }

        for (int kernel = 0; kernel < kernels; kernel++)
        {
            largest[kernel] = (float)_sums[kernel];
            int count = 0;
            foreach (int lane in _laneCounts.Span.Slice(kernel * Lanes, Lanes))
                count += lane;
            smallest[kernel] = count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Convolve(float* x, nint* taps, float* weights, int positions)
    {
        int kernel = 0;
        for (; kernel + KernelsAtOnce <= kernels; kernel += KernelsAtOnce)
        {
            float* first = weights + kernel * HydraSettings.KernelLength;
            float* outputs = _outputs.Pointer + kernel * Block;
            if (path == KernelPath.Vector512)
                HydraLoops512.ConvolveFour(x, taps, first, outputs, positions);
            else
                HydraLoops.ConvolveFour(x, taps, first, outputs, positions);
        }

        for (; kernel < kernels; kernel++)
            HydraLoops.ConvolveOne(x, taps, weights + kernel * HydraSettings.KernelLength,
                _outputs.Pointer + kernel * Block, positions);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindWinners(int positions)
    {
        if (path == KernelPath.Vector512)
            HydraLoops512.FindWinners(_outputs.Pointer, kernels, positions, _largest.Pointer,
                _winners.Pointer, _losers.Pointer);
        else
            HydraLoops.FindWinners(_outputs.Pointer, kernels, positions, _largest.Pointer,
                _winners.Pointer, _losers.Pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddUp(int positions)
    {
        int kernel = 0;
        for (; kernel + KernelsAtOnce <= kernels; kernel += KernelsAtOnce)
        {
            float* sums = _laneSums.Pointer + kernel * Lanes;
            int* counts = _laneCounts.Pointer + kernel * Lanes;
            if (path == KernelPath.Vector512)
            {
                HydraLoops512.AddUpFour(_largest.Pointer, _winners.Pointer, _losers.Pointer,
                    positions, kernel, sums, counts);
                continue;
            }

            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
                HydraLoops.AddUpFour(_largest.Pointer + lane, _winners.Pointer + lane, _losers.Pointer + lane,
                    positions - lane, kernel, sums + lane, counts + lane);
        }

        for (; kernel < kernels; kernel++)
        {
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                HydraLoops.AddUpOne(_largest.Pointer + lane, _winners.Pointer + lane,
                    _losers.Pointer + lane, positions - lane, kernel,
                    _laneSums.Pointer + kernel * Lanes + lane, _laneCounts.Pointer + kernel * Lanes + lane);
            }
        }
    }
}
