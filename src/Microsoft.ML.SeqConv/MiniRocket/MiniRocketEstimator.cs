using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Fits MiniRocket: 84 fixed kernels of nine taps at several dilations, whose outputs are pooled to the
/// proportion of positive values. The features feed a linear trainer: <c>Ridge</c> up to about ten thousand
/// series, a logistic trainer above.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, twice: to check and measure it, and
/// to read the series that biases are drawn from |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>ppv k17 d4 b2</c> |
/// </para>
/// <para>Series of fewer than nine points follow <see cref="SeriesOptions.ShortSeries"/>. Ragged columns are padded at
/// both ends with zeros, as in the published variable-length code.</para>
/// <para>Dempster, Schmidt and Webb 2021, MiniRocket: A Very Fast (Almost) Deterministic Transform for Time Series
/// Classification, arXiv:2012.08791.</para>
/// </remarks>
public sealed class MiniRocketEstimator : SeriesFeaturizerEstimator<MiniRocketTransformer>
{
    private readonly Options _options;

    internal MiniRocketEstimator(
        IHostEnvironment env, string outputColumnName, string? inputColumnName, Options options)
        : base(env, "MiniRocket", outputColumnName, inputColumnName, options)
        => _options = (Options)options.Copy();

    private protected override int MinimumLength => MiniRocketSettings.KernelLength;

    private protected override MiniRocketTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
    {
        var settings = _options.Settings(ragged: source.Shape.Length is null);
        var random = new SeededRandom(Seed);
        var plan = new MiniRocketPlan(source.MaximumLength, source.Shape.Channels, settings, random);
        MiniRocketModel model;
        if (settings.Deterministic)
        {
            SeriesSet series = source.GatherAll();
            source.Monitor.Begin("fitting biases", "kernels", 1);
            model = Kernels.MiniRocket.FitDeterministic(plan, series, source.Threads, source.Monitor.AsFraction());
        }
        else
        {
            SeriesSet series = source.Gather(plan.DrawBiasSeries(source.Count, random), out int[] biasSeries);
            source.Monitor.Begin("fitting biases", "kernels", 1);
            model = Kernels.MiniRocket.Fit(plan, series, biasSeries, source.Threads, source.Monitor.AsFraction());
        }

        return new MiniRocketTransformer(env, state, model);
    }

    /// <summary>Options of <see cref="MiniRocketEstimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>
        /// The number of features wanted, from 84 to 10,000,000; rounded down to a multiple of 84. Default 10,000,
        /// which gives 9,996.
        /// </summary>
        [Range(840, 20_160, init: 10_000, logBase: true)]
        public int NumberOfFeatures { get; set; } = 10_000;

        /// <summary>The most dilations that a kernel is given, from 1 to 1,000. Default 32.</summary>
        [Range(8, 128, init: 32, logBase: true)]
        public int MaxDilationsPerKernel { get; set; } = 32;

        /// <summary>
        /// Whether the biases are quantiles over the whole training set rather than over one drawn series for
        /// each kernel and dilation: the deterministic variant MiniRocket-DV, whose fit holds all series in
        /// memory. Default false.
        /// </summary>
        public bool Deterministic { get; set; }

        internal MiniRocketSettings Settings(bool ragged) => new()
        {
            NumberOfFeatures = NumberOfFeatures,
            MaxDilationsPerKernel = MaxDilationsPerKernel,
            Deterministic = Deterministic,
            Ragged = ragged,
        };

        private protected override void Validate()
        {
            base.Validate();
            Settings(ragged: false).Validate();
        }
    }
}
