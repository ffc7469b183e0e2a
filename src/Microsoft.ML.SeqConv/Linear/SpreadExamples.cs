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

    /// <summary>Examples that have a weight, or about so many of them.</summary>
    /// <param name="count">Examples.</param>
    /// <param name="weights">[example], or empty; examples of weight zero are left out.</param>
    /// <param name="max">The most that are kept.</param>
    /// <param name="seed">The same seed chooses the same ones.</param>
    /// <returns>Numbers of examples, ascending.</returns>
    public static int[] AtMost(int count, double[] weights, int max, ulong seed)
    {
        int[] examples = [.. Enumerable.Range(0, count).Where(i => weights.Length == 0 || weights[i] > 0)];
        if (examples.Length <= max)
            return examples;
        bool[] isKept = OneOfEach((double)examples.Length / max, examples.Length, seed);
        return [.. examples.Where((_, i) => isKept[i])];
    }
}
