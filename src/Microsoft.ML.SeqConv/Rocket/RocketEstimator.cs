using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Fits Rocket: thousands of random convolution kernels, each pooled to the proportion of positive values and the
/// maximum of its output. The features feed a linear trainer. MiniRocket is usually as accurate and much faster.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, once: to check it and to find the
/// length that dilations span |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>max k17 l9 d4 p16</c> |
/// </para>
/// <para>Where a kernel spans more points than a series has, the series is padded with zeros on both sides, whatever
/// its length; <see cref="SeriesOptions.ShortSeries"/> can forbid series of fewer than seven points.</para>
/// <para>Dempster, Petitjean and Webb 2020, ROCKET: Exceptionally fast and accurate time series classification using
/// random convolutional kernels, arXiv:1910.13051.</para>
/// </remarks>
public sealed class RocketEstimator : SeriesFeaturizerEstimator<RocketTransformer>
{
    private readonly Options _options;

    internal RocketEstimator(IHostEnvironment env, string outputColumnName, string? inputColumnName, Options options)
        : base(env, "Rocket", outputColumnName, inputColumnName, options)
        => _options = (Options)options.Copy();

    private protected override int MinimumLength => RocketSettings.ShortestKernel;

    private protected override bool FeaturesGrowWithValues => true;

    private protected override RocketTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
        => new(env, state, Kernels.Rocket.Fit(source.MaximumLength, source.Shape.Channels, _options.Settings(), Seed));

    /// <summary>Options of <see cref="RocketEstimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>
        /// What is done to each channel of a series before the kernels see it. Default
        /// <see cref="SeriesNormalization.ZNormalize"/>, as in the paper.
        /// </summary>
        [Choice(new object[] { SeriesNormalization.None, SeriesNormalization.ZNormalize },
            SeriesNormalization.ZNormalize)]
        public override SeriesNormalization Normalization { get; set; } = SeriesNormalization.ZNormalize;

        /// <summary>Random kernels, from 1 to 10,000,000; each gives two features. Default 10,000.</summary>
        [Range(500, 20_000, init: 10_000, logBase: true)]
        public int NumberOfKernels { get; set; } = 10_000;

        /// <summary>
        /// Whether convolutions are summed in float32, which is faster, instead of float64. Default false.
        /// </summary>
        public bool SinglePrecision { get; set; }

        internal RocketSettings Settings()
            => new() { NumberOfKernels = NumberOfKernels, SinglePrecision = SinglePrecision };

        private protected override void Validate()
        {
            base.Validate();
            Settings().Validate();
        }
    }
}
