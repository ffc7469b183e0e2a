using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The columns of a prediction, as ML.NET's evaluators expect them. Classification: PredictedLabel, then Score.
/// Regression: Score.
/// </summary>
internal static class ScoreColumns
{
    private static readonly KeyDataViewType SetType = new(typeof(uint), int.MaxValue);

    public static DataViewSchema.DetachedColumn[] Make(LabelValues? classes, DataViewSchema input)
    {
        uint set = 1 + input.Max(SetOf);
        if (classes is null)
        {
            DataViewSchema.Annotations.Builder value = Annotations(set,
                AnnotationKinds.Regression, AnnotationKinds.Score);
            return [new(DefaultColumnNames.Score, NumberDataViewType.Single, value.ToAnnotations())];
        }

        const string kind = AnnotationKinds.MulticlassClassification;
        DataViewSchema.Annotations.Builder predicted = Annotations(set, kind, AnnotationKinds.PredictedLabel);
        classes.AddTo(predicted, AnnotationKinds.KeyValues);
        DataViewSchema.Annotations.Builder score = Annotations(set, kind, AnnotationKinds.Score);
        string[] names = classes.Names;
        var nameType = new VectorDataViewType(TextDataViewType.Instance, names.Length);
        score.Add(AnnotationKinds.SlotNames, nameType, (ref VBuffer<ReadOnlyMemory<char>> destination) =>
            new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())])
                .CopyTo(ref destination));
        classes.AddTo(score, AnnotationKinds.TrainingLabelValues);
        return
        [
            new(DefaultColumnNames.PredictedLabel,
                new KeyDataViewType(typeof(uint), names.Length), predicted.ToAnnotations()),
            new(DefaultColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single, names.Length),
                score.ToAnnotations()),
        ];
    }

    /// <param name="classes">Of the model.</param>
    /// <param name="column">The index among the columns of <see cref="Make"/>.</param>
    /// <param name="scores">Gives the scores of the current row.</param>
    public static Delegate Getter(LabelValues? classes, int column, Func<float[]> scores)
    {
        if (classes is null)
            return (ValueGetter<float>)((ref float value) => value = scores()[0]);
        if (column == 0)
        {
            return (ValueGetter<uint>)((ref uint key) =>
            {
                float[] current = scores();
                int best = TensorPrimitives.IndexOfMax(current);
                key = float.IsNaN(current[best]) ? 0 : (uint)best + 1;      // 0 is the missing key
            });
        }

        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            float[] current = scores();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, current.Length);
            current.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    // The number of the set of scores that a column belongs to; 0 where it belongs to none.
    private static uint SetOf(DataViewSchema.Column column)
    {
        const string kind = AnnotationKinds.ScoreColumnSetId;
        uint set = 0;
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is KeyDataViewType { RawType: var raw }
            && raw == typeof(uint))
            column.Annotations.GetValue(kind, ref set);
        return set;
    }

    private static DataViewSchema.Annotations.Builder Annotations(uint set, string columnKind, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(AnnotationKinds.ScoreColumnSetId, SetType, (ref uint value) => value = set);
        builder.Add(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance,
            (ref ReadOnlyMemory<char> value) => value = columnKind.AsMemory());
        builder.Add(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance,
            (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
        return builder;
    }
}
