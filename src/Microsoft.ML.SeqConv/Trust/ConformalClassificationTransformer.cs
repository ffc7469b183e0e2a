using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Adds prediction sets to the scores of a classifier. Made by <see cref="ConformalClassificationEstimator"/>, which
/// says what the columns hold.
/// </summary>
public sealed class ConformalClassificationTransformer
    : ColumnTransformer, ISavedComponent<ConformalClassificationTransformer>
{
    internal const string ScoresRule = "the probabilities of classes are a vector of Single of known size, as the "
        + "trainers of multiclass classifiers make it";

    private static readonly SavedFormat Identity = new("SeqConvConformal", "SCCONFML", SectionPrefix.ColumnPair);

    private readonly LabelValues _classes;
    private readonly ConformalClassifier _classifier;
    private readonly RejectionRule _rule;

    internal ConformalClassificationTransformer(IHostEnvironment env, string scoreColumnName, LabelValues classes,
        ConformalClassifier classifier, double significance, RejectionRule rule)
        : base(env, Identity, ConformalColumns.PredictionSet, scoreColumnName)
    {
        if (!(significance is > 0 and < 1))
            throw new FormatException(FormattableString.Invariant(
                $"The significance is {significance}; it must be above 0 and below 1."));
        if (classes.Names.Length != classifier.NumberOfClasses)
            throw new FormatException($"It has {classes.Names.Length} names of {classifier.NumberOfClasses} classes.");
        _classes = classes;
        _classifier = classifier;
        _rule = rule;
        Significance = significance;
        ClassNames = classes.Names;
    }

    /// <summary>How often a set may lack the class of its row: above 0 and below 1.</summary>
    public double Significance { get; }

    /// <summary>[class]: in the order of scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Which rows are rejected.</summary>
    public ConformalRejection Rejection => _rule.Kind;

    /// <summary>
    /// The least probability of the likeliest class of a row that is answered, with
    /// <see cref="ConformalRejection.Risk"/>, or the least credibility with
    /// <see cref="ConformalRejection.Credibility"/>; zero with <see cref="ConformalRejection.SetSize"/>. Infinite where
    /// every row is rejected.
    /// </summary>
    public float RejectionLimit => _rule.Limit;

    static SavedFormat ISavedComponent<ConformalClassificationTransformer>.Identity => Identity;

    /// <summary>The number of rows that a class is calibrated on.</summary>
    /// <param name="classIndex">0 to the number of classes less 1.</param>
    public int GetNumberOfCalibrationRows(int classIndex) => _classifier.NumberOfExamples(classIndex);

    static ConformalClassificationTransformer ISavedComponent<ConformalClassificationTransformer>.Read(
        SavedSection section)
    {
        BinaryReader reader = section.Reader;
        if (section.OutputColumnName != ConformalColumns.PredictionSet)
            throw new FormatException($"Its output is '{section.OutputColumnName}' instead of "
                + $"'{ConformalColumns.PredictionSet}'.");
        double significance = reader.ReadDouble();
        var rule = RejectionRule.Read(reader);
        var classes = LabelValues.Read(reader);
        return new(section.Environment, section.InputColumnName, classes, ConformalClassifier.Read(reader),
            significance, rule);
    }

    // *** Binary format ***
    // double: significance
    // the rule, see RejectionRule
    // the classes, see LabelValues
    // the calibration, see ConformalClassifier
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(Significance);
        _rule.Write(writer);
        _classes.Write(writer);
        _classifier.Write(writer);
    }

    /// <summary>Refuses a column that cannot hold the probabilities of two or more classes.</summary>
    /// <param name="column">The column.</param>
    /// <param name="parameter">The parameter that the caller gave the data as.</param>
    internal static void CheckScores(DataViewSchema.Column column, string parameter = "inputSchema")
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Size: >= 2 } vector
            || vector.ItemType != NumberDataViewType.Single)
            throw SchemaColumns.WrongType(column, ScoresRule, parameter);
    }

    private protected override void CheckInput(DataViewSchema.Column column)
    {
        CheckScores(column);
        int size = ((VectorDataViewType)column.Type).Size;
        if (size != _classifier.NumberOfClasses)
            throw SchemaColumns.WrongType(column, $"the sets were calibrated on {_classifier.NumberOfClasses} classes. "
                + "Use the model that they were calibrated with.");
    }

    private protected override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input) => ConformalColumns.Of(_classes.Names);

    private protected override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
        => new ConformalRow(row, input, _classifier, _rule, (float)Significance).GetterOf;

    private protected override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => true;

    private protected override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
        => new ConformalGraph(graph, _classifier, _rule, (float)Significance)
            .Write(graph.VariableOf(input.Name), outputs);
}
