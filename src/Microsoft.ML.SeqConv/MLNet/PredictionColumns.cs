using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The columns that a trainer promises for its predictions, with the annotations of ML.NET's own trainers.
/// </summary>
internal static class PredictionColumns
{
    /// <summary>One score a class, and the predicted key.</summary>
    /// <param name="label">The label column: a key.</param>
    public static SchemaShape.Column[] OfClasses(SchemaShape.Column label)
    {
        SchemaShape.Column[] values = [.. label.Annotations.Where(a => a.Name == AnnotationKinds.KeyValues)];
        var names = new List<SchemaShape.Column>();
        if (values is [{ Kind: SchemaShape.Column.VectorKind.Vector } known])
        {
            if (known.ItemType is TextDataViewType)
                names.Add(SchemaColumns.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance));
            names.Add(SchemaColumns.Vector(AnnotationKinds.TrainingLabelValues, known.ItemType));
        }

        return
        [
            SchemaColumns.Vector(
                DefaultColumnNames.Score, NumberDataViewType.Single, [.. names, .. Annotations(isNormalized: false)]),
            SchemaColumns.Key(DefaultColumnNames.PredictedLabel, [.. values, .. Annotations(isNormalized: false)]),
        ];
    }

    /// <summary>A number.</summary>
    public static SchemaShape.Column[] OfNumber() => [Scalar(DefaultColumnNames.Score, NumberDataViewType.Single)];

    /// <summary>A score, a probability and the predicted class of two.</summary>
    public static SchemaShape.Column[] OfTwoClasses() =>
    [
        Scalar(DefaultColumnNames.Score, NumberDataViewType.Single),
        Scalar(DefaultColumnNames.Probability, NumberDataViewType.Single, isNormalized: true),
        Scalar(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance),
    ];

    private static SchemaShape.Column Scalar(string name, DataViewType type, bool isNormalized = false)
        => SchemaColumns.Scalar(name, type, Annotations(isNormalized));

    private static IEnumerable<SchemaShape.Column> Annotations(bool isNormalized)
    {
        yield return SchemaColumns.Key(AnnotationKinds.ScoreColumnSetId);
        yield return SchemaColumns.Scalar(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance);
        yield return SchemaColumns.Scalar(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance);
        if (isNormalized)
            yield return SchemaColumns.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance);
    }
}
