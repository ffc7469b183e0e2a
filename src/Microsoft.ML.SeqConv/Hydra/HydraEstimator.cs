using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Fits Hydra: groups of random kernels that compete at every position of a series and of its first difference;
/// features count and sum who wins. Fewer features than MiniRocket, of another kind: beside those of MultiRocket, by
/// <c>Concatenate</c>, they are the method known as HYDRA-MultiRocket. The features feed a linear trainer.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, twice: to check and measure it, and
/// to fit the scaling of the features |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>max g17 k3
/// d4 difference</c> |
/// </para>
/// <para>
/// Features are sums over positions, so of ragged series longer ones have larger ones, as in the published code. With
/// several channels a group sums half of them, from 2 to 8, drawn with repetition: the authors' extension.
/// </para>
/// <para>Series of fewer than ten points, whose difference is shorter than a kernel, follow
/// <see cref="SeriesOptions.ShortSeries"/>.</para>
/// <para>Dempster, Schmidt and Webb 2023, Hydra: competing convolutional kernels for fast and accurate time series
/// classification, arXiv:2203.13652.</para>
/// </remarks>
public sealed class HydraEstimator : SeriesFeaturizerEstimator<HydraTransformer>
{
    private readonly Options _options;

    internal HydraEstimator(IHostEnvironment env, string outputColumnName, string? inputColumnName, Options options)
        : base(env, "Hydra", outputColumnName, inputColumnName, options)
        => _options = (Options)options.Copy();

    private protected override int MinimumLength => HydraSettings.KernelLength + 1;

    private protected override bool FeaturesGrowWithValues => true;

    private protected override HydraTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
    {
        HydraModel model = Kernels.Hydra.Draw(source.MaximumLength, source.Shape.Channels, _options.Settings(), Seed);
        if (!_options.ScaleFeatures)
            return new HydraTransformer(env, state, model);

        source.Monitor.Begin("scaling features", "series", source.Count);
        var scaling = new SparseScalingFit(model.NumberOfFeatures);
        TrainingFeatures? kept = TrainingFeatures.Gather(
            source, model.NumberOfFeatures, series => scaling.Add(model, series, source.Threads));
        SparseScaling solved = scaling.Solve();
        foreach (float[] features in kept?.Rows ?? [])
            solved.Apply(features);
        return new HydraTransformer(env, state, model.With(solved)) { OfTraining = kept };
    }

    /// <summary>Options of <see cref="HydraEstimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>
        /// Groups of a dilation, from 1 to 4,096: half of them on the series and half on its first difference; a single
        /// one on the series. Default 64.
        /// </summary>
        [Range(8, 128, init: 64, logBase: true)]
        public int NumberOfGroups { get; set; } = 64;

        /// <summary>Kernels that compete in a group, from 2 to 256. Default 8.</summary>
        [Range(2, 64, init: 8, logBase: true)]
        public int KernelsPerGroup { get; set; } = 8;

        /// <summary>
        /// Whether features are scaled: the square root of each, its mean over the training series subtracted, divided
        /// by its standard deviation, zeros left zero. Default true.
        /// </summary>
        public bool ScaleFeatures { get; set; } = true;

        internal HydraSettings Settings()
            => new() { NumberOfGroups = NumberOfGroups, KernelsPerGroup = KernelsPerGroup };

        private protected override void Validate()
        {
            base.Validate();
            Settings().Validate();
        }
    }
}
