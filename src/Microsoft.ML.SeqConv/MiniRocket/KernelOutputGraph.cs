using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Outputs of MiniRocket's kernels as ONNX nodes, with the bits of <see cref="ScalarMiniRocketWorker"/>: a convolution
/// of ONNX adds in another order, and where a series is flat its outputs are rounding alone, as the biases are. So each
/// addition of the specification is an addition here, in its order: <c>((-sum of taps + 3x[a]) + 3x[b]) + 3x[c]</c>.
/// Points lie [row, N, T], so that what one row needs of a batch lies side by side.
/// </summary>
internal sealed class KernelOutputGraph
{
    private const int Taps = MiniRocketKernel.Length;

    // A product of one or few rows may be summed in another order than a larger one.
    private const int MinRowsOfProduct = 4;

    private readonly GraphWriter _graph;
    private readonly string _path;
    private readonly MiniRocketModel _model;
    private readonly string _series;
    private readonly int? _length;
    private readonly int _leftShift;
    private readonly int _margin;               // zeros before the first point and after the last
    private readonly string _padded;            // [C, N, margin + T + margin]
    private readonly Dictionary<int, DilationTerms> _terms = [];    // by dilation
    private readonly Dictionary<int, string> _slices = [];          // by distance from the position
    private readonly Dictionary<long, string> _numbers = [];
    private readonly Dictionary<string, string> _selections = [];   // matrices by their zeros and ones
    private readonly Dictionary<int, string> _ones = [];            // by positions
    private string? _lengthVariable;

    /// <summary>Prepares the series.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="path">Begins the names of nodes.</param>
    /// <param name="model">Whose kernels they are.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <param name="leftShift">See <see cref="MiniRocketKernel.Shift"/>.</param>
    public KernelOutputGraph(
        GraphWriter graph, string path, MiniRocketModel model, string series, int? length, int leftShift = 0)
    {
        _graph = graph;
        _path = path;
        _model = model;
        _series = series;
        _length = length;
        _leftShift = leftShift;
        _margin = MiniRocketKernel.Half * model.MaxDilation;
        string rows = graph.Add("Transpose", $"{path}/channels first", [series], ("perm", new long[] { 1, 0, 2 }));
        _padded = graph.Add("Pad", $"{path}/between zeros",
            [rows, graph.Constant($"{path}/zeros", [0L, 0, _margin, 0, 0, _margin], 6)]);
    }

    /// <summary>The length of the series, [1].</summary>
    public string Length => _lengthVariable ??= DifferenceGraph.Length(_graph, _path, _series);

    /// <summary>Begins the names of a group's nodes.</summary>
    public string NameOf(KernelGroup group) => $"{_path}/{group.Name(_model)}";

    /// <summary>Positions that a group counts; <see langword="null"/> where the length is open.</summary>
    public int? PositionsOf(KernelGroup group)
        => _length is int length && !group.CountsAll ? length - 2 * MarginOf(group) : _length;

    /// <summary>Writes the outputs of a group at the positions that it counts.</summary>
    /// <returns>[row, 1, N, position].</returns>
    public string Write(KernelGroup group)
    {
        string name = NameOf(group);
        bool product = _model.NumberOfChannels == 1 && group.Kernels.Length >= MinRowsOfProduct
            && Form == OnnxForm.Standard;
        string outputs = product ? BySelection(name, group) : ByAdditions(name, group);
        long[] ahead = [group.Kernels.Length, 1, -1];
        return PositionsOf(group) is int positions
            ? _graph.Reshape($"{name}/outputs of series", outputs, [.. ahead, positions])
            : _graph.Add("Reshape", $"{name}/outputs of series",
                [outputs, _graph.Add("Concat", $"{name}/outputs shape",
                    [_graph.Constant($"{name}/ahead", ahead, ahead.Length), Length], ("axis", 0L))]);
    }

    /// <summary>Compares the outputs of a group with its biases.</summary>
    /// <returns>[row, bias, N, position].</returns>
    public string Above(KernelGroup group) => _graph.Add("Greater", $"{NameOf(group)}/above bias",
        [Write(group), Biases(group)]);

    /// <summary>The biases of a group, [row, bias, 1, 1].</summary>
    public string Biases(KernelGroup group) => _graph.Constant($"{NameOf(group)}/biases",
        [.. group.Features.Select(feature => _model.Biases[feature])], group.Kernels.Length, group.BiasesPerRow, 1, 1);

