using System.Globalization;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rule for names of classes and series: names that Unicode holds for the same are the same, so they are kept and
/// compared in its normal form C.
/// </summary>
internal static class ClassName
{
    // Without ICU (DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1) Normalize returns what it is given.
    private static readonly bool CanNormalize = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00e9";

    /// <summary>
    /// Characters that no class of a file has: control characters, and the byte order mark within a text.
    /// </summary>
    public static string UnseenCharacters { get; }
        = string.Concat(Enumerable.Range(0, 0xA0).Select(i => (char)i).Where(char.IsControl).Append('\uFEFF'));

    /// <summary>A name in normal form C.</summary>
    /// <exception cref="InvalidOperationException">The form cannot be found.</exception>
    public static string Normalized(string name)
        => TryNormalize(name, out string normal, out string problem)
            ? normal
            : throw new InvalidOperationException(problem);

    /// <summary>A name in normal form C.</summary>
    /// <param name="name">The name.</param>
    /// <param name="normal">Its normal form; the name itself where there is none.</param>
    /// <param name="problem">Why there is none, and the remedy; else empty.</param>
    public static bool TryNormalize(string name, out string normal, out string problem)
    {
        normal = name;
        problem = "";
        if (Ascii.IsValid(name))
            return true;
        if (IndexOfLoneSurrogate(name) >= 0)
            problem = "The name holds half of a surrogate pair, which is no character. Correct it.";
        else if (CanNormalize)
            normal = name.Normalize(NormalizationForm.FormC);
        else if (HasCombiningMark(name))
            problem = $"The name '{name}' holds a combining mark, and without ICU (globalization-invariant mode) "
                + "it cannot be compared with its composed form. Run with ICU, or write composed characters.";
        return problem.Length == 0;
    }

    /// <summary>The place of a name among names of classes; the same text goes before the same normal form.</summary>
    /// <returns>-1 where it is not among them.</returns>
    public static int IndexOf(string[] names, string name)
    {
        int index = Array.IndexOf(names, name);
        if (index >= 0)
            return index;
        string normal = Normalized(name);
        return Array.FindIndex(names, other => TryNormalize(other, out string its, out _) && its == normal);
    }

    /// <summary>The place of a half of a surrogate pair that stands alone.</summary>
    /// <returns>-1 where there is none.</returns>
    public static int IndexOfLoneSurrogate(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i]))
                continue;
            if (!char.IsSurrogatePair(name, i))
                return i;
            i++;
        }

        return -1;
    }

    private static bool HasCombiningMark(string name) => name.EnumerateRunes().Skip(1).Any(
        rune => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}
