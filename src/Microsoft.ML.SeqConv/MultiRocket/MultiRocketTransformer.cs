using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to MultiRocket features: for each kernel, dilation and bias, on the series and on its first difference, the proportion of positive values, their longest stretch,
/// their mean and the mean of their indices. Made by <see cref="MultiRocketEstimator"/>.
/// </summary>
public sealed class MultiRocketTransformer : SeriesTransformer, ISavedSeriesTransformer<MultiRocketTransformer>, IPrunableTransformer<MultiRocketTransformer>
{
    internal static readonly SavedFormat Identity = new("SeqConvMultiRocket", "SCMULTIR", KeptFeaturesFormat.Version);

    internal MultiRocketTransformer(IHostEnvironment env, SeriesTransformerState state, MultiRocketModel model)
        : base(env, state, model)
        => Model = model;

    /// <summary>The fitted kernels of the series and of its difference.</summary>
    public MultiRocketModel Model { get; }

    /// <inheritdoc/>
    public MultiRocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedSeriesTransformer<MultiRocketTransformer>.Identity => Identity;

    private protected override SavedFormat Format => Identity;

    // *** Binary format ***
    // the kernels of the series, see SavedMiniRocket
    // the kernels of the difference
    // from version 0x00010002: the kept features, see KeptFeaturesFormat
    private protected override void WriteModel(BinaryWriter writer)
    {
        SavedMiniRocket.Write(writer, Model.Series);
        SavedMiniRocket.Write(writer, Model.Difference);
        KeptFeaturesFormat.Write(writer, Model.IsPruned, Model.KeptFeatures);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length) => MultiRocketGraph.Write(graph, Model, series, length);

    static MultiRocketTransformer ISavedSeriesTransformer<MultiRocketTransformer>.Read(IHostEnvironment env, SeriesTransformerState state, BinaryReader reader, uint version)
        => new(env, state, new MultiRocketModel(SavedMiniRocket.Read(reader, version), SavedMiniRocket.Read(reader, version), KeptFeaturesFormat.Read(reader, version)));
}
