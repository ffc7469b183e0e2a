using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The columns of a prediction, as ML.NET's evaluators expect them. Classification: PredictedLabel, then Score. Regression: Score.</summary>
internal static class ScoreColumns
{
    public static DataViewSchema.DetachedColumn[] Make(LabelValues? classes, DataViewSchema input)
    {
        uint set = AnnotationUtils.GetMaxAnnotationKind(input, out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
        if (classes is null)
        {
            DataViewSchema.Annotations.Builder value = Annotations(set, AnnotationUtils.Const.ScoreColumnKind.Regression, AnnotationUtils.Const.ScoreValueKind.Score);
            return [new(DefaultColumnNames.Score, NumberDataViewType.Single, value.ToAnnotations())];
        }


        const string kind = AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;
        DataViewSchema.Annotations.Builder predicted = Annotations(set, kind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);
        classes.AddTo(predicted, AnnotationUtils.Kinds.KeyValues);
        DataViewSchema.Annotations.Builder score = Annotations(set, kind, AnnotationUtils.Const.ScoreValueKind.Score);
        string[] names = classes.Names;
        score.AddSlotNames(names.Length, (ref VBuffer<ReadOnlyMemory<char>> destination) =>
            new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]).CopyTo(ref destination));
        classes.AddTo(score, AnnotationUtils.Kinds.TrainingLabelValues);
        return
        [
            new(DefaultColumnNames.PredictedLabel, new KeyDataViewType(typeof(uint), names.Length), predicted.ToAnnotations()),
            new(DefaultColumnNames.Score, new VectorDataViewType(NumberDataViewType.Single, names.Length), score.ToAnnotations()),
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

    private static DataViewSchema.Annotations.Builder Annotations(uint set, string columnKind, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, (ref uint value) => value = set);
        builder.Add(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = columnKind.AsMemory());
        builder.Add(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
        return builder;
    }
}
