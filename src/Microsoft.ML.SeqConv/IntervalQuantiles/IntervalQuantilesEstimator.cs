using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Fits QUANT: quantiles of intervals, long and short, of a series, of its first and second difference and of its
/// spectrum. It finds what lies at a place in time, at a level or at a frequency, where the kernels of the other
/// featurizers find shapes: beside MiniRocket or MultiRocket, by <c>Concatenate</c>, it adds another view. The features
/// feed a linear trainer, for which normal scores of their ranks replace the trees of the published method.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, twice: to check and measure it, and
/// to rank the features |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>q3/7 i4/8 difference</c>,
/// the third of seven quantiles of the fourth of eight intervals |
/// </para>
/// <para>
/// Of ragged series each is divided into as many intervals as the longest training series, by the same rule, and an
/// interval has as many quantiles as there; frequencies are those of each series' own length. Every channel has the
/// same features. Values up to 1e30 give finite features.
/// </para>
/// <para>Series of fewer than three points, whose second difference has none, follow
/// <see cref="SeriesOptions.ShortSeries"/>.</para>
/// <para>Dempster, Schmidt and Webb 2024, QUANT: a minimalist interval method for time series classification,
/// arXiv:2308.00928. The normal scores are this library's.</para>
/// </remarks>
public sealed class IntervalQuantilesEstimator : SeriesFeaturizerEstimator<IntervalQuantilesTransformer>
{
    private readonly Options _options;

    internal IntervalQuantilesEstimator(
        IHostEnvironment env, string outputColumnName, string? inputColumnName, Options options)
        : base(env, "IntervalQuantiles", outputColumnName, inputColumnName, options)
        => _options = (Options)options.Copy();

    private protected override int MinimumLength => 3;

    // A rank does not grow with values, and its score is bounded.
    private protected override bool FeaturesGrowWithValues => !_options.NormalScores;

    private protected override IntervalQuantilesTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
    {
        IntervalQuantilesModel model =
            Kernels.IntervalQuantiles.Divide(source.MaximumLength, source.Shape.Channels, _options.Settings());
        if (!_options.NormalScores)
            return new IntervalQuantilesTransformer(env, state, model);

        source.Monitor.Begin("ranking features", "series", source.Count);
        var scores = new NormalScoresFit(model.NumberOfFeatures, source.Count, _options.MaxKnots, Seed);

        // Where all rows can be handed on, the fit holds all of them: it holds more values.
        TrainingFeatures? kept = TrainingFeatures.Gather(
            source, model.NumberOfFeatures, series => scores.Add(model, series, source.Threads));
        NormalScores solved = scores.Solve(source.Threads);
        foreach (float[] features in kept?.Rows ?? [])
            solved.ApplyVectorised(features, first: 0);
        return new IntervalQuantilesTransformer(env, state, model.With(solved)) { OfTraining = kept };
    }

    /// <summary>Options of <see cref="IntervalQuantilesEstimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>
        /// Levels of intervals, from 1 to 10: a level halves the intervals of the one before. Default 6.
        /// </summary>
        [Range(3, 8, init: 6)]
        public int Depth { get; set; } = 6;

        /// <summary>Points of an interval for each of its quantiles, from 1 to 1,024. Default 4.</summary>
        [Range(2, 16, init: 4, logBase: true)]
        public int PointsPerQuantile { get; set; } = 4;

        /// <summary>
        /// Whether a feature becomes the normal score of its rank among the training series: the number that a normal
        /// variable is below as often as the feature is. Scores are bounded, and a scale or an outlier of a feature
        /// does not matter to them. Default true.
        /// </summary>
        public bool NormalScores { get; set; } = true;

        /// <summary>
        /// Training values that the model keeps of each feature to rank others among, from 2 to 4,096. Ranks are exact
        /// where there are no more training series; else among as many evenly spaced ones. Default 64.
        /// </summary>
        [Range(16, 256, init: 64, logBase: true)]
        public int MaxKnots { get; set; } = 64;

        internal IntervalQuantilesSettings Settings() => new()
        {
            Depth = Depth,
            PointsPerQuantile = PointsPerQuantile,
            NormalScores = NormalScores,
            MaxKnots = MaxKnots,
        };

        private protected override void Validate()
        {
            base.Validate();
            Settings().Validate();
        }
    }
}
