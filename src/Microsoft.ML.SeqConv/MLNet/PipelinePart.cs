using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.SeqConv;

/// <summary>A part of a step of a fitted pipeline: one view over another.</summary>
internal sealed class PipelinePart
{
    private readonly IDataTransform _view;

    private PipelinePart(IDataTransform view) => _view = view;

    /// <summary>The columns before it.</summary>
    public DataViewSchema Before => _view.Source.Schema;

    /// <summary>The columns after it.</summary>
    public DataViewSchema After => _view.Schema;

    /// <summary>Whether it adds scores.</summary>
    public bool Predicts => _view is IDataScorerTransform || _view.Schema.Skip(Before.Count).Any(column
        => column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.ScoreColumnKind) is not null);

    /// <summary>
    /// The parts between two views, in order; <see langword="null"/> where one does not work row by row.
    /// </summary>
    public static PipelinePart[]? Between(IDataView before, IDataView after)
    {
        var parts = new Stack<PipelinePart>();
        for (IDataView view = after; !ReferenceEquals(view, before); view = ((IDataTransform)view).Source)
        {
            if (view is not IDataTransform part)
                return null;
            parts.Push(new PipelinePart(part));
        }

        return [.. parts];
    }

    /// <summary>The columns that a step maps one by one; <see langword="null"/> where it does not work so.</summary>
    public static (string Output, string Input)[]? ColumnPairsOf(ITransformer step) => step switch
    {
        ColumnTransformer own => [(own.OutputColumnName, own.InputColumnName)],
        OneToOneTransformerBase other
            => [.. other.ColumnPairs.Select(pair => (pair.outputColumnName, pair.inputColumnName))],
        _ => null,
    };

    /// <summary>
    /// The columns that a step joins, by output; <see langword="null"/> where it is no concatenation.
    /// </summary>
    public static (string Output, string[] Inputs)[]? ConcatenationOf(ITransformer step)
        => step is ColumnConcatenatingTransformer concatenation
            ? [.. concatenation.Columns.Select(column => (column.outputColumnName, column.inputColumnNames))]
            : null;

    /// <summary>Writes the part's nodes.</summary>
    /// <returns>Whether it has an ONNX form.</returns>
    /// <exception cref="NotSupportedException">It has one, but not for these columns.</exception>
    public bool TryWrite(PipelineGraph graph)
    {
        var context = new PipelineContext(graph);
        if (_view is not ITransformCanSaveOnnx writable || !writable.CanSaveOnnx(context))
            return false;
        writable.SaveAsOnnx(context);
        return true;
    }
}
