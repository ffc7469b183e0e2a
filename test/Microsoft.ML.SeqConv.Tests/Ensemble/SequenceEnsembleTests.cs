using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Ensemble;

/// <summary>The sequence ensemble as one line of a pipeline.</summary>
public class SequenceEnsembleTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Classes() => ComponentChecks.All(
        context => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(
            context.MulticlassClassification.Trainers.SequenceEnsemble("LabelKey", "Series", Small())),
        SineWaves.Make(24, 40), 40);

    [Fact]
    public void Two_classes_of_several_channels() => ComponentChecks.All(
        context => context.BinaryClassification.Trainers.SequenceEnsemble("Flag", "Series", Small()),
        SineWaves.Make(24, 40, channels: 3), 3, 40);

    [Fact]
    public void Numbers() => ComponentChecks.All(
        context => context.Regression.Trainers.SequenceEnsemble("Target", "Series", Small()),
        SineWaves.Make(24, 40), 40);

    [Fact]
    public void The_pipeline_of_the_page_learns()
    {
        var mlContext = new MLContext(1);
        IDataView data = SineWaves.View(mlContext, SineWaves.Make(30, 60), 60);

        // <sequence-ensemble>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.SequenceEnsemble("Label", "Series"));
        // </sequence-ensemble>

        IDataView scored = pipeline.Fit(data).Transform(data);
        Assert.InRange(mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.99, 1);
    }

    [Fact]
    public void The_model_states_what_each_member_counts()
    {
        var chain = Fit(Small(), SineWaves.Make(40, 60));
        RidgeEnsembleMulticlassModelParameters model = chain.LastTransformer.Model;
        Assert.Equal(["Series.MultiRocket", "Series.Hydra", "Series.DilatedShapelets", "Series.IntervalQuantiles"],
            model.Blocks.Select(block => block.ColumnName));
        Assert.Equal(0.5, model.Joint!.Weight);
        Assert.Equal(0.5, model.Blocks.Sum(block => block.Weight), 1e-9);
        Assert.All(model.Blocks, block => Assert.InRange(block.LeaveOneOutAccuracy!.Value, 0, 1));
        Assert.InRange(model.LeaveOneOutAccuracy, 0.9, 1);
    }

    [Fact]
    public void Presets_and_sizes_choose_the_members()
    {
        Assert.Equal(["MiniRocket", "Hydra", "DilatedShapelets", "IntervalQuantiles"], Members(
            new SequenceEnsembleOptions { Preset = SequenceEnsemblePreset.Fast, Shapelets = 50, Seed = 1 }));
        Assert.Equal(["MultiRocket", "Hydra"], Members(new SequenceEnsembleOptions
        {
            Preset = SequenceEnsemblePreset.Accurate,
            Shapelets = 0,
            Quantiles = false,
            Seed = 1,
        }));
        Assert.Equal(["Hydra"], Members(new SequenceEnsembleOptions
        {
            MultiRocketFeatures = 0,
            HydraGroups = 2,
            Shapelets = 0,
            Quantiles = false,
        }));

        string[] Members(SequenceEnsembleOptions options)
            => [.. Fit(options, SineWaves.Make(12, 40)).LastTransformer.Model.Blocks
                .Select(block => block.ColumnName["Series.".Length..])];
    }

    [Fact]
    public void Attributions_sum_to_the_score()
    {
        List<SeriesRow> rows = SineWaves.Make(40, 60);
        var chain = Fit(Small(), rows);
        foreach (SeriesRow row in rows.Take(4))
        {
            SeriesExplanation explanation = _context.Model.ExplainSeries(chain, row.Series);
            Assert.Equal(ExplanationMethod.Exact, explanation.Method);
            Assert.Equal(explanation.Score, explanation.Contributions.Cast<double>().Sum(), 1e-9);
        }
    }

    [Fact]
    public void One_ONNX_file_of_all_members_predicts_the_same_labels()
    {
        List<SeriesRow> rows = SineWaves.Make(40, 60);
        IDataView data = SineWaves.View(_context, rows, 60);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.MulticlassClassification.Trainers.SequenceEnsemble(
                "LabelKey", "Series", new SequenceEnsembleOptions { Seed = 1 }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(data);
        byte[] file = OnnxRun.Export(_context, model, data);
        Assert.InRange(file.Length, 1, 5 << 20);
        using var run = new OnnxRun(file, new());
        Assert.Equal(model.Transform(data).GetColumn<string>("Prediction"),
            run.Get<string>("Prediction", "Series", [.. rows.Select(row => row.Series)]));
    }

    [Fact]
    public void Members_can_be_pruned()
    {
        SequenceEnsembleOptions options = Small();
        options.Pruning = new PruningOptions { MaxFeatures = 30, NumberOfFolds = 2, NumberOfRepeats = 1 };
        var chain = Fit(options, SineWaves.Make(24, 40));
        Assert.All(chain.LastTransformer.Model.Blocks, block => Assert.InRange(block.NumberOfFeatures, 1, 30));
    }

    [Fact]
    public void Series_options_reach_every_member()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 40);
        rows[3].Series[5] = float.NaN;
        SequenceEnsembleOptions options = Small();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Fit(options, rows));
        Assert.Contains("Column 'Series' has NaN", error.Message, StringComparison.Ordinal);
        options.MissingValues = MissingValues.Interpolate;
        options.Normalization = SeriesNormalization.ZNormalize;
        var chain = Fit(options, rows);
        Assert.All(chain.OfType<SeriesTransformer>(), member =>
        {
            Assert.Equal(MissingValues.Interpolate, member.Preparation.MissingValues);
            Assert.Equal(SeriesNormalization.ZNormalize, member.Preparation.Normalization);
        });
    }

    [Fact]
    public void A_class_of_one_row_and_short_series_are_learned_from()
    {
        List<SeriesRow> rows = SineWaves.Make(13, 6, classes: 2);
        rows[12].Label = "alone";
        var chain = Fit(Small(), rows);
        Assert.Equal(3, chain.LastTransformer.Model.NumberOfClasses);
    }

    [Fact]
    public void Rows_of_one_class_are_refused()
    {
        List<SeriesRow> rows = SineWaves.Make(12, 40, classes: 1);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Fit(Small(), rows));
        Assert.Contains("class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_their_ranges_are_named()
    {
        Assert.StartsWith("HydraGroups is -1; it must be 1 to 4096, or 0 for an ensemble without it.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer(new SequenceEnsembleOptions { HydraGroups = -1 })).Message);
        Assert.StartsWith("The ensemble has no members: every size is 0.",
            Assert.Throws<ArgumentException>(() => Trainer(new SequenceEnsembleOptions
            {
                MultiRocketFeatures = 0,
                HydraGroups = 0,
                Shapelets = 0,
                Quantiles = false,
            })).Message);
        Assert.StartsWith("Alphas holds -1; a penalty must be positive and finite.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer(new SequenceEnsembleOptions { Alphas = [-1] })).Message);
        Assert.StartsWith("AlphaSelection is 9; it must be one of",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer(new SequenceEnsembleOptions { AlphaSelection = (AlphaSelection)9 })).Message);
        Assert.ThrowsAny<ArgumentException>(() => Trainer(new SequenceEnsembleOptions
        {
            ClassWeights = new Dictionary<string, double> { ["c0"] = -2 },
        }));
    }

    public static TheoryData<SequenceEnsembleOptions> OptionsForClasses =>
    [
        new SequenceEnsembleOptions { Fusion = EnsembleFusion.Probabilities },
        new SequenceEnsembleOptions { BalanceClasses = true },
        new SequenceEnsembleOptions { ClassWeights = new Dictionary<string, double> { ["c0"] = 2 } },
    ];

    [Theory]
    [MemberData(nameof(OptionsForClasses))]
    public void Options_for_classes_are_refused_for_numbers(SequenceEnsembleOptions options)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => _context.Regression.Trainers.SequenceEnsemble(options: options));
        Assert.StartsWith("A regression has no classes: 'Fusion' must be Linear, 'BalanceClasses' false and "
            + "'ClassWeights' null.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_to_choose_penalties_reaches_every_member()
    {
        SequenceEnsembleOptions options = Small();
        options.AlphaSelection = AlphaSelection.GeneralizedCrossValidation;
        Assert.All(Fit(options, SineWaves.Make(24, 40)).LastTransformer.Model.Blocks,
            block => Assert.Equal(AlphaSelection.GeneralizedCrossValidation, block.AlphaSelection));
    }

    [Fact]
    public void Weights_of_classes_reach_the_model()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 40);
        SequenceEnsembleOptions options = Small();
        double even = MeanOfFirstClass();
        options.ClassWeights = new Dictionary<string, double> { ["c0"] = 100 };
        Assert.True(MeanOfFirstClass() > even, "A heavier class is not more probable.");
        options.ClassWeights = new Dictionary<string, double> { ["c9"] = 2 };
        Assert.Contains("ClassWeights names the class 'c9', which column 'LabelKey' does not have",
            Assert.ThrowsAny<Exception>(() => Fit(options, rows)).Message, StringComparison.Ordinal);

        double MeanOfFirstClass()
        {
            IDataView view = SineWaves.View(_context, rows, 40);
            return Fit(options, rows).Transform(
                _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(view).Transform(view))
                .GetColumn<float[]>("Score").Average(score => score[0]);
        }
    }

    private static SequenceEnsembleOptions Small()
        => new() { MultiRocketFeatures = 1_344, HydraGroups = 4, Shapelets = 60, Seed = 1 };

    private SequenceEnsembleTrainer<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>> Trainer(
        SequenceEnsembleOptions options)
        => _context.MulticlassClassification.Trainers.SequenceEnsemble("LabelKey", "Series", options);

    private TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>> Fit(
        SequenceEnsembleOptions options, List<SeriesRow> rows)
    {
        IDataView view = SineWaves.View(_context, rows, rows[0].Series.Length);
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(view).Transform(view);
        return Trainer(options).Fit(keyed);
    }
}
