using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The classes that the slots of a vector of scores stand for.</summary>
internal static class ClassSlots
{
    /// <summary>
    /// The classes, by the annotations that trainers of classifiers add; else as many without values.
    /// </summary>
    /// <param name="scores">A vector of known size, one value a class.</param>
    public static LabelValues Of(DataViewSchema.Column scores)
    {
        int count = ((VectorDataViewType)scores.Type).Size;
        foreach (string kind in new[] { AnnotationKinds.TrainingLabelValues, AnnotationKinds.SlotNames })
        {
            if (scores.Annotations.Schema.GetColumnOrNull(kind)?.Type is VectorDataViewType annotation
                && KeyValueType.Of(scores, annotation.ItemType).ValuesOf(scores, kind) is { } values
                && values.Names.Length == count)
                return values;
        }

        return LabelValues.Unknown(count);
    }
}
