using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What a <see cref="ForecastNetwork"/> is made of.</summary>
/// <param name="WindowSize">Points that it sees.</param>
/// <param name="Horizon">Points that it forecasts.</param>
/// <param name="Quantiles">Rising, with 0.5 among them.</param>
/// <param name="Periods">Seasons, rising.</param>
/// <param name="Stack">The stack; its outputs are quantiles times horizon.</param>
internal sealed record ForecastSettings(
    int WindowSize, int Horizon, double[] Quantiles, int[] Periods, WaveNetShape Stack)
{
    public int Median => Array.IndexOf(Quantiles, 0.5);

    /// <summary>
    /// [quantile, horizon]: what is added to the networks' quantiles, in the scale of a window, see
    /// <see cref="ForecastCalibration"/>; empty where nothing is.
    /// </summary>
    public float[] Offsets { get; init; } = [];

    /// <summary>
    /// For each point of the horizon the point of the window that the naive forecast repeats: of the longest
    /// season, or the last one.
    /// </summary>
    public long[] Anchors()
    {
        int period = Periods.Length == 0 ? 1 : Periods[^1];
        return [.. Enumerable.Range(0, Horizon).Select(h => (long)(WindowSize - period + h % period))];
    }
}

/// <summary>
/// The stack of WaveNet over a scaled window of a real-valued series. Beside the series it sees, for each season, the
/// difference to a season before. The last point's outputs are the whole horizon at once: how far the median lies from
/// the (seasonal) naive forecast, and how far each further quantile from the one before, so that quantiles never cross.
/// </summary>
internal sealed class ForecastNetwork : SequenceNetwork
{
    private readonly ForecastSettings _settings;
    private readonly Conv1d _input;
    private readonly WaveNetStack _stack;

    public ForecastNetwork(ForecastSettings settings, Device? device = null)
        : base(nameof(ForecastNetwork))
    {
        _settings = settings;
        _input = nn.Conv1d(1 + settings.Periods.Length, settings.Stack.ResidualChannels, 1L, device: device);
        register_module("input", _input);
        _stack = new WaveNetStack(settings.Stack, device);
        register_module("stack", _stack);
    }

    // [N, 1, window], scaled
    public override Tensor forward(Tensor input, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        // [N, 1 + periods, window]
        Tensor seen = cat([input, .. _settings.Periods.Select(period => SeasonalDifference(input, period))], 1);
        Tensor last = _stack.Last(_input.call(seen)).view(-1, _settings.Quantiles.Length, _settings.Horizon);
        using Tensor anchors = tensor(_settings.Anchors(), device: input.device);
        Tensor median = HeldScalars.Sum(                    // [N, 1, horizon]
            input.index_select(2, anchors), last.narrow(1, _settings.Median, 1));
        var quantiles = new Tensor[_settings.Quantiles.Length];
        quantiles[_settings.Median] = median;
        for (int q = _settings.Median + 1; q < quantiles.Length; q++)
            quantiles[q] = HeldScalars.Sum(quantiles[q - 1], HeldScalars.Softplus(last.narrow(1, q, 1)));
        for (int q = _settings.Median - 1; q >= 0; q--)
            quantiles[q] = quantiles[q + 1] - HeldScalars.Softplus(last.narrow(1, q, 1));
        // [N, quantiles, horizon]
        return cat(quantiles, 1).MoveToOuterDisposeScope();
    }

    // Zero in the first season.
    private static Tensor SeasonalDifference(Tensor input, int period)
    {
        long rest = input.shape[2] - period;
        return nn.functional.pad(input.narrow(2, period, rest) - input.narrow(2, 0, rest), [period, 0]);
    }

    /// <summary>Draws first weights: the last layer begins at zero, and so the forecast at the naive one.</summary>
    public void Initialize(Generator generator)
    {
        Initialization.Glorot(this, generator);
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((string name, Parameter weight) in named_parameters())
        {
            if (name.StartsWith("stack.output.", StringComparison.Ordinal))
                weight.zero_();
        }
    }

