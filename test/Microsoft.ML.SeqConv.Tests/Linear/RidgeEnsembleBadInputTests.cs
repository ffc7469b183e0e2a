using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What the ridge ensembles refuse, and what they must not.</summary>
public class RidgeEnsembleBadInputTests
{
    private static readonly string[] Columns = ["Good", "Poor"];

    private readonly MLContext _context = new(1);

    [Fact]
    public void Columns_are_named_once_each()
    {
        Assert.StartsWith("FeatureColumnNames is empty; an ensemble needs at least one column of features. Name them.",
            Message<ArgumentException>(() => _context.MulticlassClassification.Trainers.RidgeEnsemble("Label")));
        Assert.StartsWith("The columns of features are null; an ensemble needs at least one. Name them.",
            Message<ArgumentNullException>(
                () => _context.BinaryClassification.Trainers.RidgeEnsemble("Flag", (string[])null!)));
        Assert.StartsWith("FeatureColumnNames has null at position 1; every column needs a name. Name it or remove it.",
            Message<ArgumentException>(() => _context.Regression.Trainers.RidgeEnsemble("Target", "Good", null!)));
        Assert.StartsWith(
            "FeatureColumnNames has an empty name at position 0; every column needs a name. Name it or remove it.",
            Message<ArgumentException>(() => _context.Regression.Trainers.RidgeEnsemble("Target", "", "Good")));
        Assert.StartsWith(
            "FeatureColumnNames has 'Good' 2 times; a column is a block once. Remove the others.",
            Message<ArgumentException>(
                () => _context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Good", "Poor", "Good")));
        Assert.StartsWith(
            "FeatureColumnName is 'Good', which an ensemble does not read. Name its columns in FeatureColumnNames.",
            Message<ArgumentException>(() => _context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    FeatureColumnName = "Good",
                    FeatureColumnNames = Columns,
                })));
        Assert.StartsWith("Fusion is 7;", Message<ArgumentOutOfRangeException>(
            () => _context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    FeatureColumnNames = Columns,
                    Fusion = (EnsembleFusion)7,
                })));
    }

    [Fact]
    public void A_column_that_is_missing_or_of_another_type_is_named()
    {
        IDataView data = Data();
        Assert.StartsWith("Column 'Nowhere' is missing; RidgeEnsemble reads a block of features from it. "
            + "The columns are 'Good', 'Poor', 'Class', 'Flag', 'Target', 'Weight', 'Label'.",
            Message<ArgumentOutOfRangeException>(() => Fit(data, "Good", "Nowhere")));
        Assert.StartsWith("Column 'Target' is Single; RidgeEnsemble needs vectors of Single of known size.",
            Message<ArgumentOutOfRangeException>(() => Fit(data, "Good", "Target")));
        Assert.StartsWith("Column 'Class' is String; RidgeEnsemble needs a key.",
            Message<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Trainers.RidgeEnsemble("Class", Columns).Fit(data)));
    }

    [Theory]
    [InlineData(AlphaSelection.LeaveOneOut)]
    [InlineData(AlphaSelection.GeneralizedCrossValidation)]
    public void A_feature_that_is_missing_is_named_within_its_own_column(AlphaSelection selection)
    {
        List<BlockRow> rows = BlockRow.Make(30);
        rows[5].Poor[2] = float.NaN;
        Assert.Equal("Column 'Poor' has NaN in slot 2 of row 5; RidgeEnsemble needs finite features. "
            + "Replace missing values first, for example with mlContext.Transforms.ReplaceMissingValues.",
            Message<InvalidOperationException>(() => _context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    FeatureColumnNames = Columns,
                    AlphaSelection = selection,
                }).Fit(BlockRow.View(_context, rows))));
    }

    [Fact]
    public void One_class_is_an_error_that_names_it()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(6, classes: 1));
        Assert.Equal("Column 'Label' has the one class 'c0' in all 6 rows; a classifier needs at least two. "
            + "Check the data view or its filters.", Message<InvalidOperationException>(() => Fit(data, Columns)));
        Assert.Equal("Column 'Flag' has the one class 'False' in all 6 rows; a classifier needs at least two. "
            + "Check the data view or its filters.",
            Message<InvalidOperationException>(
                () => _context.BinaryClassification.Trainers.RidgeEnsemble("Flag", Columns).Fit(data)));
    }

    [Fact]
    public void A_regression_of_one_number_predicts_it()
    {
        List<BlockRow> rows = BlockRow.Make(30);
        foreach (BlockRow row in rows)
            row.Target = 2.5f;
        IDataView data = BlockRow.View(_context, rows);
        TransformerChain<RegressionPredictionTransformer<RidgeEnsembleRegressionModelParameters>> model =
            _context.Regression.Trainers.RidgeEnsemble("Target", Columns).Fit(data);
        Assert.All(model.LastTransformer.Model.Blocks, block => Assert.Equal(0.5, block.Weight));
        Assert.All(model.Transform(data).GetColumn<float>("Score"), score => Assert.Equal(2.5f, score));
    }

    [Fact]
    public void Fewer_than_two_rows_are_an_error()
        => Assert.Equal("Column 'Label' has 1 rows with a label; RidgeEnsemble needs at least two. "
            + "Check the data view or its filters.",
            Message<InvalidOperationException>(() => Fit(BlockRow.View(_context, BlockRow.Make(1)), Columns)));

    [Theory]
    [InlineData(EnsembleFusion.Linear)]
    [InlineData(EnsembleFusion.Probabilities)]
    public void A_constant_block_takes_nothing_from_the_others(EnsembleFusion fusion)
    {
        List<BlockRow> rows = BlockRow.Make(60);
        foreach (BlockRow row in rows)
            row.Poor = [.. Enumerable.Repeat(3f, BlockRow.NumberOfPoor)];
        IDataView data = BlockRow.View(_context, rows);
        RidgeEnsembleMulticlassModelParameters model = Fit(data, fusion, Columns).LastTransformer.Model;
        Assert.InRange(model.Blocks[1].Weight, 0, 0.01);
        Assert.InRange(model.LeaveOneOutAccuracy, model.Blocks[0].LeaveOneOutAccuracy!.Value - 0.05, 1);
        RidgeEnsembleRegressionModelParameters regression =
            _context.Regression.Trainers.RidgeEnsemble("Target", Columns).Fit(data).LastTransformer.Model;
        Assert.InRange(regression.Blocks[1].Weight, 0, 0.2);
    }

    [Fact]
    public void A_class_of_one_row_and_more_classes_than_rows_are_fitted()
    {
        List<BlockRow> rows = BlockRow.Make(30);
        rows[7].Class = "rare";
        RidgeEnsembleMulticlassModelParameters rare =
            Fit(BlockRow.View(_context, rows), Columns).LastTransformer.Model;
        Assert.Equal(4, rare.NumberOfClasses);
        AssertFinite(rare);

        // Two rows of a key column that knows six classes.
        IDataView all = BlockRow.View(_context, BlockRow.Make(12, classes: 6));
        RidgeEnsembleMulticlassModelParameters few = Fit(_context.Data.TakeRows(all, 2), Columns).LastTransformer.Model;
        Assert.Equal(6, few.NumberOfClasses);
        AssertFinite(few);
        Assert.All(few.Blocks, block => Assert.Equal(0.5, block.Weight, 1e-12));

        static void AssertFinite(RidgeEnsembleMulticlassModelParameters model)
        {
            Assert.True(double.IsFinite(model.Temperature) && double.IsFinite(model.LeaveOneOutLogLoss));
            Assert.Equal(1, model.Blocks.Sum(block => block.Weight), 1e-12);
        }
    }

    [Fact]
    public void Labels_are_not_needed_to_score_and_rows_without_one_are_left_out()
    {
        List<BlockRow> rows = BlockRow.Make(30);
        rows[3].Target = float.NaN;
        IDataView data = BlockRow.View(_context, rows);
        ITransformer regression = _context.Regression.Trainers.RidgeEnsemble("Target", Columns).Fit(data);
        Assert.All(regression.Transform(data).GetColumn<float>("Score"), score => Assert.True(float.IsFinite(score)));
        IDataView unlabelled = _context.Transforms.SelectColumns(Columns).Fit(data).Transform(data);
        Assert.Equal(30, Fit(data, Columns).Transform(unlabelled).GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void A_column_of_the_name_of_the_joined_one_is_kept()
    {
        IDataView data = _context.Transforms.CopyColumns("Label.Blocks", "Target").Fit(Data()).Transform(Data());
        IDataView scored = Fit(data, Columns).Transform(data);
        Assert.Equal(data.GetColumn<float>("Target"), scored.GetColumn<float>("Label.Blocks"));
        Assert.Equal(BlockRow.NumberOfGood + BlockRow.NumberOfPoor,
            scored.GetColumn<float[]>("Label.Blocks2").First().Length);

        // An ensemble behind another of the same label.
        IDataView twice = _context.MulticlassClassification.Trainers.RidgeEnsemble("Label", Columns)
            .Append(_context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Score", "Good"))
            .Fit(Data()).Transform(Data());
        Assert.Equal(3 + BlockRow.NumberOfGood, twice.GetColumn<float[]>("Label.Blocks2").First().Length);
    }

    [Fact]
    public void An_explanation_of_averaged_probabilities_is_refused_with_the_remedy()
    {
        List<TestKit.SeriesRow> rows = TestKit.SineWaves.Make(24, 30);
        IDataView data = TestKit.SineWaves.View(_context, rows, 30);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(_context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 84))
            .Append(_context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    LabelColumnName = "Key",
                    FeatureColumnNames = ["MiniRocket"],
                    Fusion = EnsembleFusion.Probabilities,
                })).Fit(data);
        string message = Message<InvalidOperationException>(
            () => _context.Model.ExplainSeries(model, rows[0].Series));
        Assert.Contains("is a RidgeEnsembleMulticlassModelParameters, which is not linear in its features. "
            + "Use ExplanationMethod.Occlusion", message, StringComparison.Ordinal);
    }

    private IDataView Data() => BlockRow.View(_context, BlockRow.Make(30));

    private TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>> Fit(
        IDataView data, params string[] columns) => Fit(data, EnsembleFusion.Linear, columns);

    private TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>> Fit(
        IDataView data, EnsembleFusion fusion, params string[] columns)
        => _context.MulticlassClassification.Trainers.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
        {
            FeatureColumnNames = columns,
            Fusion = fusion,
        }).Fit(data);

    private static string Message<TError>(Action action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;
}
