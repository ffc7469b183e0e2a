using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to MultiRocket features: for each kernel, dilation and bias, on the series and on its first difference,
/// the proportion of positive values, their longest stretch, their mean and the mean of their indices. Made by
/// <see cref="MultiRocketEstimator"/>.
/// </summary>
public sealed class MultiRocketTransformer
    : SeriesTransformer, ISavedComponent<MultiRocketTransformer>, IPrunableTransformer<MultiRocketTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvMultiRocket", "SCMULTIR", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal MultiRocketTransformer(IHostEnvironment env, SeriesTransformerState state, MultiRocketModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The fitted kernels of the series and of its difference.</summary>
    public MultiRocketModel Model { get; }

    /// <inheritdoc/>
    public MultiRocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<MultiRocketTransformer>.Identity => Identity;

    // *** Binary format ***
    // the kernels, see MultiRocketFormat
    private protected override void WriteFeaturizer(BinaryWriter writer) => MultiRocketFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => MultiRocketGraph.Write(graph, Model, series, length);

    static MultiRocketTransformer ISavedComponent<MultiRocketTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            MultiRocketFormat.Read(section.Reader, section.Version));
}
