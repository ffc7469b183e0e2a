using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The representations of QUANT as ONNX nodes, [N, C, point].</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="root">Begins the names of nodes.</param>
/// <param name="series">[N, C, T].</param>
/// <param name="length">T.</param>
internal sealed class RepresentationGraph(GraphWriter graph, string root, string series, int length)
{
    /// <summary>The longest series whose spectrum is written: its matrices take 16 T (T / 2 + 1) bytes.</summary>
    public const int MaxLength = 8_192;

    // pi in float64 is the sum of these.
    private static readonly float[] PartsOfPi =
        [(float)Math.PI, (float)(Math.PI - (float)Math.PI), (float)(Math.PI - (float)Math.PI
            - (float)(Math.PI - (float)Math.PI))];

    private string? _difference;

    private string Difference => _difference ??= DifferenceGraph.Write(graph, $"{root}/first", series, length);

    /// <summary>Writes one of them.</summary>
    /// <exception cref="InvalidOperationException">The series is too long for a spectrum.</exception>
    public string Write(SeriesRepresentation representation) => representation switch
    {
        SeriesRepresentation.Series => series,
        SeriesRepresentation.Difference => Smoothed(),
        SeriesRepresentation.SecondDifference => DifferenceGraph.Write(
            graph, $"{root}/second", Difference, FirstDifference.LengthOf(length)),
        _ => Spectrum(),
    };

    // Five neighbours, added in the order of the native transform.
    private string Smoothed()
    {
        string name = $"{root}/smoothed";
        int last = FirstDifference.LengthOf(length) - 1;
        string? sum = null;
        for (int offset = -2; offset <= 2; offset++)
        {
            long[] places = [.. Enumerable.Range(0, last + 1).Select(t => (long)Math.Clamp(t + offset, 0, last))];
            string neighbour = graph.Add("Gather", $"{name}/at {offset}",
                [Difference, graph.Constant($"{name}/places at {offset}", places, places.Length)], ("axis", 2L));
            sum = sum is null ? neighbour : graph.Add("Add", $"{name}/sum to {offset}", [sum, neighbour]);
        }

        return graph.Add("Div", name, [sum!, graph.Constant($"{name}/five", SeriesRepresentations.SmoothedPoints)]);
    }

    // Products with matrices of sines in float64, which nodes make of T, so that the file does not hold them.
    private string Spectrum()
    {
        if (length > MaxLength)
            throw new InvalidOperationException($"Series of {length} points are too long for the spectrum of "
                + $"IntervalQuantiles in ONNX, which takes at most {MaxLength}. Shorten them, or prune the features "
                + "of the spectrum.");
        string name = $"{root}/spectrum";
        string exact = graph.Add("Cast", $"{name}/series", [series], ("to", typeof(double)));
        string sines = Product("sines", 0);
        string cosines = Product("cosines", length);      // a quarter of a turn ahead
        string magnitude = graph.Add("Sqrt", $"{name}/exact magnitudes", [graph.Add("Add", $"{name}/power",
            [graph.Add("Mul", $"{name}/power of sines", [sines, sines]),
                graph.Add("Mul", $"{name}/power of cosines", [cosines, cosines])])]);

        // Adding a large number and subtracting it rounds.
        string large = graph.Add("Mul", $"{name}/large",
            [graph.Add("ReduceSum", $"{name}/sum", [graph.Add("Abs", $"{name}/absolute values", [exact])],
                ("axes", new[] { 2L }), ("keepdims", 1L)),
                Double("scale", (float)SeriesRepresentations.SpectrumRounding)]);
        string rounded = graph.Add("Sub", $"{name}/rounded",
            [graph.Add("Add", $"{name}/coarse", [magnitude, large]), large]);
        return graph.Add("Cast", name, [rounded], ("to", typeof(float)));

        // The angle of point t at frequency k is 2 pi k t / T; in quarters of 1 / T of a turn, 4 k t, and whole turns
        // do not count.
        string Product(string what, long ahead)
        {
            string turns = graph.Add("Mod", $"{name}/{what}/quarters", [graph.Add("Add", $"{name}/{what}/all quarters",
                [graph.Add("Mul", $"{name}/{what}/products", [Numbers($"{what}/points", length, 4, length, 1),
                    Numbers($"{what}/frequencies", length / 2 + 1, 1, 1, length / 2 + 1)]),
                    graph.Constant($"{name}/{what}/ahead", [ahead], 1)]),
                graph.Constant($"{name}/{what}/turn", [4L * length], 1)]);
            string angle = graph.Add("Div", $"{name}/{what}/angles",
                [graph.Add("Mul", $"{name}/{what}/scaled",
                    [graph.Add("Cast", $"{name}/{what}/exact quarters", [turns], ("to", typeof(double))),
                        Pi(what)]),
                    Double($"{what}/half turn", 2f * length)]);
            return graph.Add("MatMul", $"{name}/{what}", [exact, graph.Add("Sin", $"{name}/{what}/matrix", [angle])]);
        }

        string Numbers(string what, long count, long step, params long[] shape)
        {
            long[] numbers = new long[count];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = i * step;
            return graph.Constant($"{name}/{what}", numbers, shape);
        }

        string Pi(string what)
        {
            string pi = Double($"{what}/pi", PartsOfPi[0]);
            for (int i = 1; i < PartsOfPi.Length; i++)
                pi = graph.Add("Add", $"{name}/{what}/pi to part {i}",
                    [pi, Double($"{what}/part {i} of pi", PartsOfPi[i])]);
            return pi;
        }

        string Double(string what, float value) => graph.Add("Cast", $"{name}/{what}",
            [graph.Constant($"{name}/{what}/number", value)], ("to", typeof(double)));
    }
}
