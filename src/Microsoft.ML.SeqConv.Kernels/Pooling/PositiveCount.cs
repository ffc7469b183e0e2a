using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Counts for several biases at once how many outputs exceed each. A lane is an output position: the comparison gives
/// -1 where it holds, and the counters subtract it; lanes past the last position are masked. Biases and counters of up
/// to eight fit the sixteen registers of 256-bit processors.
/// </summary>
internal static unsafe partial class PositiveCount
{
    internal const int AtOnce = 8;

    // A vector of -1 and a vector of 0: read from r values before the middle, it masks all lanes but the first r.
    private static readonly PinnedBuffer<int> Masks = MakeMasks();

    /// <summary>Adds counts.</summary>
    /// <param name="output">Readable in whole vectors up to <paramref name="positions"/>, rounded up.</param>
    /// <param name="positions">Output positions, 0 or more.</param>
    /// <param name="biases">[bias].</param>
    /// <param name="numberOfBiases">1 or more.</param>
    /// <param name="counts">[bias]; in each lane the number of outputs above the bias is added.</param>
    /// <param name="path">Whether the loops may use 512-bit vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TOutput>(
        TOutput output, int positions, float* biases, int numberOfBiases, Vector<int>* counts, KernelPath path)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Debug.Assert(positions >= 0, "The number of positions is negative.");
        Debug.Assert(numberOfBiases >= 1, "There is no bias.");
        if (path == KernelPath.Vector512)
        {
            int done = PositiveCount512.Add(output, positions, biases, numberOfBiases, counts);
            if (done == positions)
                return;
            output = output.From(done);
            positions -= done;
        }

        // Looked up here: a call for a static field, even in a branch that is never taken, would make the loops below
        // keep their sums in memory.
        int* mask = Masks.Pointer + Vector<int>.Count - positions % Vector<int>.Count;
        for (; numberOfBiases >= AtOnce; numberOfBiases -= AtOnce, biases += AtOnce, counts += AtOnce)
            Add8(output, positions, biases, counts, mask);
        switch (numberOfBiases)
        {
            case 1:
                Add1(output, positions, biases, counts, mask);
                break;
            case 2:
                Add2(output, positions, biases, counts, mask);
                break;
            case 3:
                Add3(output, positions, biases, counts, mask);
                break;
            case 4:
                Add4(output, positions, biases, counts, mask);
                break;
            case 5:
                Add5(output, positions, biases, counts, mask);
                break;
            case 6:
                Add6(output, positions, biases, counts, mask);
                break;
            case 7:
                Add7(output, positions, biases, counts, mask);
                break;
        }
    }

    private static PinnedBuffer<int> MakeMasks()
    {
        var masks = new PinnedBuffer<int>(2L * Vector<int>.Count);
        masks.Span[..Vector<int>.Count].Fill(-1);
        return masks;
    }
}
