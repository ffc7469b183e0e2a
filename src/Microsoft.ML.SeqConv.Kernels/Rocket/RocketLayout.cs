using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The numbers of a Rocket model in the order that <see cref="RocketTile"/> reads them: made once for all workers.
/// </summary>
internal sealed unsafe class RocketLayout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public RocketLayout(RocketModel model)
    {
        MaxReach = model.Kernels.Max(kernel => (long)kernel.Span) / 2;
        MaxTaps = model.Kernels.Max(kernel => kernel.Weights.Length);
        Weights = new(model.Groups.Sum(group => (long)group.First.Weights.Length * group.Kernels.Length));
        Biases = new(model.Kernels.Count);
        Places = new(2L * model.Kernels.Count);
        T* weight = Weights.Pointer;
        T* bias = Biases.Pointer;
        int* place = Places.Pointer;
        foreach (RocketGroup group in model.Groups)
        {
            for (int tap = 0; tap < group.First.Weights.Length; tap++)
            {
                foreach (int kernel in group.Kernels)
                    *weight++ = T.CreateTruncating(model.Kernels[kernel].Weights[tap]);
            }

            foreach (int kernel in group.Kernels)
            {
                *bias++ = T.CreateTruncating(model.Kernels[kernel].Bias);
                *place++ = model.Places[2 * kernel];
                *place++ = model.Places[2 * kernel + 1];
            }
        }
    }

    /// <summary>Group after group: [tap over channels][kernel of the group].</summary>
    public PinnedBuffer<T> Weights { get; }

    /// <summary>Group after group: [kernel of the group].</summary>
    public PinnedBuffer<T> Biases { get; }

    /// <summary>
    /// Group after group: [kernel of the group][PPV or maximum]: which feature that is, -1 where it is not kept.
    /// </summary>
    public PinnedBuffer<int> Places { get; }

    /// <summary>The farthest that a tap lies from the middle one.</summary>
    public long MaxReach { get; }

    /// <summary>The largest number of taps of a kernel, over all channels.</summary>
    public int MaxTaps { get; }
}
