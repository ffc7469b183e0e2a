using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to MiniRocket features: for each kernel, dilation and bias the proportion of positive values (PPV) of
/// the convolution's output, in [0, 1]. Made by <see cref="MiniRocketEstimator"/>.
/// </summary>
public sealed class MiniRocketTransformer
    : SeriesTransformer, ISavedComponent<MiniRocketTransformer>, IPrunableTransformer<MiniRocketTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvMiniRocket", "SCMINIRK", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal MiniRocketTransformer(IHostEnvironment env, SeriesTransformerState state, MiniRocketModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The fitted kernels: dilations, biases and channels.</summary>
    public MiniRocketModel Model { get; }

    /// <inheritdoc/>
    public MiniRocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<MiniRocketTransformer>.Identity => Identity;

    // *** Binary format ***
    // the kernels, see MiniRocketFormat
    private protected override void WriteFeaturizer(BinaryWriter writer) => MiniRocketFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => MiniRocketGraph.Write(graph, Model, series, length);

    static MiniRocketTransformer ISavedComponent<MiniRocketTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            MiniRocketFormat.Read(section.Reader, section.Version));
}
