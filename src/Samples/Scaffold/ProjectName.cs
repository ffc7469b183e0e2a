using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>Names that a generated class can have.</summary>
internal static partial class ProjectName
{
    // What generated code sees without saying where it is from.
    private static readonly string[] Namespaces =
    [
        "System", "System.IO", "System.Linq", "System.Collections.Generic", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks", "Microsoft.ML", "Microsoft.ML.Data", "Microsoft.ML.SeqConv",
    ];

    private static readonly Assembly[] Assemblies =
    [
        typeof(object).Assembly, typeof(Console).Assembly, typeof(Enumerable).Assembly, typeof(HttpClient).Assembly,
        typeof(HashSet<int>).Assembly, typeof(IDataView).Assembly, typeof(MLContext).Assembly,
        typeof(VectorTypeAttribute).Assembly, typeof(MiniRocketEstimator).Assembly, typeof(TextCnnTrainer).Assembly,
    ];

    /// <exception cref="ArgumentException">The name cannot be that of the class.</exception>
    public static void Check(string name)
    {
        if (!Identifier().IsMatch(name))
            throw new ArgumentException($"'{name}' is no name for a class; a name has letters A to Z, digits and _, "
                + "and begins with a capital letter, like Gestures.");
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static;
        bool taken = name is "Program" or "System" or "Microsoft" or "Split" or "TestFilePath"
            || Namespaces.Any(space => Assemblies.Any(assembly => assembly.GetType($"{space}.{name}") is not null))
            || typeof(SeriesClassificationModel).GetMembers(all).Any(member => member.Name == name);
        if (taken)
            throw new ArgumentException($"'{name}' is a name that the generated code uses for something else. "
                + $"Choose another, for example {name}Model.");
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
