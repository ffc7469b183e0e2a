using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// MultiRocket as ONNX nodes: outputs of the kernels on the series and on its first difference, compared with the
/// biases and pooled over time. Proportions, longest stretches and means of indices have the bits of the native
/// transform; values are summed in another order than there.
/// </summary>
internal static class MultiRocketGraph
{
    // Sums of indices below 2^24 are exact in float32.
    private const int MaxPositionsOfFloat = 5793;

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
        var features = new FeatureParts(graph, "MultiRocket");
        var indices = new Dictionary<(int First, int Positions), string>();
        if (model.Series.NumberOfFeatures > 0)
        {
            Pool(features, graph, model, representation: 0, indices,
                new KernelOutputGraph(graph, "MultiRocket/series", model.Series, series, points), points);
        }

        if (model.Difference.NumberOfFeatures > 0)
        {
            const string path = "MultiRocket/difference";
            string difference = DifferenceGraph.Write(graph, path, series, points);
            points = FirstDifference.LengthOf(points);
            Pool(features, graph, model, representation: 1, indices, new KernelOutputGraph(
                graph, path, model.Difference, difference, points, MultiRocket.LeftShiftOfDifference), points);
        }

        return graph.Add("Transpose", "MultiRocket/features", [features.JoinRows()], ("perm", new long[] { 1, 0 }));
    }

    private static void Pool(FeatureParts features, GraphWriter graph, MultiRocketModel model, int representation,
        Dictionary<(int First, int Positions), string> indices, KernelOutputGraph outputs, int length)
    {
        foreach (KernelGroup group in KernelGroup.Of(model.KernelsOf(representation), length))
        {
            var pools = new PoolGraph(graph, outputs, group, indices);
            for (int pooling = 0; pooling < MultiRocketPooling.Count; pooling++)
            {
                long[] places = [.. group.Features.Select(bias => (long)model.Place(representation, pooling, bias))];
                if (places.Any(place => place >= 0))
                    features.Add(pools.Write((MultiRocketPoolings)pooling), places);
            }
        }
    }

    /// <summary>The poolings of one group of kernels, each [feature of the group, N].</summary>
    private sealed class PoolGraph
    {
        private readonly GraphWriter _graph;
        private readonly string _name;
        private readonly int _features;         // kernels and biases
        private readonly int _positions;
        private readonly string _values;        // [row, 1, N, position]
        private readonly string _bias;          // [row, bias, 1, 1]
        private readonly string _above;         // [row, bias, N, position]
        private readonly string _zero;
        private readonly string _one;
        private readonly string _count;         // [feature, N]
        private readonly Lazy<string> _none;    // [feature, N]: whether there is no positive value
        private readonly Lazy<string> _divisor;
        private readonly Dictionary<(int First, int Positions), string> _indices;   // shared by all groups

        public PoolGraph(GraphWriter graph, KernelOutputGraph outputs, KernelGroup group,
            Dictionary<(int First, int Positions), string> indices)
        {
            _indices = indices;
            _graph = graph;
            _name = outputs.NameOf(group);
            _features = group.Features.Length;
            _positions = outputs.PositionsOf(group)!.Value;
            _values = outputs.Write(group);
            _bias = outputs.Biases(group);
            _above = graph.Add("Greater", $"{_name}/above bias", [_values, _bias]);
            _zero = graph.Constant($"{_name}/zero", 0f);
            _one = graph.Constant($"{_name}/one", 1f);
            _count = outputs.AsNumbers(_name, outputs.Count(group, _above));
            _none = new(() => graph.Add("Equal", $"{_name}/none", [_count, _zero]));
            _divisor = new(() => graph.Add("Max", $"{_name}/divisor", [_count, _one]));
        }

        public string Write(MultiRocketPoolings pooling) => pooling switch
        {
            MultiRocketPoolings.Proportion => Ppv(),
            MultiRocketPoolings.LongestStretch => LongestStretch(),
            MultiRocketPoolings.Mean => MeanOfValues(),
            _ => MeanOfIndices(),
        };

        private string Ppv()
            => _graph.Add("Div", $"{_name}/ppv", [_count, _graph.Constant($"{_name}/positions", _positions)]);

        private string MeanOfValues()
        {
            string sum = Sum("values above", _values, _zero);
            string mean = _graph.Add("Div", $"{_name}/mean of values", [sum, _divisor.Value]);
            string biases = _graph.Reshape($"{_name}/bias of features", _bias, _features, 1);
            return _graph.Add("Where", $"{_name}/mpv",
                [_none.Value, _zero, _graph.Add("Add", $"{_name}/mean and bias", [mean, biases])]);
        }

        private string MeanOfIndices()
        {
            string indices = Indices(0);
            string zero = _zero;
            string divisor = _divisor.Value;
            if (_positions > MaxPositionsOfFloat)
            {
                indices = Double("indices", indices);
                zero = Double("no index", zero);
                divisor = Double("number of indices", divisor);
            }

            string mean = _graph.Add("Div", $"{_name}/mean of indices", [Sum("indices above", indices, zero), divisor]);
            if (_positions > MaxPositionsOfFloat)
                mean = _graph.Add("Cast", $"{_name}/mean of indices in float32", [mean], ("to", typeof(float)));
            return _graph.Add("Where", $"{_name}/mipv",
                [_none.Value, _graph.Constant($"{_name}/minus one", -1f), mean]);
        }

        private string Double(string what, string of)
            => _graph.Add("Cast", $"{_name}/{what} in float64", [of], ("to", typeof(double)));

        private string Sum(string what, string of, string otherwise)
            => Rows($"{what}/sum", _graph.Add("ReduceSum", $"{_name}/sum of {what}",
                [_graph.Add("Where", $"{_name}/{what}", [_above, of, otherwise])], ("axes", new[] { 3L }),
                ("keepdims", 0L)));

        // The largest distance from a position to the last negative one before it: a running maximum of their indices,
        // made by doubling steps.
        private string LongestStretch()
        {
            string negative = _graph.Add("Where", $"{_name}/negative",
                [_graph.Add("Less", $"{_name}/below bias", [_values, _bias]), Indices(0), _zero]);
            long reach = 1;
            while (reach < _positions)
                reach *= 2;

            // Not as an attribute of the pooling, nor next to one: ONNX Runtime refuses to pad by more than the
            // kernel's two values, wherever they lie, and moves a padding into the pooling after it.
            string padded = _graph.Add("Pad", $"{_name}/negative or start",
                [negative, _graph.Constant($"{_name}/before the start", [0L, 0, 0, reach - 1, 0, 0, 0, 0], 8)]);
            string last = _graph.Reshape($"{_name}/last negative", padded, -1, 1, _positions + reach - 1);
            for (long step = 1; step < reach; step *= 2)
                last = _graph.Add("MaxPool", $"{_name}/last negative in {2 * step}", [last],
                    ("kernel_shape", new[] { 2L }), ("dilations", new[] { step }));

            // The position after the last does not exist: its distance is that of the one before.
            string distance = _graph.Add("Sub", $"{_name}/distance", [Indices(1), last]);
            return Rows("lspv", _graph.Add("ReduceMax", $"{_name}/lspv", [distance],
                ("axes", new[] { 2L }), ("keepdims", 0L)));
        }

        // first, first + 1, and so on, at most the last position: [position]
        private string Indices(int first)
        {
            if (!_indices.TryGetValue((first, _positions), out string? indices))
            {
                _indices[(first, _positions)] = indices = _graph.Constant(
                    $"MultiRocket/indices {first} to {_positions - 1}",
                    [.. Enumerable.Range(first, _positions).Select(t => (float)Math.Min(t, _positions - 1))],
                    _positions);
            }

            return indices;
        }

        private string Rows(string what, string of) => _graph.Reshape($"{_name}/{what} of features", of, _features, -1);
    }
}
