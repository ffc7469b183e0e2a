using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// MultiRocket as ONNX nodes: on the series and on its first difference, for each dilation the convolutions of the
/// padded kernels and of the others, whose outputs are compared with the biases and pooled over time. The longest
/// stretch needs the last negative position before each: a running maximum, made by doubling steps.
/// </summary>
internal static class MultiRocketGraph
{
    private const int KernelLength = MiniRocketGraph.KernelLength;
    private const int Half = KernelLength / 2;

    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The fitted transform.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    /// <exception cref="InvalidOperationException">The length is open.</exception>
    public static string Write(GraphWriter graph, MultiRocketModel model, string series, int? length)
    {
        if (length is not int points)
            throw new InvalidOperationException("MultiRocket pools the positions of values and can be written to ONNX "
                + "for a fixed length only. Set OnnxExportOptions.SeriesLength.");
        (bool OfDifference, MiniRocketModel Kernels)[] representations = [(false, model.Series),
            (true, model.Difference)];
        return graph.Add("Concat", "MultiRocket/features",
        [
            .. representations.Where(representation => representation.Kernels.NumberOfFeatures > 0)
                .Select(representation => WriteRepresentation(graph, model, representation.OfDifference,
                    representation.Kernels, series, points)),
        ], ("axis", 1L));
    }

    private static string WriteRepresentation(GraphWriter graph, MultiRocketModel model, bool ofDifference,
        MiniRocketModel kernels, string series, int points)
    {
        string path = ofDifference ? "MultiRocket/difference" : "MultiRocket/series";
        string input = ofDifference ? DifferenceGraph.Write(graph, path, series, points) : series;
        int length = ofDifference ? Math.Max(1, points - 1) : points;
        int leftShift = ofDifference ? 1 : 0;
        return model.IsPruned
            ? WriteKept(graph, path, model, ofDifference, kernels, input, length, leftShift)
            : WriteRepresentation(graph, path, kernels, input, length, leftShift);
    }

    // [N, C, T] -> [N, kept feature of the representation]
    private static string WriteKept(GraphWriter graph, string path, MultiRocketModel model, bool ofDifference,
        MiniRocketModel kernels, string series, int length, int leftShift)
    {
        // Features of a representation follow one another.
        (int Number, MultiRocketFeature Feature)[] features = [.. Enumerable.Range(0, model.NumberOfFeatures)
            .Select(i => (i, model.Feature(i))).Where(pair => pair.Item2.OfDifference == ofDifference)];
        var parts = new List<string>();
        var order = new List<long>();
        foreach (KeptKernels kept in KeptKernels.Of(kernels))
        {
            int margin = Half * kernels.Dilations[kept.DilationIndex];
            bool padded = kernels.CountsAll(kept.DilationIndex, kept.Parity, length);
            string name = $"{path}/{kept.Name(kernels)}";
            string output = kept.OutputOfEachBias(graph, name,
                Convolution(graph, name, kernels, kept.DilationIndex, kept.Kernels, series, length, padded, leftShift));
            var numbers = features.Where(pair => kept.Features.Contains(pair.Feature.Bias)).ToDictionary(
                pair => (pair.Feature.Pooling, pair.Feature.Bias), pair => (long)(pair.Number - features[0].Number));
            bool[] wanted = [.. Enum.GetValues<MultiRocketPoolings>()
                .Select(pooling => numbers.Keys.Any(key => key.Pooling == pooling))];
            parts.AddRange(Pool(graph, name, output, [.. kept.Features.Select(b => kernels.Biases[b])],
                kept.Features.Length, padded ? length : length - 2 * margin, wanted));
            for (int pooling = 0; pooling < wanted.Length; pooling++)
            {
                if (wanted[pooling])
                    order.AddRange(kept.Features.Select(
                        b => numbers.GetValueOrDefault(((MultiRocketPoolings)pooling, b), -1)));
            }
        }

        return MiniRocketGraph.InOrder(graph, path, parts, order);
    }

    // [N, C, T] -> [N, pooling * bias]
    private static string WriteRepresentation(
        GraphWriter graph, string path, MiniRocketModel model, string series, int length, int leftShift)
    {
        var parts = new List<string>();
        var order = new List<long>();       // features as they come out of the parts
        int feature = 0;
        for (int d = 0; d < model.Dilations.Length; d++)
        {
            int perKernel = model.FeaturesPerDilation[d];
            int margin = Half * model.Dilations[d];
            for (int parity = 0; parity < 2; parity++)
            {
                int[] kernels = MiniRocketGraph.Of(parity);
                bool padded = model.CountsAll(d, parity, length);
                string name = $"{path}/d{model.Dilations[d]}/{(parity == 0 ? "even" : "odd")} kernels";
                string output = Convolution(graph, name, model, d, kernels, series, length, padded, leftShift);
                int[] biases = [.. kernels.SelectMany(
                    kernel => Enumerable.Range(feature + kernel * perKernel, perKernel))];
                int positions = padded ? length : length - 2 * margin;
                parts.AddRange(Pool(graph, name, output, [.. biases.Select(b => model.Biases[b])], kernels.Length,
                    positions, [true, true, true, true]));
                for (int pooling = 0; pooling < 4; pooling++)
                    order.AddRange(biases.Select(b => (long)pooling * model.Biases.Length + b));
            }

            feature += perKernel * MiniRocketGraph.Kernels;
        }

        return MiniRocketGraph.InOrder(graph, path, parts, order);
    }

