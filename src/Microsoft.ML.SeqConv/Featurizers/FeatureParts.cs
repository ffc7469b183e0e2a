namespace Microsoft.ML.SeqConv;

/// <summary>Features that nodes make in parts, put into the order of the model.</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="path">Begins the names of nodes.</param>
internal sealed class FeatureParts(GraphWriter graph, string path)
{
    private readonly List<(string Variable, long[] Features)> _parts = [];

    /// <summary>Adds a part.</summary>
    /// <param name="variable">Has a row or column for each feature.</param>
    /// <param name="features">Numbers of its features; -1: this one is not needed.</param>
    public void Add(string variable, IEnumerable<long> features) => _parts.Add((variable, [.. features]));

    /// <summary>Joins parts [N, feature of the part] to [N, feature].</summary>
    public string JoinColumns() => Join(_parts, axis: 1);

    /// <summary>
    /// Joins parts [feature of the part, N] to [feature, N]. Two parts whose features alternate in blocks are joined
    /// by a concatenation; rows are gathered only where that does not bring them into their order.
    /// </summary>
    public string JoinRows()
    {
        var parts = new List<(string Variable, long[] Features)>();
        foreach ((string variable, long[] features) in _parts.OrderBy(part => part.Features[0]))
        {
            if (parts.Count > 0 && BlockOf(parts[^1].Features, features) is int block)
            {
                (string before, long[] first) = parts[^1];
                parts[^1] = (Alternate($"{path}/parts to {features[^1]}", before,
                    variable, first.Length / block, block),
                    [.. first.Concat(features).Order()]);
            }
            else
            {
                parts.Add((variable, features));
            }
        }

        return Join(parts, axis: 0);
    }

    private string Join(List<(string Variable, long[] Features)> parts, long axis)
    {
        string all = parts.Count == 1
            ? parts[0].Variable
            : graph.Add("Concat", $"{path}/in parts", [.. parts.Select(part => part.Variable)], ("axis", axis));
        long[] order = [.. parts.SelectMany(part => part.Features)];
        if (order.Select((feature, i) => feature == i).All(inOrder => inOrder))
            return all;
        long[] places = new long[order.Max() + 1];
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] >= 0)
                places[order[i]] = i;
        }

        return graph.Add("Gather", $"{path}/in order",
            [all, graph.Constant($"{path}/order", places, places.Length)], ("axis", axis));
    }

    // The number of features after which two parts take turns; null where they do not.
    private static int? BlockOf(long[] first, long[] second)
    {
        int block = 1;
        while (block < first.Length && first[block] == first[0] + block)
            block++;
        if (first.Length != second.Length || first.Length % block != 0 || block == first.Length)
            return null;
        for (int i = 0; i < first.Length; i++)
        {
            long start = first[0] + i / block * 2 * block + i % block;
            if (first[i] != start || second[i] != start + block)
                return null;
        }

        return block;
    }

    private string Alternate(string name, string first, string second, int blocks, int block)
    {
        string[] both = [graph.Reshape($"{name}/first", first, blocks, 1, block, -1),
            graph.Reshape($"{name}/second", second, blocks, 1, block, -1)];
        return graph.Reshape(name, graph.Add("Concat", $"{name}/both", both, ("axis", 1L)), 2 * blocks * block, -1);
    }
}
