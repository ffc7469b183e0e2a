using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to Hydra features: for each kernel of each group how much it wins by having the largest output, and how
/// often by having the smallest. Made by <see cref="HydraEstimator"/>.
/// </summary>
public sealed class HydraTransformer
    : SeriesTransformer, ISavedComponent<HydraTransformer>, IPrunableTransformer<HydraTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvHydra", "SC_HYDRA", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal HydraTransformer(IHostEnvironment env, SeriesTransformerState state, HydraModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The random kernels and the scaling of their features.</summary>
    public HydraModel Model { get; }

    /// <inheritdoc/>
    public HydraTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<HydraTransformer>.Identity => Identity;

    // *** Binary format ***
    // the kernels, see HydraFormat
    private protected override void WriteFeaturizer(BinaryWriter writer) => HydraFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => HydraGraph.Write(graph, Model, series, length);

    static HydraTransformer ISavedComponent<HydraTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            HydraFormat.Read(section.Reader, section.Version));
}