    public override string Write(GraphWriter graph, string name, string input)
    {
        string seen = _settings.Periods.Length == 0 ? input
            : graph.Add("Concat", $"{name}/seen",
                [input, .. _settings.Periods.Select(
                    period => WriteDifference(graph, $"{name}/difference {period}", input, period))], ("axis", 1L));
        string outputs = _stack.Write(graph, $"{name}/stack",
            NetworkGraph.Convolution(graph, $"{name}/input", seen, _input, 0, 0), null);
        string last = graph.Reshape($"{name}/horizon",
            Slice(graph, $"{name}/last", outputs, 2, _settings.WindowSize - 1, _settings.WindowSize), 0,
            _settings.Quantiles.Length, _settings.Horizon);
        string anchors = graph.Add("Gather", $"{name}/naive",
            [input, graph.Constant($"{name}/anchors", _settings.Anchors(), _settings.Horizon)], ("axis", 2L));
        var quantiles = new string[_settings.Quantiles.Length];
        int median = _settings.Median;
        quantiles[median] = graph.Add("Add", $"{name}/median",
            [anchors, Slice(graph, $"{name}/from naive", last, 1, median, median + 1)]);
        for (int q = median + 1; q < quantiles.Length; q++)
            quantiles[q] = graph.Add("Add", $"{name}/quantile{q}", [quantiles[q - 1],
                graph.Add("Softplus", $"{name}/step{q}", [Slice(graph, $"{name}/output{q}", last, 1, q, q + 1)])]);
        for (int q = median - 1; q >= 0; q--)
            quantiles[q] = graph.Add("Sub", $"{name}/quantile{q}", [quantiles[q + 1],
                graph.Add("Softplus", $"{name}/step{q}", [Slice(graph, $"{name}/output{q}", last, 1, q, q + 1)])]);
        return graph.Add("Concat", $"{name}/quantiles", quantiles, ("axis", 1L));
    }

    private string WriteDifference(GraphWriter graph, string name, string input, int period)
    {
        string later = Slice(graph, $"{name}/later", input, 2, period, _settings.WindowSize);
        string earlier = Slice(graph, $"{name}/earlier", input, 2, 0, _settings.WindowSize - period);
        return graph.Add("Pad", name, [graph.Add("Sub", $"{name}/rest", [later, earlier]),
            graph.Constant($"{name}/pads", [0L, 0, period, 0, 0, 0], 6)]);
    }

    internal static string Slice(GraphWriter graph, string name, string input, long axis, long from, long to)
        => graph.Add("Slice", name, [input, graph.Constant($"{name}/from", [from], 1),
            graph.Constant($"{name}/to", [to], 1), graph.Constant($"{name}/axis", [axis], 1)]);
}

/// <summary>
/// The pinball loss of quantiles (Koenker and Bassett 1978): the mean over quantiles and the horizon of max(q e, (q -
/// 1) e), e the actual value less the forecast.
/// </summary>
internal sealed class PinballLoss(double[] quantiles) : Objective
{
    public override string Metric => "pinball loss";

    public override bool LargerIsBetter => false;

    /// <param name="outputs">[N, quantile, horizon].</param>
    /// <param name="labels">[N, horizon].</param>
    /// <param name="training">Not used.</param>
    public override Tensor Losses(Tensor outputs, Tensor labels, bool training)
    {
        using var scope = NewDisposeScope();
        Tensor levels = tensor(quantiles.Select(q => (float)q).ToArray(), [1, quantiles.Length, 1]).to(outputs.device);
        using var held = new HeldScalars();
        Tensor error = labels.unsqueeze(1) - outputs;
        return maximum(levels * error, levels.sub(held.Of(1L)) * error).mean([1, 2]).MoveToOuterDisposeScope();
    }

    public override Tensor Marks(Tensor outputs, Tensor labels) => Losses(outputs, labels, training: false);

    public override double MetricOf(double meanMark) => meanMark;
}
