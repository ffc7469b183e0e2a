namespace Microsoft.ML.SeqConv;

/// <summary>What <see cref="SeriesReader"/> does to a series, as ONNX nodes.</summary>
internal static class SeriesGraph
{
    /// <summary>Writes the preparation of series.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="preparation">What is done.</param>
    /// <param name="input">The column: [N, T], [N, C, T] or [N, T, C], or those values in one dimension.</param>
    /// <param name="length">Points a channel; <see langword="null"/> where that is open.</param>
    /// <returns>[N, C, T].</returns>
    /// <exception cref="InvalidOperationException">Interpolation is asked for at an open length.</exception>
    public static string Write(GraphWriter graph, SeriesPreparation preparation, string input, int? length)
    {
        string series = preparation.Layout == SeriesLayout.ChannelTime
            ? Shaped(graph, "Series/channels", input, preparation.Shape.Channels, length, timeIsLast: true)
            : graph.Add("Transpose", "Series/channels",
                [Shaped(graph, "Series/points", input, preparation.Shape.Channels, length, timeIsLast: false)],
                ("perm", new[] { 0L, 2, 1 }));
        series = preparation.MissingValues switch
        {
            MissingValues.Zero => graph.Add("Where", "Series/missing to zero",
                [graph.Add("IsNaN", "Series/missing", [series]), graph.Constant("Series/zero", 0f), series]),
            MissingValues.Interpolate => Interpolate(graph, series, length ?? throw new InvalidOperationException(
                "Interpolation of missing values can be written to ONNX for a fixed length only. "
                + "Set OnnxExportOptions.SeriesLength, or fit with MissingValues.Zero.")),
            _ => series,
        };
        series = preparation.Normalization == SeriesNormalization.ZNormalize ? ZNormalize(graph, series) : series;
        return preparation.UnusedChannels.Length > 0 ? Silence(graph, series, preparation) : series;
    }

    // Where and not a product: an unused channel may hold anything.
    private static string Silence(GraphWriter graph, string series, SeriesPreparation preparation)
    {
        int channels = preparation.Shape.Channels;
        float[] used = [.. Enumerable.Range(0, channels).Select(c => preparation.UnusedChannels.Contains(c) ? 0f : 1)];
        string isUsed = graph.Add(
            "Cast", "Series/used channels", [graph.Constant("Series/use", used, 1, channels, 1)], ("to", typeof(bool)));
        return graph.Add("Where", "Series/unused to zero", [isUsed, series, graph.Constant("Series/silence", 0f)]);
    }

    private static string Shaped(
        GraphWriter graph, string name, string input, long channels, int? length, bool timeIsLast)
        => length is not int points
            ? graph.SplitRow(name, input, channels, timeIsLast)
            : timeIsLast ? graph.Reshape(name, input, 0, channels, points)
            : graph.Reshape(name, input, 0, points, channels);

    // In float64, as the native code. Differences from the first point make a constant series exact zeros.
    private static string ZNormalize(GraphWriter graph, string series)
    {
        string values = graph.Add("Cast", "ZNormalize/float64", [series], ("to", typeof(double)));
        string first = graph.Add("Slice", "ZNormalize/first point", [values, graph.Constant("ZNormalize/zero", [0L], 1),
            graph.Constant("ZNormalize/one", [1L], 1), graph.Constant("ZNormalize/time", [2L], 1)]);
        values = graph.Add("Sub", "ZNormalize/differences", [values, first]);
        string centred = graph.Add("Sub", "ZNormalize/centred",
            [values, graph.Add("ReduceMean", "ZNormalize/mean", [values], ("axes", new[] { 2L }), ("keepdims", 1L))]);
        string variance = graph.Add("ReduceMean", "ZNormalize/variance",
            [graph.Add("Mul", "ZNormalize/squares", [centred, centred])], ("axes", new[] { 2L }), ("keepdims", 1L));
        string epsilon = graph.Add("Cast", "ZNormalize/epsilon",
            [graph.Constant("ZNormalize/1e-8", 1e-8f)], ("to", typeof(double)));
        string deviation = graph.Add("Add", "ZNormalize/scale",
            [graph.Add("Sqrt", "ZNormalize/deviation", [variance]), epsilon]);
        return graph.Add("Cast", "ZNormalize/float32",
            [graph.Add("Div", "ZNormalize/scaled", [centred, deviation])], ("to", typeof(float)));
    }

