using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Adds bounds to the scores of a regression. Made by <see cref="ConformalRegressionEstimator"/>, which says what they
/// hold. A score of NaN has bounds of NaN.
/// </summary>
public sealed class ConformalRegressionTransformer : ColumnTransformer, ISavedComponent<ConformalRegressionTransformer>
{
    internal const string LowerBound = nameof(LowerBound);
    internal const string UpperBound = nameof(UpperBound);

    internal const string ScoreRule =
        "a prediction is a Single, as the trainers of regressions make it. Name their column in ScoreColumnName.";

    private static readonly SavedFormat Identity =
        new("SeqConvConformalInterval", "SCCONFRG", SectionPrefix.ColumnPair);

    internal ConformalRegressionTransformer(
        IHostEnvironment env, string scoreColumnName, double significance, float halfWidth, int numberOfRows)
        : base(env, Identity, LowerBound, scoreColumnName)
    {
        if (!(significance is > 0 and < 1 && halfWidth >= 0 && numberOfRows >= 0))
            throw new FormatException(FormattableString.Invariant(
                $"Intervals of significance {significance}, half width {halfWidth} and {numberOfRows} rows are none."));
        Significance = significance;
        HalfWidth = halfWidth;
        NumberOfCalibrationRows = numberOfRows;
    }

    /// <summary>How often an interval may lack the label of its row: above 0 and below 1.</summary>
    public double Significance { get; }

    /// <summary>
    /// What is added to a score for the upper bound, and subtracted for the lower one, in the unit of the label;
    /// infinite where there were too few calibration rows.
    /// </summary>
    public float HalfWidth { get; }

    /// <summary>The number of rows that intervals are calibrated on.</summary>
    public int NumberOfCalibrationRows { get; }

    static SavedFormat ISavedComponent<ConformalRegressionTransformer>.Identity => Identity;

    static ConformalRegressionTransformer ISavedComponent<ConformalRegressionTransformer>.Read(SavedSection section)
        => section.OutputColumnName == LowerBound
            ? new(section.Environment, section.InputColumnName, section.Reader.ReadDouble(),
                section.Reader.ReadSingle(), section.Reader.ReadInt32())
            : throw new FormatException(
                $"Its output is '{section.OutputColumnName}' instead of '{LowerBound}'.");

    // *** Binary format ***
    // double: significance
    // float: half width
    // int: calibration rows
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(Significance);
        writer.Write(HalfWidth);
        writer.Write(NumberOfCalibrationRows);
    }

    private protected override void CheckInput(DataViewSchema.Column column)
    {
        if (column.Type != NumberDataViewType.Single)
            throw SchemaColumns.WrongType(column, ScoreRule);
    }

    private protected override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input)
        => [new(LowerBound, NumberDataViewType.Single), new(UpperBound, NumberDataViewType.Single)];

    private protected override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<float> getScore = row.GetGetter<float>(input);
        return column =>
        {
            float added = column == 0 ? -HalfWidth : HalfWidth;
            return (ValueGetter<float>)((ref float bound) =>
            {
                getScore(ref bound);
                bound += added;
            });
        };
    }

    private protected override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => true;

    private protected override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
    {
        string score = graph.VariableOf(input.Name);
        for (int i = 0; i < outputs.Length; i++)
        {
            string bound = graph.AddColumn(outputs[i].Type, outputs[i].Name);
            graph.AddTo(bound, "Add", $"Conformal/{outputs[i].Name}",
                [score, graph.Constant($"Conformal/to {outputs[i].Name}", i == 0 ? -HalfWidth : HalfWidth)]);
        }
    }
}
