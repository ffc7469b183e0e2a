namespace Microsoft.ML.SeqConv;

/// <summary>The first difference of series as ONNX nodes.</summary>
internal static class DifferenceGraph
{
    /// <summary>Writes the difference; that of a single point is one zero.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="path">Where the nodes' names begin.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, C, max(1, T - 1)].</returns>
    public static string Write(GraphWriter graph, string path, string series, int? length)
    {
        if (length == 1)
            return graph.Add("Sub", $"{path}/difference", [series, series]);
        string later = Slice(graph, $"{path}/later", series, graph.Constant($"{path}/second", [1L], 1),
            graph.Constant($"{path}/end", [long.MaxValue], 1));
        string earlier = Slice(graph, $"{path}/earlier", series, graph.Constant($"{path}/first", [0L], 1),
            graph.Constant($"{path}/last", [-1L], 1));
        string difference = graph.Add("Sub", $"{path}/difference", [later, earlier]);
        if (length is not null)
            return difference;

        // One zero more at the end, and as many points as there should be.
        string first = Slice(graph, $"{path}/first point", series, graph.Constant($"{path}/zeroth", [0L], 1),
            graph.Constant($"{path}/one", [1L], 1));
        string longer = graph.Add("Concat", $"{path}/difference and zero",
            [difference, graph.Add("Sub", $"{path}/zero", [first, first])], ("axis", 2L));
        string least = graph.Constant($"{path}/least", [1L], 1);
        string points = graph.Add("Max", $"{path}/points",
            [graph.Add("Sub", $"{path}/one less", [Length(graph, path, series), least]), least]);
        return Slice(graph, $"{path}/points of the difference", longer,
            graph.Constant($"{path}/from", [0L], 1), points);
    }

    /// <summary>The length of series, [1].</summary>
    public static string Length(GraphWriter graph, string path, string series)
    {
        string shape = graph.Add("Shape", $"{path}/shape", [series]);
        return graph.Add("Slice", $"{path}/length",
            [shape, graph.Constant($"{path}/time", [2L], 1), graph.Constant($"{path}/after time", [3L], 1)]);
    }

    private static string Slice(GraphWriter graph, string name, string series, string start, string end)
        => graph.Add("Slice", name, [series, start, end, graph.Constant($"{name}/axis", [2L], 1)]);
}
