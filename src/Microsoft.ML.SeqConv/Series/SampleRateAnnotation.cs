using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The sample rate of a column of recordings, kept as an annotation of the column.</summary>
internal static class SampleRateAnnotation
{
    private const string Kind = "SampleRate";

    /// <summary>What a promised schema says of it.</summary>
    public static SchemaShape.Column Shape => SchemaColumns.Scalar(Kind, NumberDataViewType.Int32);

    public static DataViewSchema.Annotations Make(int sampleRate)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Kind, NumberDataViewType.Int32, (ref int value) => value = sampleRate);
        return builder.ToAnnotations();
    }

    /// <summary>The rate of a column; <see langword="null"/> where it does not know it.</summary>
    public static int? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { } annotation
            || annotation.Type != NumberDataViewType.Int32)
            return null;
        int rate = 0;
        column.Annotations.GetValue(Kind, ref rate);
        return rate;
    }
}
