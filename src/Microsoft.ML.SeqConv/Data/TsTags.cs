namespace Microsoft.ML.SeqConv;

/// <summary>The header of a .ts file: tags as sktime, aeon and other writers spell them.</summary>
internal static class TsTags
{
    // Letter case and underscores do not matter; plurals are written as well.
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["problemname"] = "@problemName",
        ["timestamps"] = "@timeStamps",
        ["timestamp"] = "@timeStamps",
        ["missing"] = "@missing",
        ["univariate"] = "@univariate",
        ["dimension"] = "@dimensions",
        ["dimensions"] = "@dimensions",
        ["equallength"] = "@equalLength",
        ["serieslength"] = "@seriesLength",
        ["classlabel"] = "@classLabel",
        ["classlabels"] = "@classLabel",
        ["targetlabel"] = "@targetLabel",
        ["targetlabels"] = "@targetLabel",
        ["data"] = "@data",
    };

    /// <summary>All tags, as messages spell them.</summary>
    public static IEnumerable<string> All => Known.Values.Distinct();

    /// <summary>The tag that a word is; <see langword="null"/> where it is none.</summary>
    public static string? Of(string word)
        => word is ['@', .. string name]
            ? Known.GetValueOrDefault(name.Replace("_", "", StringComparison.Ordinal))
            : null;

    /// <summary>The tag that a misspelt word resembles most; <see langword="null"/> where it resembles none.</summary>
    public static string? Nearest(string word)
    {
        (string tag, int distance) = All.Select(tag => (tag, Distance(tag.ToLowerInvariant(), word.ToLowerInvariant())))
            .MinBy(pair => pair.Item2);
        return distance <= 3 ? tag : null;
    }

    // Levenshtein's distance.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }

        return row[^1];
    }
}
