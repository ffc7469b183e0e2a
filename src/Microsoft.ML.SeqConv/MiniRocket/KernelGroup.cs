using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Kernels of one dilation that count the same positions, for a graph. Each row is a kernel with as many biases as
/// every other row has; where the numbers of biases differ, a kernel has a row for each of its biases.
/// </summary>
/// <param name="DilationIndex">Index into the model's dilations.</param>
/// <param name="CountsAll">Whether all positions count, see <see cref="MiniRocketModel.CountsAll"/>.</param>
/// <param name="Kernels">The kernel of each row: those that sum over most channels first, then ascending.</param>
/// <param name="Features">[row, bias]: features of the model.</param>
internal sealed record KernelGroup(int DilationIndex, bool CountsAll, int[] Kernels, int[] Features)
{
    /// <summary>Biases of each row.</summary>
    public int BiasesPerRow => Features.Length / Kernels.Length;

    /// <summary>The groups of a model, dilation by dilation.</summary>
    /// <param name="model">Full or pruned.</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    public static IEnumerable<KernelGroup> Of(MiniRocketModel model, int? length)
        => from combination in model.Combinations
           group combination by (combination.DilationIndex,
               All: model.CountsAll(combination.DilationIndex, combination.Kernel, length)) into part
           select Of(part.Key.DilationIndex, part.Key.All,
               [.. part.OrderByDescending(combination => model.ChannelsOf(combination).Length)]);

    /// <summary>Names the group among those of the model.</summary>
    public string Name(MiniRocketModel model)
        => $"d{model.Dilations[DilationIndex]}/{(CountsAll ? "all positions" : "positions within")}";

    private static KernelGroup Of(int dilationIndex, bool countsAll, MiniRocketCombination[] combinations)
    {
        bool sameNumber = combinations.All(combination => combination.Biases == combinations[0].Biases);
        return new(dilationIndex, countsAll,
            [.. combinations.SelectMany(one => Enumerable.Repeat(one.Kernel, sameNumber ? 1 : one.Biases))],
            [.. combinations.SelectMany(one => Enumerable.Range(one.First, one.Biases))]);
    }
}
