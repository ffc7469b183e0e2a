using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Examples that are spread over the data, and yet not in step with it.</summary>
internal static class SpreadExamples
{
    /// <summary>Chooses one example of each run of so many.</summary>
    /// <param name="runLength">Examples of a run, at least 1; runs of a broken number differ by one.</param>
    /// <param name="count">Examples.</param>
    /// <param name="seed">The same seed chooses the same ones.</param>
    /// <returns>[example].</returns>
    public static bool[] OneOfEach(double runLength, int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var chosen = new bool[count];
        for (int run = 0, start = 0; start < count; run++)
        {
            int end = Math.Min(count, (int)Math.Ceiling((run + 1) * runLength));
            chosen[start + (int)(random.NextDouble() * (end - start))] = true;
            start = end;
        }

        return chosen;
    }
}
