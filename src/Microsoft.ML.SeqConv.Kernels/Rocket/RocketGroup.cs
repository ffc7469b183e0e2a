namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Up to four kernels that read the same points: the same length, dilation, padding and channels. They are computed
/// together, so that a point is loaded once for all of them.
/// </summary>
internal sealed class RocketGroup
{
    /// <summary>
    /// The largest number of kernels of a group: with three vectors of positions, their sums fill the registers of
    /// 256-bit processors.
    /// </summary>
    public const int MaxKernels = 4;

    private RocketGroup(RocketKernel first, int[] kernels, bool readsAsThePrevious)
    {
        First = first;
        Kernels = kernels;
        ReadsAsThePrevious = readsAsThePrevious;
    }

    /// <summary>Its length, dilation, padding and channels are those of all.</summary>
    public RocketKernel First { get; }

    /// <summary>Numbers of the kernels.</summary>
    public int[] Kernels { get; }

    /// <summary>Whether the taps lie where those of the group before lie.</summary>
    public bool ReadsAsThePrevious { get; }

    /// <summary>Puts kernels into groups.</summary>
    /// <param name="kernels">All kernels of a model.</param>
    public static RocketGroup[] Of(IReadOnlyList<RocketKernel> kernels) =>
    [
        .. Enumerable.Range(0, kernels.Count)
            .GroupBy(i => (kernels[i].Length, kernels[i].Dilation, kernels[i].Padding,
                Channels: string.Join(',', kernels[i].Channels)))
            .OrderBy(group => group.Key.Length).ThenBy(group => group.Key.Dilation).ThenBy(group => group.First())
            .SelectMany(group => group.Chunk(MaxKernels)
                .Select((chunk, i) => new RocketGroup(kernels[chunk[0]], chunk, readsAsThePrevious: i > 0))),
    ];
}
