using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to the features of QUANT: quantiles of intervals of a series, of its differences and of its spectrum, or
/// the normal scores of their ranks. Made by <see cref="IntervalQuantilesEstimator"/>.
/// </summary>
public sealed class IntervalQuantilesTransformer
    : SeriesTransformer, ISavedComponent<IntervalQuantilesTransformer>,
        IPrunableTransformer<IntervalQuantilesTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvIntervalQuantiles", "SC_QUANT", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal IntervalQuantilesTransformer(
        IHostEnvironment env, SeriesTransformerState state, IntervalQuantilesModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The intervals and the normal scores of their quantiles.</summary>
    public IntervalQuantilesModel Model { get; }

    /// <inheritdoc/>
    public IntervalQuantilesTransformer Keep(IReadOnlyList<int> features)
        => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<IntervalQuantilesTransformer>.Identity => Identity;

    // *** Binary format ***
    // the intervals and scores, see IntervalQuantilesFormat
    private protected override void WriteFeaturizer(BinaryWriter writer)
        => IntervalQuantilesFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => IntervalQuantilesGraph.Write(graph, Model, series, length);

    static IntervalQuantilesTransformer ISavedComponent<IntervalQuantilesTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            IntervalQuantilesFormat.Read(section.Reader, section.Version));
}
