using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads a scored view and measures what <see cref="TrustMetrics"/> says.</summary>
internal sealed class TrustEvaluation
{
    private const string Component = "EvaluateTrust";
    private const string Kind = "rows";
    private const string Parameter = "data";
    private const int MaxBins = 1000;

    private readonly IHostEnvironment _env;
    private readonly IDataView _data;
    private readonly string _labelColumnName;
    private readonly int _numberOfBins;

    public TrustEvaluation(IHostEnvironment env, IDataView data, string labelColumnName, int numberOfBins)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        Guard.Within(numberOfBins, 1, MaxBins);
        _env = env;
        _data = data;
        _labelColumnName = labelColumnName;
        _numberOfBins = numberOfBins;
    }

    public TrustMetrics OfClasses(string scoreColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(scoreColumnName);
        DataViewSchema.Column scores = Find(
            scoreColumnName, $"{Component} reads the probabilities of the classes from it", "scoreColumnName");
        ConformalClassificationTransformer.CheckScores(scores, Parameter);
        DataViewSchema.Column labels =
            Find(_labelColumnName, $"{Component} reads the classes of rows from it", "labelColumnName");
        if (labels.Type is not KeyDataViewType)
            throw SchemaColumns.WrongType(labels, $"{Component} needs a label that is a key. Make keys with "
                + $"mlContext.Transforms.Conversion.MapValueToKey(\"{labels.Name}\").", Parameter);
        DataViewSchema.Column? sets = _data.Schema.GetColumnOrNull(ConformalColumns.PredictionSet);
        DataViewSchema.Column? rejected = _data.Schema.GetColumnOrNull(ConformalColumns.IsRejected);
        if (sets is not { } set || rejected is not { } flag)
        {
            ScoredRows scored = Read(new(labels, scores, []));
            return Measure(scored, null);
        }

        CheckSets(set, flag, ((VectorDataViewType)scores.Type).Size);
        var setOfRows = new List<bool[]>();
        var areRejected = new List<bool>();
        ScoredRows rows = Read(new(labels, scores, [set, flag], row =>
        {
            ValueGetter<VBuffer<bool>> getSet = row.GetGetter<VBuffer<bool>>(row.Schema[set.Index]);
            ValueGetter<bool> getFlag = row.GetGetter<bool>(row.Schema[flag.Index]);
            VBuffer<bool> buffer = default;
            bool isRejected = false;
            return () =>
            {
                getSet(ref buffer);
                getFlag(ref isRejected);
                setOfRows.Add([.. buffer.DenseValues()]);
                areRejected.Add(isRejected);
            };
        }));
        return Measure(rows, new([.. setOfRows], rows.Labels, [.. areRejected], rows.AreCorrect()));
    }

    public TrustMetrics OfTwoClasses(string probabilityColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(probabilityColumnName);
        DataViewSchema.Column probability =
            Find(probabilityColumnName, $"{Component} reads the probability of true from it", "probabilityColumnName");
        if (probability.Type != NumberDataViewType.Single)
            throw SchemaColumns.WrongType(probability, "a probability of true is a Single, as the trainers of two "
                + "classes with a calibrator make it", Parameter);
        DataViewSchema.Column labels =
            Find(_labelColumnName, $"{Component} reads the classes of rows from it", "labelColumnName");
        if (labels.Type is not BooleanDataViewType)
            throw SchemaColumns.WrongType(
                labels, $"{Component} needs a label that is Boolean for a probability of true.", Parameter);
        float[] stated = [.. _data.GetColumn<float>(probability)];
        bool[] areTrue = [.. _data.GetColumn<bool>(labels)];
        if (stated.Length == 0)
            throw new InvalidOperationException($"Column '{labels.Name}' has no rows; at least one is needed. Check "
                + "the data view or its filters.");
        int wrong = Array.FindIndex(stated, value => !(value is >= 0 and <= 1));
        if (wrong >= 0)
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Column '{probability.Name}' holds {stated[wrong]} in row {wrong}; a probability must be 0 to 1. ")
                + "Use a trainer with a calibrator, such as Ridge.");
        var rows = new ScoredRows(LabelValues.Unknown(2), Array.ConvertAll(areTrue, isTrue => isTrue ? 1 : 0),
            [.. stated.SelectMany(value => new[] { 1 - value, value })]);
        double brierScore = stated.Select((value, i) => Square(value - (areTrue[i] ? 1 : 0))).Average();
        return new(rows, stated, areTrue, brierScore, _numberOfBins, null);
    }

    private static double Square(double value) => value * value;

    private static void CheckSets(DataViewSchema.Column sets, DataViewSchema.Column rejected, int numberOfClasses)
    {
        if (sets.Type is not VectorDataViewType { ItemType: BooleanDataViewType } vector
            || vector.Size != numberOfClasses)
            throw SchemaColumns.WrongType(sets, $"a prediction set is a vector of Boolean, one of each of the "
                + $"{numberOfClasses} classes. Rename the column, or make it with Conformal.", Parameter);
        if (rejected.Type is not BooleanDataViewType)
            throw SchemaColumns.WrongType(
                rejected, "it must be Boolean. Rename the column, or make it with Conformal.", Parameter);
    }

    private DataViewSchema.Column Find(string name, string use, string option)
        => _data.Schema.Find(name, use, option, Parameter);

    private ScoredRows Read(ScoredColumns columns)
        => ScoredRows.Read(_data, columns, Kind, message => _env.Warn(Component, message), _env.ThrowIfCancelled);

    private TrustMetrics Measure(ScoredRows rows, PredictionSetMetrics? sets)
    {
        double brierScore = rows.Rows().Select((row, i)
            => row.Select((value, k) => Square(value - (k == rows.Labels[i] ? 1 : 0))).Sum()).Average();
        return new(rows, rows.LargestProbabilities(), rows.AreCorrect(), brierScore, _numberOfBins, sets);
    }
}
