using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to MiniRocket features: for each kernel, dilation and bias the proportion of positive values (PPV) of the convolution's output, in [0, 1].
/// Made by <see cref="MiniRocketEstimator"/>.
/// </summary>
public sealed class MiniRocketTransformer : SeriesTransformer, ISavedSeriesTransformer<MiniRocketTransformer>, IPrunableTransformer<MiniRocketTransformer>
{
    internal static readonly SavedFormat Identity = new("SeqConvMiniRocket", "SCMINIRK", KeptFeaturesFormat.Version);

    internal MiniRocketTransformer(IHostEnvironment env, SeriesTransformerState state, MiniRocketModel model)
        : base(env, state, model)
        => Model = model;

    /// <summary>The fitted kernels: dilations, biases and channels.</summary>
    public MiniRocketModel Model { get; }

    /// <inheritdoc/>
    public MiniRocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedSeriesTransformer<MiniRocketTransformer>.Identity => Identity;

    private protected override SavedFormat Format => Identity;

    // *** Binary format ***
    // the kernels, see SavedMiniRocket
    private protected override void WriteModel(BinaryWriter writer) => SavedMiniRocket.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length) => MiniRocketGraph.Write(graph, Model, series, length);

    static MiniRocketTransformer ISavedSeriesTransformer<MiniRocketTransformer>.Read(IHostEnvironment env, SeriesTransformerState state, BinaryReader reader, uint version)
        => new(env, state, SavedMiniRocket.Read(reader, version));
}