    // [N, C, T] -> [N, kernel, T]. Taps left of the centre that read later than their place are a
    // convolution of their own.
    private static string Convolution(GraphWriter graph, string name, MiniRocketModel model, int dilationIndex,
        int[] kernels, string series, int length, bool padded, int leftShift)
    {
        int channels = model.NumberOfChannels;
        int dilation = model.Dilations[dilationIndex];
        int margin = Half * dilation;
        float[] weights = MiniRocketGraph.Weights(model, dilationIndex, kernels);
        string Convolve(string part, float[] taps, int count, long before, long after)
            => graph.Add("Conv", $"{name}/{part}",
                [series, graph.Constant($"{name}/{part}/weights", taps, kernels.Length, channels, count)],
                ("dilations", new long[] { dilation }), ("kernel_shape", new long[] { count }),
                ("pads", new[] { before, after }));
        if (leftShift == 0)
            return padded
                ? Convolve("convolution", weights, KernelLength, margin, margin)
                : Convolve("convolution", weights, KernelLength, 0, 0);

        // The fifth tap of the left part weighs nothing: it brings the length of the output to that of the input.
        float[] left = [.. weights.Chunk(KernelLength).SelectMany(taps => taps[..Half].Append(0))];
        float[] right = [.. weights.Chunk(KernelLength).SelectMany(taps => taps[Half..])];
        string sum = graph.Add("Add", $"{name}/convolution",
            [Convolve("left taps", left, Half + 1, margin - leftShift, leftShift),
                Convolve("right taps", right, KernelLength - Half, 0, margin)]);
        if (padded)
            return sum;
        string start = graph.Constant($"{name}/start", [(long)margin], 1);
        string end = graph.Constant($"{name}/end", [(long)length - margin], 1);
        return graph.Add("Slice", $"{name}/within the series",
            [sum, start, end, graph.Constant($"{name}/axis", [2L], 1)]);
    }

    // [N, kernel, T] -> for each wanted pooling, in their order, [N, kernel * bias].
    private static List<string> Pool(
        GraphWriter graph, string name, string output, float[] biases, int kernels, int positions, bool[] wanted)
    {
        int perKernel = biases.Length / kernels;
        string values = graph.Reshape($"{name}/outputs", output, 0, kernels, 1, positions);
        string bias = graph.Constant($"{name}/biases", biases, 1, kernels, perKernel, 1);
        string index = graph.Constant($"{name}/index",
            [.. Enumerable.Range(0, positions).Select(t => (float)t)], 1, 1, 1, positions);
        string above = graph.Add("Greater", $"{name}/above bias", [values, bias]);
        string zero = graph.Constant($"{name}/zero", 0f);
        string Mean(string of, string what)
            => graph.Add("ReduceMean", $"{name}/{what}", [of], ("axes", new[] { 3L }), ("keepdims", 1L));

        // Sums over all positions divided by the count are means over all positions divided by the proportion.
        string ppv = Mean(graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(float))), "ppv");
        string none = "";
        string divisor = "";
        if (wanted[2] || wanted[3])
        {
            none = graph.Add("Equal", $"{name}/none", [ppv, zero]);
            divisor = graph.Add("Where", $"{name}/divisor", [none, graph.Constant($"{name}/one", 1f), ppv]);
        }

        var pooled = new List<string>();
        if (wanted[0])
            pooled.Add(Flat("ppv", ppv));
        if (wanted[1])
        {
            string below = graph.Add("Where", $"{name}/negative",
                [graph.Add("Less", $"{name}/below bias", [values, bias]), index, zero]);
            pooled.Add(LongestStretch(graph, name, below, biases.Length, positions));
        }

        if (wanted[2])
        {
            string mean = graph.Add("Div", $"{name}/mean of values",
                [Mean(graph.Add("Where", $"{name}/values above", [above, values, zero]), "sum of values"), divisor]);
            pooled.Add(Flat("mpv", graph.Add("Where", $"{name}/mpv",
                [none, zero, graph.Add("Add", $"{name}/mean and bias", [mean, bias])])));
        }

        if (wanted[3])
        {
            string meanIndex = graph.Add("Div", $"{name}/mean of indices",
                [Mean(graph.Add("Where", $"{name}/indices above", [above, index, zero]), "sum of indices"), divisor]);
            pooled.Add(Flat("mipv",
                graph.Add("Where", $"{name}/mipv", [none, graph.Constant($"{name}/minus one", -1f), meanIndex])));
        }

        return pooled;

        string Flat(string pooling, string of) => graph.Reshape($"{name}/{pooling} features", of, 0, biases.Length);
    }

    // The largest distance from a position to the last negative one before it. [N, kernel, bias, T], the index where
    // negative, else 0 -> [N, kernel * bias]
    private static string LongestStretch(GraphWriter graph, string name, string negative, int biases, int positions)
    {
        long reach = 1;
        while (reach < positions)
            reach *= 2;

        // Not as an attribute of the pooling, nor next to one: ONNX Runtime refuses to pad by more than the kernel's
        // two values, wherever they lie, and moves a padding into the pooling after it.
        string padded = graph.Add("Pad", $"{name}/negative or start",
            [negative, graph.Constant($"{name}/before the start", [0L, 0, 0, reach - 1, 0, 0, 0, 0], 8)]);
        string last = graph.Reshape($"{name}/last negative", padded, 0, biases, positions + reach - 1);
        for (long step = 1; step < reach; step *= 2)
            last = graph.Add("MaxPool", $"{name}/last negative in {2 * step}", [last], ("kernel_shape", new[] { 2L }),
                ("dilations", new[] { step }));

        // The position after the last does not exist: its distance is that of the one before.
        string next = graph.Constant($"{name}/next",
            [.. Enumerable.Range(1, positions).Select(t => (float)Math.Min(t, positions - 1))], 1, 1, positions);
        string distance = graph.Add("Sub", $"{name}/distance", [next, last]);
        return graph.Add("ReduceMax", $"{name}/lspv", [distance], ("axes", new[] { 2L }), ("keepdims", 0L));
    }
}