    // The nearest point with a value on either side is a running maximum or minimum of positions, made
    // by doubling steps.
    private static string Interpolate(GraphWriter graph, string series, int length)
    {
        string missing = graph.Add("IsNaN", "Interpolate/missing", [series]);
        string position = graph.Constant("Interpolate/position",
            [.. Enumerable.Range(0, length).Select(t => (float)t)], 1, 1, length);
        string noneBefore = graph.Constant("Interpolate/none before", -1f);
        string noneAfter = graph.Constant("Interpolate/none after", length);
        string before = graph.Add("Where", "Interpolate/present before", [missing, noneBefore, position]);
        string after = graph.Add("Where", "Interpolate/present after", [missing, noneAfter, position]);
        for (int step = 1; step < length; step *= 2)
        {
            before = graph.Add("Max", $"Interpolate/before in {2 * step}",
                [before, Shift(graph, $"Interpolate/before {step}", before, step, length, noneBefore)]);
            after = graph.Add("Min", $"Interpolate/after in {2 * step}",
                [after, Shift(graph, $"Interpolate/after {step}", after, -step, length, noneAfter)]);
        }

        // Where one side has no value, the other side's stands for both.
        string isFirst = graph.Add("Less", "Interpolate/is before the first",
            [before, graph.Constant("Interpolate/0", 0f)]);
        string isLast = graph.Add("Greater", "Interpolate/is after the last",
            [after, graph.Constant("Interpolate/last", length - 1)]);
        string left = graph.Add("Where", "Interpolate/left", [isFirst, after, before]);
        string right = graph.Add("Where", "Interpolate/right", [isLast, before, after]);
        string from = Values(graph, "Interpolate/from", series, left, length);
        string to = Values(graph, "Interpolate/to", series, right, length);
        string gap = graph.Add("Max", "Interpolate/gap",
            [graph.Add("Sub", "Interpolate/distance", [right, left]), graph.Constant("Interpolate/1", 1f)]);
        string done = graph.Add("Div", "Interpolate/fraction",
            [Wide(graph, "Interpolate/done", graph.Add("Sub", "Interpolate/steps", [position, left])),
                Wide(graph, "Interpolate/gap in float64", gap)]);
        string rise = graph.Add("Mul", "Interpolate/rise",
            [graph.Add("Sub", "Interpolate/difference", [to, from]), done]);
        string between = graph.Add("Cast", "Interpolate/float32",
            [graph.Add("Add", "Interpolate/value", [from, rise])], ("to", typeof(float)));
        return graph.Add("Where", "Interpolate/series", [missing, between, series]);
    }

    // Moves values along time; what enters is a constant.
    private static string Shift(GraphWriter graph, string name, string values, int by, int length, string filler)
    {
        string starts = graph.Constant($"{name}/start", [Math.Max(0L, -by)], 1);
        string ends = graph.Constant($"{name}/end", [Math.Min((long)length, length - by)], 1);
        string part = graph.Add("Slice", $"{name}/part",
            [values, starts, ends, graph.Constant($"{name}/axis", [2L], 1)]);
        string scalar = graph.Reshape($"{name}/filler", filler);
        return graph.Add("Pad", name,
            [part, graph.Constant($"{name}/pads", [0L, 0, Math.Max(0, by), 0, 0, Math.Max(0, -by)], 6), scalar]);
    }

    // A channel without any value has no position to read: the last one stands in, and NaN comes of it.
    private static string Values(GraphWriter graph, string name, string series, string positions, int length)
    {
        string within = graph.Add("Clip", $"{name}/within",
            [positions, graph.Reshape($"{name}/least", graph.Constant($"{name}/0", 0f)),
                graph.Reshape($"{name}/most", graph.Constant($"{name}/last", length - 1))]);
        string index = graph.Add("Cast", $"{name}/index", [within], ("to", typeof(long)));
        return Wide(graph, $"{name}/float64", graph.Add("GatherElements", name, [series, index], ("axis", 2L)));
    }

    private static string Wide(GraphWriter graph, string name, string values)
        => graph.Add("Cast", name, [values], ("to", typeof(double)));
}
