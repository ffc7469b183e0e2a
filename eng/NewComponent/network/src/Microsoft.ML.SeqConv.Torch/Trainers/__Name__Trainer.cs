using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.SeqConv;

/// <summary>The network of AUTHORS YEAR (arXiv:NUMBER), and what it is good for.</summary>
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
/// <para>Deviations from the paper, each with its reason.</para>
/// </remarks>
public sealed class __Name__Trainer : SeriesNetworkTrainer
{
    internal __Name__Trainer(IHostEnvironment env, bool classification, Options options)
        : base(env, "__Name__", classification, options)
    {
    }

    /// <summary>Options of <see cref="__Name__Trainer"/>.</summary>
    public sealed class Options : SeriesNetworkOptions
    {
        /// <summary>Makes the paper's defaults.</summary>
        public Options()
        {
            NumberOfEpochs = 200;
            BatchSize = 16;
        }

        /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before. Default 16.</summary>
        [Range(8, 128, init: 16, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>Filters of a layer, 1 to 65,536. Default 128.</summary>
        [Range(16, 256, init: 128, logBase: true)]
        public int NumberOfFilters { get; set; } = 128;

        internal override SeriesNetworkSettings Settings(int channels, int outputs)
            => new __Name__Settings(channels, outputs, NumberOfFilters, Convolution);
    }
}
