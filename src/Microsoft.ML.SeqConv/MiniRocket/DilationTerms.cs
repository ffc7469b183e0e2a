using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What the kernels of one dilation share, as ONNX nodes: the points under each tap, three times them, and what
/// kernels with the same first two weighted taps begin with. Nodes are written when they are asked for.
/// </summary>
internal sealed class DilationTerms
{
    private const int Taps = MiniRocketKernel.Length;

    private readonly GraphWriter _graph;
    private readonly string _name;
    private readonly MiniRocketModel _model;
    private readonly int _dilationIndex;
    private readonly string[] _taps;            // [C, N, T] each
    private readonly Lazy<string> _sum;
    private readonly Lazy<string> _triples;
    private readonly Lazy<string> _stack;
    private readonly Lazy<(string Variable, Dictionary<(int A, int B, int Channel), int> Rows)> _pairs;

    /// <summary>Prepares the terms.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">Begins the names of nodes.</param>
    /// <param name="model">Whose kernels they are.</param>
    /// <param name="dilationIndex">Index into the model's dilations.</param>
    /// <param name="taps">The points under each of the nine taps, [C, N, T].</param>
    public DilationTerms(GraphWriter graph, string name, MiniRocketModel model, int dilationIndex, string[] taps)
    {
        _graph = graph;
        _name = name;
        _model = model;
        _dilationIndex = dilationIndex;
        _taps = taps;
        _sum = new(SumOfTaps);
        _triples = new(ThreeTimesTaps);
        _stack = new(() => graph.Add("Concat", $"{name}/sum and 3x",
            [graph.Add("Neg", $"{name}/minus sum", [_sum.Value]), Triples], ("axis", 0L)));
        _pairs = new(WritePairs);
    }

    /// <summary>3x of each tap: [tap * channel, N, T].</summary>
    public string Triples => _triples.Value;

    /// <summary>The sum of the taps, negated, and 3x of each: [1 + tap, N, T], of one channel.</summary>
    public string Stack => _stack.Value;

    /// <summary>(-sum + 3x[a]) + 3x[b]: [pair, N, T], of one channel each.</summary>
    public string Pairs => _pairs.Value.Variable;

    /// <summary>The row of <see cref="Pairs"/> that a kernel begins with.</summary>
    public long PairOf(int kernel, int channel) => _pairs.Value.Rows[FirstTaps(kernel, channel)];

    /// <summary>The row of <see cref="Triples"/> that a kernel ends with.</summary>
    public long ThirdTapOf(int kernel, int channel)
        => MiniRocketKernel.WeightTwoTaps(kernel).C * _model.NumberOfChannels + channel;

    // The centre first, then the others from left to right.
    private string SumOfTaps() => _taps.Where((_, tap) => tap != MiniRocketKernel.Half).Aggregate(
        _taps[MiniRocketKernel.Half], (sum, tap) => _graph.Add("Add", $"{_name}/sum of taps", [sum, tap]));

    private string ThreeTimesTaps()
    {
        string taps = _graph.Add("Concat", $"{_name}/taps", _taps, ("axis", 0L));
        return _graph.Add("Add", $"{_name}/3x", [_graph.Add("Add", $"{_name}/2x", [taps, taps]), taps]);
    }

    private (string Variable, Dictionary<(int A, int B, int Channel), int> Rows) WritePairs()
    {
        int channels = _model.NumberOfChannels;
        (int A, int B, int Channel)[] pairs = [.. _model.Combinations
            .Where(combination => combination.DilationIndex == _dilationIndex)
            .SelectMany(combination => _model.ChannelsOf(combination).ToArray()
                .Select(channel => FirstTaps(combination.Kernel, channel)))
            .Distinct().Order()];
        string sums = channels == 1
            ? _sum.Value
            : _graph.Add("Concat", $"{_name}/sum of each tap", [.. Enumerable.Repeat(_sum.Value, Taps)], ("axis", 0L));
        string first = _graph.Add("Sub", $"{_name}/sum and one tap", [Triples, sums]);
        string both = _graph.Add("Add", $"{_name}/sum and two taps",
            [_graph.Rows($"{_name}/first taps", first, [.. pairs.Select(pair => pair.A * channels + pair.Channel)]),
                _graph.Rows($"{_name}/second taps", Triples,
                    [.. pairs.Select(pair => pair.B * channels + pair.Channel)])]);
        return (both, pairs.Select((pair, i) => (pair, i)).ToDictionary(entry => entry.pair, entry => entry.i));
    }

    private static (int A, int B, int Channel) FirstTaps(int kernel, int channel)
    {
        (int a, int b, _) = MiniRocketKernel.WeightTwoTaps(kernel);
        return (a, b, channel);
    }
}
