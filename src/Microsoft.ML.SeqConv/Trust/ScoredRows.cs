using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The classes of rows, and the probabilities that a model gives them.</summary>
/// <param name="Classes">In the order of scores.</param>
/// <param name="Labels">[row]: class numbers from 0.</param>
/// <param name="Probabilities">[row, class], row-major.</param>
internal sealed record ScoredRows(LabelValues Classes, int[] Labels, float[] Probabilities)
{
    private const double SumTolerance = 1e-3;       // of scores in single precision, of many classes

    private int NumberOfClasses => Classes.Names.Length;

    /// <summary>What a trained model says of its training rows.</summary>
    /// <param name="data">Scored by the model.</param>
    /// <param name="scores">The column of scores.</param>
    /// <exception cref="InvalidOperationException">The model says nothing of them.</exception>
    public static ScoredRows OfModel(IDataView data, DataViewSchema.Column scores)
    {
        object? model = ScoringModel.Of(data, scores);
        if (model is ILeaveOneOutModel { LeaveOneOut: { } kept })
            return new(ClassSlots.Of(scores), kept.Labels, kept.Probabilities);
        throw NothingKept(scores.Name, model, model is ILeaveOneOutModel, "classifiers");
    }

    /// <summary>The error of a model that keeps no leave-one-out predictions.</summary>
    /// <param name="column">Its scores.</param>
    /// <param name="model">The model, if it is known.</param>
    /// <param name="isOld">Whether those of its kind keep them now.</param>
    /// <param name="kind">Trainers that keep them: the ridge <c>classifiers</c>.</param>
    public static InvalidOperationException NothingKept(string column, object? model, bool isOld, string kind)
    {
        string problem = model switch
        {
            null => "has no trained model in this view, which alone knows its leave-one-out predictions (a cache or a "
                + "file in between hides it)",
            _ when isOld => "is of a model that was saved without its leave-one-out predictions",
            _ => $"is of {model.GetType().Name}, which keeps no leave-one-out predictions",
        };
        return new(
            $"Column '{column}' {problem}; the ridge {kind} and their ensembles keep them. Train one of those again, "
            + "or set Calibration to Rows and fit on rows that the model was not trained on.");
    }

    /// <summary>The error of rows without a label.</summary>
    public static InvalidOperationException NoLabels(string column, long total, string kind)
        => new($"Column '{column}' has no label in {total} {kind}; at least one row with a label is needed. Check the "
            + "data view or its filters.");

    /// <summary>Reads the rows of a view that have a label.</summary>
    /// <param name="data">Scored by a model.</param>
    /// <param name="columns">Labels, scores, and what else is read.</param>
    /// <param name="kind">What rows they are, for messages: <c>calibration rows</c>.</param>
    /// <param name="warn">Gets a warning of rows without a label.</param>
    /// <param name="checkAlive">Called for each row; throws where the context was cancelled.</param>
    /// <exception cref="InvalidOperationException">
    /// A label is of no class of the model, a row's scores are no probabilities, or no row has a label.
    /// </exception>
    public static ScoredRows Read(
        IDataView data, ScoredColumns columns, string kind, Action<string> warn, Action checkAlive)
    {
        LabelValues classes = ClassSlots.Of(columns.Scores);
        Func<float, int> classOf = ClassesOf(columns, classes, kind);
        var known = new List<int>();
        var probabilities = new List<float>();
        long total = 0;
        using DataViewRowCursor cursor = data.GetRowCursor(columns.All);
        ValueGetter<float> getLabel = LabelReader.Open(cursor, columns.Labels);
        ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(columns.Scores);
        Action? readMore = columns.OpenMore?.Invoke(cursor);
        var row = new float[classes.Names.Length];
        VBuffer<float> buffer = default;
        float label = 0;
        while (cursor.MoveNext())
        {
            checkAlive();
            total++;
            getLabel(ref label);
            if (float.IsNaN(label))
                continue;
            getScores(ref buffer);
            buffer.CopyTo(row);
            CheckProbabilities(row, columns.Scores.Name, total - 1);
            known.Add(classOf(label));
            probabilities.AddRange(row);
            readMore?.Invoke();
        }

        MissingLabels.Warn(warn, columns.Labels.Name, total - known.Count, total, kind);
        return known.Count > 0 ? new(classes, [.. known], [.. probabilities])
            : throw NoLabels(columns.Labels.Name, total, kind);
    }

    /// <summary>[row]: the largest probability.</summary>
    public float[] LargestProbabilities() => [.. Rows().Select(row => row.Max())];

    /// <summary>[row]: whether the class of the largest probability, the first of equal ones, is the row's own.
    /// </summary>
    public bool[] AreCorrect() => [.. Rows().Select((row, i) => Array.IndexOf(row, row.Max()) == Labels[i])];

    /// <summary>The number of rows of each class.</summary>
    public int[] CountByClass()
    {
        var counts = new int[NumberOfClasses];
        foreach (int label in Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>[class] of each row.</summary>
    public IEnumerable<float[]> Rows() => Probabilities.Chunk(NumberOfClasses);

    // Keys that were made apart have other numbers for the same classes.
    private static Func<float, int> ClassesOf(ScoredColumns columns, LabelValues classes, string kind)
    {
        if (columns.Labels.Type is not KeyDataViewType)
            return label => (int)label;
        LabelValues given = LabelValues.Of(columns.Labels);
        if (classes.AreKnown)
        {
            KeyMapping mapping = KeyMapping.Between(
                classes, given, columns.Labels.Name, "the classes of the model", $"the {kind}");
            return label => (int)mapping.Map(label);
        }

        return given.Names.Length <= classes.Names.Length ? label => (int)label
            : throw new InvalidOperationException($"Column '{columns.Labels.Name}' has {given.Names.Length} classes in "
                + $"the {kind}; column '{columns.Scores.Name}' has scores of {classes.Names.Length}. Make the keys of "
                + "both with one fitted MapValueToKey.");
    }

    private static void CheckProbabilities(float[] row, string column, long position)
    {
        double sum = 0;
        foreach (float value in row)
            sum += value is >= 0 and <= 1 ? value : double.NaN;
        if (!(Math.Abs(sum - 1) <= SumTolerance))
        {
            throw new InvalidOperationException(
                $"Column '{column}' holds {string.Join(", ", row.Take(5).Select(Text))}"
                + (row.Length > 5 ? ", ..." : "") + $" in row {position}, which are no probabilities of classes: they "
                + "must be 0 to 1 and sum to 1. Use a trainer whose scores are probabilities, such as Ridge, "
                + "SequenceEnsemble or LbfgsMaximumEntropy.");
        }
    }

    private static string Text(float value) => FormattableString.Invariant($"{value:G6}");
}
