using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Dilated shapelets as ONNX nodes: all windows of a dilation, normalised where shapelets are, and their distances from
/// the shapelets. <c>CumSum</c> adds one value after the other, in the order of the native transform, so that the
/// features have its bits.
/// </summary>
internal sealed class DilatedShapeletsGraph
{
    // The distances of so many shapelets from all windows, point by point, are in memory at once.
    private const int ShapeletsAtOnce = 32;

    private readonly GraphWriter _graph;
    private readonly DilatedShapeletsModel _model;
    private readonly string _series;
    private readonly int? _length;
    private readonly string _last;          // [1]: the last point
    private readonly string _positions;     // [T]: 0, 1, ...
    private readonly string _sumAxis;

    private DilatedShapeletsGraph(GraphWriter graph, DilatedShapeletsModel model, string series, int? length)
    {
        _graph = graph;
        _model = model;
        _series = series;
        _length = length;
        _sumAxis = graph.Constant("Shapelets/sum axis", [2L]);
        string points = length is int known
            ? graph.Constant("Shapelets/length", [(long)known], 1)
            : DifferenceGraph.Length(graph, "Shapelets", series);
        _last = graph.Add("Sub", "Shapelets/last point", [points, graph.Constant("Shapelets/one", [1L], 1)]);
        _positions = length is int number
            ? graph.Constant("Shapelets/positions", [.. Enumerable.Range(0, number).Select(t => (long)t)], number)
            : OpenPositions();
    }

    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The shapelets.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    public static string Write(GraphWriter graph, DilatedShapeletsModel model, string series, int? length)
    {
        var writer = new DilatedShapeletsGraph(graph, model, series, length);
        var parts = new FeatureParts(graph, "Shapelets");
        foreach (var ofDilation in Enumerable.Range(0, model.Shapelets.Length)
            .GroupBy(i => model.Shapelets[i].Dilation))
        {
            string name = $"Shapelets/d{ofDilation.Key}";
            string windows = writer.Windows(name, ofDilation.Key);
            foreach (var ofKind in ofDilation.GroupBy(i => model.Shapelets[i].IsNormalized))
            {
                string prepared = ofKind.Key ? writer.Normalize($"{name}/normalized", windows) : windows;
                foreach (var sized in ofKind.GroupBy(i => model.Shapelets[i].Channels.Length))
                {
                    foreach (int[] shapelets in sized.Chunk(ShapeletsAtOnce))
                        writer.Match($"{name}/s{model.Numbers[shapelets[0]]}", prepared, shapelets, parts);
                }
            }
        }

        string features = parts.JoinColumns();
        return model.Range is null ? features : graph.Add("Min", "Shapelets/at most the largest",
            [graph.Add("Max", "Shapelets/at least the least",
                [features, graph.Constant("Shapelets/least", model.Range.Least.ToArray(), model.NumberOfFeatures)]),
                graph.Constant("Shapelets/largest", model.Range.Largest.ToArray(), model.NumberOfFeatures)]);
    }

    // A row of zeros before the others has as many points as they have, also where there are none. Files do not have
    // Range: the sizes of its outputs are not known beforehand.
    private string OpenPositions()
    {
        string pads = _graph.Constant("Shapelets/pads", [1L, 0, 0, 0, 0, 0], 6);
        string padded = _graph.Add("Pad", "Shapelets/zeros before", [_series, pads]);
        string start = _graph.Constant("Shapelets/start", [0L, 0], 2);
        string zeros = _graph.Add("Slice", "Shapelets/zeros", [padded, start,
            _graph.Constant("Shapelets/end", [1L, 1], 2), _graph.Constant("Shapelets/row and channel", [0L, 1], 2)]);
        string one = _graph.Constant("Shapelets/step", [1L], 1);
        string ones = _graph.Add("Add", "Shapelets/ones",
            [_graph.Add("Cast", "Shapelets/whole zeros", [zeros], ("to", typeof(long))), one]);
        string counts = _graph.Add("CumSum", "Shapelets/counts", [ones, _sumAxis]);
        return _graph.Add("Squeeze", "Shapelets/positions",
            [_graph.Add("Sub", "Shapelets/from zero", [counts, one])], ("axes", new[] { 0L, 1 }));
    }

    // [N, C, T] -> [N, C, point, window]. The last point continues a series that is too short for one window.
    private string Windows(string name, int dilation)
    {
        int points = _model.ShapeletLength;
        long span = (points - 1) * (long)dilation;
        string steps = _graph.Constant($"{name}/steps",
            [.. Enumerable.Range(0, points).Select(j => j * (long)dilation)], points, 1);
        string indices = _graph.Add("Add", $"{name}/points", [Starts(name, span), steps]);
        if (_length is null || _length <= span)
            indices = _graph.Add("Min", $"{name}/points within", [indices, _last]);
        return _graph.Add("Gather", $"{name}/windows", [_series, indices], ("axis", 2L));
    }

    // The first points of all windows: as many as there are, at least one.
    private string Starts(string name, long span)
    {
        string zero = _graph.Constant($"{name}/zero", [0L], 1);
        string count;
        if (_length is int length)
        {
            count = _graph.Constant($"{name}/count", [Math.Max(1, length - span)], 1);
        }
        else
        {
            string rest = _graph.Add("Sub", $"{name}/last start", [_last, _graph.Constant($"{name}/span", [span], 1)]);
            string one = _graph.Constant($"{name}/one", [1L], 1);
            count = _graph.Add("Add", $"{name}/count", [_graph.Add("Max", $"{name}/extra", [rest, zero]), one]);
        }

        return _graph.Add("Slice", $"{name}/starts", [_positions, zero, count]);
    }

