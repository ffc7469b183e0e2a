using System.Reflection;
using System.Text.RegularExpressions;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>
/// A text file with gaps. {{Name}} is a value; the lines between <c>#if condition</c>, <c>#else</c> and <c>#end</c>,
/// each on a line of its own, are kept where the condition holds.
/// </summary>
internal static partial class Template
{
    /// <summary>Fills one of the files under Scaffold/Templates.</summary>
    public static string Fill(string file, IReadOnlySet<string> conditions, IReadOnlyDictionary<string, string> values)
    {
        using Stream stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream($"Microsoft.ML.SeqConv.Samples.Scaffold.Templates.{file}.txt")!;
        using var reader = new StreamReader(stream);
        var kept = new List<string>();
        var open = new Stack<bool>();
        while (reader.ReadLine() is string line)
        {
            if (line.StartsWith("#if ", StringComparison.Ordinal))
                open.Push(conditions.Contains(line[4..]));
            else if (line == "#else")
                open.Push(!open.Pop());
            else if (line == "#end")
                open.Pop();
            else if (open.All(holds => holds))
                kept.Add(Gap().Replace(line, gap => values[gap.Groups[1].Value]));
        }

        return string.Join('\n', kept) + "\n";
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Gap();
}
