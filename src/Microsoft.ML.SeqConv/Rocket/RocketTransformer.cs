using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to Rocket features: for each random kernel the proportion of positive values (PPV) of its output, in [0,
/// 1], and the output's maximum. Made by <see cref="RocketEstimator"/>.
/// </summary>
public sealed class RocketTransformer
    : SeriesTransformer, ISavedComponent<RocketTransformer>, IPrunableTransformer<RocketTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvRocket", "SCROCKET", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal RocketTransformer(IHostEnvironment env, SeriesTransformerState state, RocketModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The random kernels.</summary>
    public RocketModel Model { get; }

    /// <inheritdoc/>
    public RocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<RocketTransformer>.Identity => Identity;

    // *** Binary format ***
    // the kernels, see RocketFormat
    private protected override void WriteFeaturizer(BinaryWriter writer) => RocketFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => RocketGraph.Write(graph, Model, series, length);

    static RocketTransformer ISavedComponent<RocketTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            RocketFormat.Read(section.Reader, section.Version));
}