    // The operations of the native transform, in its order.
    private string Normalize(string name, string windows)
    {
        string count = _graph.Constant($"{name}/number of points", _model.ShapeletLength);
        string first = _graph.Add("Slice", $"{name}/first points", [windows,
            _graph.Constant($"{name}/from", [0L], 1), _graph.Constant($"{name}/to", [1L], 1),
            _graph.Constant($"{name}/axis", [2L], 1)]);
        string differences = _graph.Add("Sub", $"{name}/differences", [windows, first]);
        string mean = _graph.Add("Div", $"{name}/mean", [Sum($"{name}/sum", differences, 1, keep: true), count]);
        string centred = _graph.Add("Sub", $"{name}/centred", [differences, mean]);
        string squares = _graph.Add("Mul", $"{name}/squares", [centred, centred]);
        string variance = _graph.Add("Div", $"{name}/variance",
            [Sum($"{name}/sum of squares", squares, 1, keep: true), count]);
        string spread = _graph.Add("Sqrt", $"{name}/spread", [variance]);
        string isSpread = _graph.Add("Greater", $"{name}/is spread",
            [spread, _graph.Constant($"{name}/least spread", ScalarDilatedShapeletsWorker.LeastSpread)]);
        string unit = _graph.Constant($"{name}/unit", 1f);
        string scale = _graph.Add("Where", $"{name}/scale",
            [isSpread, _graph.Add("Div", $"{name}/reciprocal", [unit, spread]), unit]);
        return _graph.Add("Mul", $"{name}/windows", [centred, scale]);
    }

    // The sum over points, one after the other: [N, x, point, window] -> [N, x, window], or [N, x, 1, window].
    private string Sum(string name, string values, int more, bool keep)
    {
        string sums = _graph.Add("CumSum", $"{name}/running", [values, _sumAxis]);
        long last = _model.ShapeletLength + more - 2;
        string place = keep ? _graph.Constant($"{name}/last", [last], 1) : _graph.Constant($"{name}/last", [last]);
        return _graph.Add("Gather", name, [sums, place], ("axis", 2L));
    }

    // Shapelets of as many channels each.
    private void Match(string name, string windows, int[] shapelets, FeatureParts parts)
    {
        string distances = Distances(name, windows, shapelets);
        Add(ShapeletFeature.Minimum, () => _graph.Add("ReduceMin", $"{name}/minimum", [distances],
            ("axes", new[] { 2L }), ("keepdims", 0L)));
        Add(ShapeletFeature.Position, () => AsNumber($"{name}/position", _graph.Add("ArgMin", $"{name}/closest",
            [distances], ("axis", 2L), ("keepdims", 0L))));
        Add(ShapeletFeature.Count, () => _graph.Add("ReduceSum", $"{name}/count",
            [AsNumber($"{name}/matches", _graph.Add("Less", $"{name}/is match", [distances, Thresholds()]))],
            ("axes", new[] { 2L }), ("keepdims", 0L)));

        void Add(ShapeletFeature feature, Func<string> write)
        {
            long[] places = [.. shapelets.Select(i => (long)_model.PlaceOf(i, feature))];
            if (places.Any(place => place >= 0))
                parts.Add(write(), places);
        }

        string Thresholds() => _graph.Constant($"{name}/thresholds",
            [.. shapelets.Select(i => _model.Shapelets[i].Threshold)], shapelets.Length, 1);
    }

    private string AsNumber(string name, string value) => _graph.Add("Cast", name, [value], ("to", typeof(float)));

    // [N, shapelet, window]. A channel continues the sum of the one before.
    private string Distances(string name, string windows, int[] shapelets)
    {
        int points = _model.ShapeletLength;
        string sum = "";
        for (int c = 0; c < _model.Shapelets[shapelets[0]].Channels.Length; c++)
        {
            string path = c == 0 ? name : $"{name}/channel {c + 1}";
            float[] values = [.. shapelets.SelectMany(
                i => _model.ValuesOf(_model.Shapelets[i]).Slice(c * points, points).ToArray())];
            string own = windows;
            if (_model.NumberOfChannels > 1)
            {
                long[] channels = [.. shapelets.Select(i => (long)_model.Shapelets[i].Channels[c])];
                own = _graph.Add("Gather", $"{path}/windows",
                    [windows, _graph.Constant($"{path}/channels", channels, channels.Length)], ("axis", 1L));
            }

            string differences = _graph.Add("Abs", $"{path}/absolute", [_graph.Add("Sub", $"{path}/differences",
                [own, _graph.Constant($"{path}/values", values, shapelets.Length, points, 1)])]);
            if (c > 0)
            {
                differences = _graph.Add("Concat", $"{path}/continued",
                    [_graph.Unsqueeze($"{path}/so far", sum, 2), differences], ("axis", 2L));
            }

            sum = Sum($"{path}/distances", differences, c == 0 ? 1 : 2, keep: false);
        }

        return sum;
    }
}
