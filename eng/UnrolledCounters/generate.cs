// Writes the unrolled counters of PositiveCount and PositiveCount512 again: dotnet run eng/UnrolledCounters/generate.cs
// The tests of the numeric core compile this file too, and compare the committed files with what it makes.
using System.Globalization;
using System.Text;

#if !LINKED
string folder = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
string pooling = Path.Combine(folder, "..", "..", "src", "Microsoft.ML.SeqConv.Kernels", "Pooling");
foreach ((string name, string text) in UnrolledCounters.Files())
    File.WriteAllText(Path.Combine(pooling, name), text);
#endif

/// <summary>
/// A counter of several biases at once, written out for each number of biases, so that all counts stay in registers.
/// </summary>
internal static class UnrolledCounters
{
    private const int MaxBiases = 8;

    /// <summary>The files of the folder Pooling, by name.</summary>
    public static IEnumerable<(string Name, string Text)> Files()
    {
        yield return ("PositiveCount.Unrolled.cs", FileOf("PositiveCount", "", Counter));
        yield return ("PositiveCount512.Unrolled.cs",
            FileOf("PositiveCount512", "using System.Runtime.Intrinsics;\n", Counter512));
    }

    private static string FileOf(string type, string usings, Func<int, string> counter)
    {
        IEnumerable<string> counters = Enumerable.Range(1, MaxBiases).Select(counter);
        return $$"""
            // Made by eng/UnrolledCounters/generate.cs.
            using System.Numerics;
            using System.Runtime.CompilerServices;
            {{usings}}
            namespace Microsoft.ML.SeqConv.Kernels;

            internal static unsafe partial class {{type}}
            {
            {{string.Join("\n\n", counters)}}
            }

            """.ReplaceLineEndings("\n");
    }

    private static string Counter(int biases)
    {
        var text = new StringBuilder();
        Begin(text, biases, ", int* mask");
        Each(text, biases, 8, "var bias{0} = new Vector<float>(biases[{0}]);");
        Each(text, biases, 8, "Vector<int> count{0} = counts[{0}];");
        text.Append("        nint t = 0;\n");
        text.Append("        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)\n        {\n");
        text.Append("            Vector<float> value = output.At(t);\n");
        Each(text, biases, 12, "count{0} -= Vector.GreaterThan(value, bias{0});");
        text.Append("        }\n\n        if (t < positions)\n        {\n");
        text.Append("            Vector<int> valid = Vector.Load(mask);\n");
        text.Append("            Vector<float> value = output.At(t);\n");
        Each(text, biases, 12, "count{0} -= Vector.GreaterThan(value, bias{0}) & valid;");
        text.Append("        }\n\n");
        Each(text, biases, 8, "counts[{0}] = count{0};");
        return text.Append("    }").ToString();
    }

    private static string Counter512(int biases)
    {
        var text = new StringBuilder();
        Begin(text, biases, "");
        Each(text, biases, 8, "Vector512<float> bias{0} = Vector512.Create(biases[{0}]);");
        Each(text, biases, 8, "Vector512<int> count{0} = Vector512<int>.Zero;");
        text.Append("        for (nint t = 0; t < positions; t += Vector512<float>.Count)\n        {\n");
        text.Append("            Vector512<float> value = output.WideAt(t);\n");
        Each(text, biases, 12, "count{0} = Above(value, bias{0}, count{0});");
        text.Append("        }\n\n");
        Each(text, biases, 8, "counts[{0}] += Fold(count{0});");
        return text.Append("    }").ToString();
    }

    private static void Begin(StringBuilder text, int biases, string parameter)
    {
        text.Append("    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]\n");
        text.Append(CultureInfo.InvariantCulture, $"    private static void Add{biases}<TOutput>(TOutput output, ")
            .Append("int positions, float* biases, Vector<int>* counts").Append(parameter).Append(")\n");
        text.Append("        where TOutput : struct, IConvolutionOutput<TOutput>\n    {\n");
    }

    private static void Each(StringBuilder text, int biases, int indent, string statement)
    {
        for (int bias = 0; bias < biases; bias++)
            text.Append(' ', indent).Append(statement.Replace("{0}", $"{bias}", StringComparison.Ordinal)).Append('\n');
    }
}
