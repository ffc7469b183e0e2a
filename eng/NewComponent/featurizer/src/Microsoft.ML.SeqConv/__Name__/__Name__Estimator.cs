using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Fits __Name__: what it is good for, and what the features feed.</summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, once: to check and measure it |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged) |
/// | Output column data type | Vector of Single of known size, with slot names such as <c>k17</c> |
/// </para>
/// <para>AUTHORS YEAR, TITLE, arXiv:NUMBER.</para>
/// </remarks>
public sealed class __Name__Estimator : SeriesFeaturizerEstimator<__Name__Transformer>
{
    private readonly Options _options;

    internal __Name__Estimator(IHostEnvironment env, string outputColumnName, string? inputColumnName, Options options)
        : base(env, "__Name__", outputColumnName, inputColumnName, options)
        => _options = (Options)options.Copy();

    private protected override int MinimumLength => __Name__Settings.KernelLength;

    private protected override __Name__Transformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
        => new(env, state, Kernels.__Name__.Draw(source.Shape.Channels, _options.Settings(), Seed));

    /// <summary>Options of <see cref="__Name__Estimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>Kernels, from 1 to 1,000,000. Default 1,000.</summary>
        [Range(100, 10_000, init: 1_000, logBase: true)]
        public int NumberOfKernels { get; set; } = 1_000;

        internal __Name__Settings Settings() => new() { NumberOfKernels = NumberOfKernels };

        private protected override void Validate()
        {
            base.Validate();
            Settings().Validate();
        }
    }
}
