using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// InceptionTime (Ismail Fawaz et al. 2020, arXiv:1909.04939): an ensemble of deep convolutional networks over series
/// whose softmax is averaged; for regression, whose values are.
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
/// in any batch. Adam at 1e-3, halved when the loss has not fallen for 50 epochs, as the authors' code; theirs trains
/// 1,500 epochs. The epoch with the lowest loss is kept. Deviations: batch normalisation has PyTorch's momentum 0.1 and
/// epsilon 1e-5 where Keras has 0.01 and 1e-3.
/// </para>
/// </remarks>
public sealed class InceptionTimeTrainer : SeriesNetworkTrainer
{
    internal InceptionTimeTrainer(IHostEnvironment env, bool classification, Options options)
        : base(env, "InceptionTime", classification, options)
    {
    }

    /// <summary>
    /// Options of <see cref="InceptionTimeTrainer"/>; defaults are the paper's but for the number of epochs.
    /// </summary>
    public sealed class Options : SeriesNetworkOptions
    {
        /// <summary>Makes the defaults: five networks, 200 epochs.</summary>
        public Options()
        {
            NumberOfNetworks = 5;
            NumberOfEpochs = 200;
        }

        /// <summary>Inception modules, 1 to 100; a residual connection spans every three. Default 6.</summary>
        [Range(3, 12, init: 6)]
        public int Depth { get; set; } = 6;

        /// <summary>Filters of each of a module's four branches, 1 to 65,536. Default 32.</summary>
        [Range(8, 64, init: 32, logBase: true)]
        public int NumberOfFilters { get; set; } = 32;

        /// <summary>
        /// Points of the longest convolution, 1 to 100,000; the others have a half and a quarter. Default 40.
        /// </summary>
        [Range(8, 80, init: 40, logBase: true)]
        public int KernelSize { get; set; } = 40;

        /// <summary>Channels that the convolutions see, 0 for all. Default 32.</summary>
        public int Bottleneck { get; set; } = 32;

        internal override SeriesNetworkSettings Settings(int channels, int outputs)
            => new InceptionSettings(
                channels, outputs, Depth, NumberOfFilters, KernelSize, Bottleneck, Convolution);
    }
}
