using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The trained model that made a column of a view.</summary>
internal static class ScoringModel
{
    /// <summary>Finds the model.</summary>
    /// <param name="view">Has the column.</param>
    /// <param name="column">A score.</param>
    /// <returns><see langword="null"/> where the column is no score of a trained model of ML.NET's kind.</returns>
    public static object? Of(IDataView view, DataViewSchema.Column column)
    {
        for (IDataView current = view; current is IDataTransform transform; current = transform.Source)
        {
            if (transform.Source.Schema.GetColumnOrNull(column.Name) is { } before && IsSame(before, column))
                continue;
            return current is RowToRowScorerBase scorer ? PredictorOf(Bindable(scorer)) : null;
        }

        return null;
    }

    // A step that does not touch a column passes on its type and annotations as they are.
    private static bool IsSame(DataViewSchema.Column before, DataViewSchema.Column column)
        => before.Type == column.Type && before.Annotations == column.Annotations;

    private static object? PredictorOf(ISchemaBindableMapper mapper) => mapper switch
    {
        MulticlassClassificationScorer.LabelNameBindableMapper named => PredictorOf(named.Bindable),
        SchemaBindablePredictorWrapperBase wrapper => Predictor(wrapper),
        _ => null,
    };

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "Bindable")]
    private static extern ref ISchemaBindableMapper Bindable(RowToRowScorerBase scorer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "Predictor")]
    private static extern ref IPredictor Predictor(SchemaBindablePredictorWrapperBase wrapper);
}
