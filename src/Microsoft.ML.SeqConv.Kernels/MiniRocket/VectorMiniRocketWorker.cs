using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The MiniRocket transform, vectorised over output positions of one series, or over series. In each lane taps are
/// added in the order of the scalar path, so the bits agree. Kernels are visited as (a, b, c): alpha + gamma_a is
/// shared by all kernels that begin with a, alpha + gamma_a + gamma_b by those that begin with (a, b), and the last sum
/// is made where it is compared. Long series are cut into blocks that stay in the first cache.
/// </summary>
/// <param name="model">The fitted transform.</param>
/// <param name="lanes">Series transformed at once: 1, or the lanes of a vector.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class VectorMiniRocketWorker(MiniRocketModel model, int lanes, KernelPath path)
    : MiniRocketLanes(model, lanes, path)
{
    private static readonly int Count = Vector<int>.Count;

    private readonly MiniRocketModel _model = model;
    private readonly int _lanes = lanes;
    private readonly PinnedBuffer<int> _counts =        // [kernel, bias, lane], of one dilation
        new((long)model.FeaturesPerDilationArray.Max() * MiniRocketKernel.Count * Vector<int>.Count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(FeatureRows features)
    {
        fixed (float* allBiases = _model.BiasArray)
        {
            int feature = 0;
            for (int d = 0; d < _model.DilationArray.Length; d++)
            {
                int featuresHere = _model.FeaturesPerDilationArray[d] * MiniRocketKernel.Count;
                _counts.Span[..(featuresHere * Count)].Clear();
                for (int start = 0; start < Series.Length; start += Block)
                    CountBlock(d, start, Math.Min(start + Block, Series.Length), allBiases + feature);
                for (int row = 0; row < features.Count; row++)
                    Divide(d, row, features[row].Slice(feature, featuresHere));
                feature += featuresHere;
            }
        }
    }

    // Counts one dilation over the output positions [start, end).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBlock(int dilationIndex, int start, int end, float* biases)
    {
        int dilation = _model.DilationArray[dilationIndex];
        int features = _model.FeaturesPerDilationArray[dilationIndex];
        var counts = (Vector<int>*)_counts.Pointer;
        (int fromEven, int toEven) = Counted(dilationIndex, kernel: 0, start, end);
        (int fromOdd, int toOdd) = Counted(dilationIndex, kernel: 1, start, end);
        BeginBlock(start, end);

        int kernel = 0;
        for (int a = 0; a < MiniRocketKernel.Length; a++)
        {
            for (int b = a + 1; b < MiniRocketKernel.Length; b++)
            {
                for (int c = b + 1; c < MiniRocketKernel.Length; c++, kernel++)
                {
                    bool even = kernel % 2 == 0;
                    int from = even ? fromEven : fromOdd;
                    int to = even ? toEven : toOdd;
                    if (from < to)
                    {
                        if (_model.NumberOfChannels == 1)
                            CountChannel(0, dilation, (a, b, c), start, from, to, biases, features, counts);
                        else
                            CountChannels(_model.ChannelsOf(dilationIndex, kernel), dilation, (a, b, c), start, from,
                                to, biases, features, counts);
                    }

                    biases += features;
                    counts += features;
                }
            }
        }
    }

    // Kernels of one parity count the same positions.
    private (int From, int To) Counted(int dilationIndex, int kernel, int start, int end)
    {
        (int from, int to) = _model.CountedPositions(dilationIndex, kernel, Series.Length);
        return (Math.Max(start, from), Math.Min(end, to));
    }

    // One series has counts in every lane of its vectors; interleaved series have a lane each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Divide(int dilationIndex, int row, Span<float> features)
    {
        int perKernel = _model.FeaturesPerDilationArray[dilationIndex];
        (int fromEven, int toEven) = _model.CountedPositions(dilationIndex, kernel: 0, Series.Length);
        (int fromOdd, int toOdd) = _model.CountedPositions(dilationIndex, kernel: 1, Series.Length);
        int* counts = _counts.Pointer;
        for (int kernel = 0; kernel < MiniRocketKernel.Count; kernel++)
        {
            float positions = kernel % 2 == 0 ? toEven - fromEven : toOdd - fromOdd;
            for (int i = kernel * perKernel; i < (kernel + 1) * perKernel; i++)
            {
                int count = _lanes == 1
                    ? Vector.Sum(Vector.Load(counts + (nint)i * Count)) : counts[(nint)i * Count + row];
                features[i] = count / positions;
            }
        }
    }
}
