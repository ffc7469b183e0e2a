using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The 84 kernels of MiniRocket: nine taps, three of them 2 and six of them -1 (arXiv:2012.08791, section 3.1.2).
/// </summary>
internal static class MiniRocketKernel
{
    /// <summary>Taps of a kernel.</summary>
    public const int Length = 9;

    /// <summary>Taps on either side of the centre.</summary>
    public const int Half = Length / 2;

    /// <summary>The number of kernels: 9 choose 3.</summary>
    public const int Count = 84;

    private static readonly (int A, int B, int C)[] Triples =
    [
        .. from a in Enumerable.Range(0, Length)
           from b in Enumerable.Range(a + 1, Length - a - 1)
           from c in Enumerable.Range(b + 1, Length - b - 1)
           select (a, b, c),
    ];

    /// <summary>The three taps of a kernel whose weight is 2, ascending; kernels are in lexicographic order.</summary>
    public static (int A, int B, int C) WeightTwoTaps(int kernel) => Triples[kernel];

    /// <summary>How far from its output position a tap reads.</summary>
    /// <param name="tap">0 to 8.</param>
    /// <param name="dilation">Points from one tap to the next.</param>
    /// <param name="leftShift">
    /// How many points later than its place a tap left of the centre reads: 0, but 1 in the difference of MultiRocket
    /// (see <see cref="MultiRocketModel"/>).
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Shift(int tap, int dilation, int leftShift)
        => (long)(tap - Half) * dilation + (tap < Half ? leftShift : 0);

    /// <summary>The points that an output reads.</summary>
    /// <param name="kernel">0 to 83.</param>
    /// <param name="dilation">Points from one tap to the next.</param>
    /// <param name="leftShift">See <see cref="Shift"/>.</param>
    /// <param name="channels">Channels that are summed.</param>
    public static ReceptiveField FieldOf(int kernel, int dilation, int leftShift, ReadOnlySpan<int> channels)
    {
        (int a, int b, int c) = WeightTwoTaps(kernel);
        var offsets = new long[Length];
        var weights = new double[channels.Length * Length];
        for (int tap = 0; tap < Length; tap++)
        {
            offsets[tap] = Shift(tap, dilation, leftShift);
            for (int channel = 0; channel < channels.Length; channel++)
                weights[channel * Length + tap] = tap == a || tap == b || tap == c ? 2 : -1;
        }

        return new(offsets, channels.ToArray(), weights);
    }
}
