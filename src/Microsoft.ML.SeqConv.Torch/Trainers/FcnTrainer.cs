using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The fully convolutional network of Wang, Yan and Oates 2017 (arXiv:1611.06455), a baseline of deep
/// learning on series.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification or regression |
/// | Is normalization required? | No: see <see cref="SeriesNetworkOptions.Normalization"/> |
/// | Is caching required? | No: the rows are read once and held in memory |
/// | Input label column data type | key, or Single for regression |
/// | Input series column data type | vector of Single: [time], [channel, time], or of unknown size |
/// | Output columns | <c>Score</c>: a probability a class, or the value; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Series of unequal lengths are padded at the end, and masked after every layer: a series has the same score alone and
/// in any batch. Deviations: convolutions before batch normalisation have no bias, which it would take away; batch
/// normalisation has PyTorch's momentum and epsilon.
/// </para>
/// </remarks>
public sealed class FcnTrainer : SeriesNetworkTrainer
{
    internal FcnTrainer(IHostEnvironment env, bool classification, Options options)
        : base(env, "FCN", classification, options)
    {
    }

    /// <summary>Options of <see cref="FcnTrainer"/>.</summary>
    public sealed class Options : SeriesNetworkOptions
    {
        /// <summary>
        /// Makes the defaults: one network, 200 epochs of batches of 16, as the baselines' published experiments
        /// (which train longer).
        /// </summary>
        public Options()
        {
            NumberOfEpochs = 200;
            BatchSize = 16;
        }

        /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before. Default 16.</summary>
        [Range(8, 128, init: 16, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>
        /// Filters of the first and third layer; the second has twice as many; 1 to 65,536. Default 128.
        /// </summary>
        [Range(16, 256, init: 128, logBase: true)]
        public int NumberOfFilters { get; set; } = 128;

        internal override SeriesNetworkSettings Settings(int channels, int outputs)
            => new FcnSettings(channels, outputs, NumberOfFilters, Convolution);
    }
}