    /// <summary>
    /// Counts positions: by a product of integers, the fastest way on a CPU, or as a sum, which is exact up to 2^24.
    /// </summary>
    /// <param name="group">Whose positions they are.</param>
    /// <param name="above">[row, bias, N, position].</param>
    /// <returns>[feature of the group, N]; see <see cref="AsNumbers"/>.</returns>
    public string Count(KernelGroup group, string above)
    {
        string name = NameOf(group);
        string counts = CountsIntegers
            ? _graph.Add("MatMulInteger", $"{name}/counts",
                [_graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(byte))), Ones(PositionsOf(group)!.Value)])
            : _graph.Add("ReduceSum", $"{name}/counts",
                [_graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(float)))],
                ("axes", new[] { 3L }), ("keepdims", 0L));
        return _graph.Reshape($"{name}/counts of features", counts, group.Features.Length, -1);
    }

    /// <summary>Makes float32 of counts.</summary>
    public string AsNumbers(string name, string counts) => CountsIntegers
        ? _graph.Add("Cast", $"{name}/counts as numbers", [counts], ("to", typeof(float)))
        : counts;

    private OnnxForm Form => _graph.Form;

    // A product needs as many ones as there are positions, which a graph of open length cannot hold.
    private bool CountsIntegers => Form == OnnxForm.Standard && _length is not null;

    // [position, 1], as bytes
    private string Ones(int positions)
    {
        if (!_ones.TryGetValue(positions, out string? ones))
        {
            string name = $"{_path}/{positions} ones";
            string shape = _graph.Constant($"{name}/shape", [positions, 1L], 2);
            _ones[positions] = ones = _graph.Add("Cast", name,
                [_graph.Add("Expand", $"{name}/numbers", [_graph.Constant($"{name}/one", 1f), shape])],
                ("to", typeof(byte)));
        }

        return ones;
    }

    private int MarginOf(KernelGroup group) => MiniRocketKernel.Half * _model.Dilations[group.DilationIndex];

    private DilationTerms TermsOf(int dilationIndex)
    {
        if (!_terms.TryGetValue(dilationIndex, out DilationTerms? terms))
        {
            _terms[dilationIndex] = terms = new(_graph, $"{_path}/d{_model.Dilations[dilationIndex]}", _model,
                dilationIndex, [.. Enumerable.Range(0, Taps).Select(tap => Tap(dilationIndex, tap))]);
        }

        return terms;
    }

    // The points at a distance from each position: [C, N, T]. Dilations share distances.
    private string Tap(int dilationIndex, int tap)
    {
        int distance = (int)MiniRocketKernel.Shift(tap, _model.Dilations[dilationIndex], _leftShift);
        if (!_slices.TryGetValue(distance, out string? slice))
        {
            long end = distance == _margin ? long.MaxValue : distance - _margin;
            _slices[distance] = slice = Slice($"{_path}/at {distance}", _padded, _margin + distance, end, axis: 2);
        }

        return slice;
    }

    // A matrix of zeros and ones selects what a kernel adds: products with them are exact, and the processor's matrix
    // product adds them from the first column on. One channel.
    private string BySelection(string name, KernelGroup group)
    {
        string rows = Within(name, group, TermsOf(group.DilationIndex).Stack);
        var selection = new float[group.Kernels.Length * (1 + Taps)];
        for (int i = 0; i < group.Kernels.Length; i++)
        {
            (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(group.Kernels[i]);
            foreach (int column in new[] { 0, 1 + a, 1 + b, 1 + c })
                selection[i * (1 + Taps) + column] = 1;
        }

        return _graph.Add("MatMul", $"{name}/outputs",
            [Selection(name, selection), _graph.Reshape($"{name}/in columns", rows, 1 + Taps, -1)]);
    }

    private string Selection(string name, float[] selection)
    {
        string key = string.Concat(selection.Select(one => one > 0 ? '1' : '0'));
        if (!_selections.TryGetValue(key, out string? constant))
        {
            _selections[key] = constant
                = _graph.Constant($"{name}/kernels", selection, selection.Length / (1 + Taps), 1 + Taps);
        }

        return constant;
    }

    // One addition after another, channel after channel: rows that sum over more channels come first.
    private string ByAdditions(string name, KernelGroup group)
    {
        int[] channels = [.. group.Kernels.Select(kernel => _model.ChannelsOf(group.DilationIndex, kernel).Length)];
        string sum = OfChannel(name, group, 0, channels.Length);
        var finished = new List<string>();
        for (int level = 1, before = channels.Length; level < channels[0]; level++)
        {
            int rows = channels.Count(count => count > level);
            string path = $"{name}/{level + 1} channels";
            if (rows < before)
            {
                finished.Add(Slice($"{path}/finished", sum, rows, before, axis: 0));
                sum = Slice($"{path}/others", sum, 0, rows, axis: 0);
            }

            sum = _graph.Add("Add", path, [sum, OfChannel(name, group, level, rows)]);
            before = rows;
        }

        finished.Add(sum);
        finished.Reverse();
        return finished.Count == 1 ? sum : _graph.Add("Concat", $"{name}/outputs", [.. finished], ("axis", 0L));
    }

    // [row, N, position]: the first rows, each of its kernel's channel at the level.
    private string OfChannel(string name, KernelGroup group, int level, int rows)
    {
        string path = $"{name}/channel {level + 1}";
        DilationTerms terms = TermsOf(group.DilationIndex);
        (int Kernel, int Channel)[] summed = [.. group.Kernels.Take(rows)
            .Select(kernel => (kernel, _model.ChannelsOf(group.DilationIndex, kernel)[level]))];
        string pairs = _graph.Rows($"{path}/sum and two taps", Within($"{path}/two taps", group, terms.Pairs),
            [.. summed.Select(one => terms.PairOf(one.Kernel, one.Channel))]);
        string thirds = _graph.Rows($"{path}/third taps", Within($"{path}/3x", group, terms.Triples),
            [.. summed.Select(one => terms.ThirdTapOf(one.Kernel, one.Channel))]);
        return _graph.Add("Add", $"{path}/outputs", [pairs, thirds]);
    }

    // [row, N, T] -> [row, N, position that the group counts]
    private string Within(string name, KernelGroup group, string rows) => group.CountsAll
        ? rows
        : Slice($"{name}/within", rows, MarginOf(group), -MarginOf(group), axis: 2);

    private string Slice(string name, string of, long start, long end, long axis)
        => _graph.Add("Slice", name, [of, Number(start), Number(end), Number(axis)]);

    // [1]; many slices share theirs.
    private string Number(long value)
    {
        if (!_numbers.TryGetValue(value, out string? number))
            _numbers[value] = number = _graph.Constant($"{_path}/number {value}", [value], 1);
        return number;
    }
}
