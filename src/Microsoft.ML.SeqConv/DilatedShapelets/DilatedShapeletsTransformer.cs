using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to the features of dilated shapelets: for each its smallest distance from a window, the position of that
/// window and the number of windows below its threshold. Made by <see cref="DilatedShapeletsEstimator"/>.
/// </summary>
public sealed class DilatedShapeletsTransformer
    : SeriesTransformer, ISavedComponent<DilatedShapeletsTransformer>, IPrunableTransformer<DilatedShapeletsTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvDilatedShapelets", "SCSHAPEL", SectionPrefix.ColumnPair, DilatedShapeletsFormat.Version);

    internal DilatedShapeletsTransformer(
        IHostEnvironment env, SeriesTransformerState state, DilatedShapeletsModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The shapelets.</summary>
    public DilatedShapeletsModel Model { get; }

    /// <inheritdoc/>
    public DilatedShapeletsTransformer Keep(IReadOnlyList<int> features)
        => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<DilatedShapeletsTransformer>.Identity => Identity;

    // *** Binary format ***
    // the shapelets, see DilatedShapeletsFormat
    private protected override void WriteFeaturizer(BinaryWriter writer)
        => DilatedShapeletsFormat.Write(writer, Model);

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => DilatedShapeletsGraph.Write(graph, Model, series, length);

    static DilatedShapeletsTransformer ISavedComponent<DilatedShapeletsTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section),
            DilatedShapeletsFormat.Read(section.Reader, section.Version));
}
