using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The columns that <see cref="ConformalClassificationTransformer"/> adds.</summary>
internal static class ConformalColumns
{
    public const string PredictionSet = nameof(PredictionSet);
    public const string PValue = nameof(PValue);
    public const string Confidence = nameof(Confidence);
    public const string Credibility = nameof(Credibility);
    public const string IsRejected = nameof(IsRejected);

    /// <summary>What an estimator promises.</summary>
    public static SchemaShape.Column[] Promised()
    {
        SchemaShape.Column names = SchemaColumns.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance);
        return
        [
            SchemaColumns.Vector(PredictionSet, BooleanDataViewType.Instance, names),
            SchemaColumns.Vector(PValue, NumberDataViewType.Single, names),
            SchemaColumns.Scalar(Confidence, NumberDataViewType.Single),
            SchemaColumns.Scalar(Credibility, NumberDataViewType.Single),
            SchemaColumns.Scalar(IsRejected, BooleanDataViewType.Instance),
        ];
    }

    /// <summary>What a transformer adds, in the order of <see cref="ConformalRow.GetterOf"/>.</summary>
    /// <param name="classNames">[class].</param>
    public static DataViewSchema.DetachedColumn[] Of(string[] classNames)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] names = [.. classNames.Select(name => name.AsMemory())];
        annotations.Add<VBuffer<ReadOnlyMemory<char>>>(
            AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> slots)
                => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref slots));
        DataViewSchema.Annotations slotNames = annotations.ToAnnotations();
        return
        [
            new(PredictionSet, new VectorDataViewType(BooleanDataViewType.Instance, names.Length), slotNames),
            new(PValue, new VectorDataViewType(NumberDataViewType.Single, names.Length), slotNames),
            new(Confidence, NumberDataViewType.Single),
            new(Credibility, NumberDataViewType.Single),
            new(IsRejected, BooleanDataViewType.Instance),
        ];
    }
}
