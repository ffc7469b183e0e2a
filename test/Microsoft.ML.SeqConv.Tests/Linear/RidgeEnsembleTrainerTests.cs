using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What the ridge ensembles promise of their models.</summary>
public class RidgeEnsembleTrainerTests
{
    private static readonly string[] Columns = ["Good", "Poor"];

    private readonly MLContext _context = new(1);

    public static TheoryData<EnsembleFusion> Fusions => [.. Enum.GetValues<EnsembleFusion>()];

    [Theory]
    [MemberData(nameof(Fusions))]
    public void The_model_reports_what_it_found_of_each_block(EnsembleFusion fusion)
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(150));
        RidgeEnsembleMulticlassModelParameters model = Multiclass(data, fusion);
        Assert.Equal(fusion, model.Fusion);
        Assert.Equal(3, model.NumberOfClasses);
        Assert.Equal(BlockRow.NumberOfGood + BlockRow.NumberOfPoor, model.NumberOfFeatures);
        Assert.Equal(Columns, model.Blocks.Select(block => block.ColumnName));
        Assert.Equal(
            [BlockRow.NumberOfGood, BlockRow.NumberOfPoor], model.Blocks.Select(block => block.NumberOfFeatures));
        Assert.Equal(1, model.Blocks.Sum(block => block.Weight), 1e-12);
        Assert.All(model.Blocks, block =>
        {
            Assert.Contains(block.Alpha, block.Alphas);
            Assert.Equal(block.SelectionErrors.Min(), block.SelectionError);
            Assert.Equal(AlphaSelection.LeaveOneOut, block.AlphaSelection);
            Assert.False(block.IsIllConditioned);
            Assert.InRange(block.Temperature!.Value, Math.Exp(-5), Math.Exp(2));
        });
        (RidgeEnsembleBlock good, RidgeEnsembleBlock poor) = (model.Blocks[0], model.Blocks[1]);
        Assert.True(good.LeaveOneOutAccuracy > poor.LeaveOneOutAccuracy + 0.1);
        Assert.True(good.LeaveOneOutLogLoss < poor.LeaveOneOutLogLoss);
        Assert.Equal(Math.Pow(good.LeaveOneOutAccuracy!.Value / poor.LeaveOneOutAccuracy!.Value, 8),
            good.Weight / poor.Weight, 1e-9 * good.Weight / poor.Weight);
        Assert.InRange(model.LeaveOneOutAccuracy, good.LeaveOneOutAccuracy.Value - 0.02, 1);
        Assert.True(model.LeaveOneOutLogLoss < good.LeaveOneOutLogLoss, $"{model.LeaveOneOutLogLoss}");
    }

    [Fact]
    public void A_block_is_the_ridge_of_its_column()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        RidgeEnsembleMulticlassModelParameters model = Multiclass(data, EnsembleFusion.Linear);
        var models = new List<RidgeMulticlassModelParameters>();
        for (int b = 0; b < Columns.Length; b++)
        {
            RidgeMulticlassModelParameters alone =
                _context.MulticlassClassification.Trainers.Ridge("Label", Columns[b]).Fit(data).Model;
            Assert.Equal(alone.Alpha, model.Blocks[b].Alpha);
            Assert.Equal(alone.SelectionErrors, model.Blocks[b].SelectionErrors);
            Assert.Equal(alone.LeaveOneOutAccuracy, model.Blocks[b].LeaveOneOutAccuracy);
            models.Add(alone);
        }

        // The fused decision values are the sum of theirs.
        var fused = new double[3];
        var own = new double[3];
        foreach ((float[] good, float[] poor) in data.GetColumn<float[]>("Good").Zip(data.GetColumn<float[]>("Poor")))
        {
            model.GetDecisionValues([.. good, .. poor], fused);
            var expected = new double[3];
            for (int b = 0; b < Columns.Length; b++)
            {
                models[b].GetDecisionValues(b == 0 ? good : poor, own);
                for (int k = 0; k < 3; k++)
                    expected[k] += model.Blocks[b].Weight / model.Blocks[b].Temperature!.Value * own[k];
            }

            for (int k = 0; k < 3; k++)
                Assert.Equal(expected[k], fused[k], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Fusions))]
    public void Two_classes_as_a_flag_are_two_classes_as_keys(EnsembleFusion fusion)
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(80, classes: 2));
        RidgeEnsembleMulticlassModelParameters keys = Multiclass(data, fusion);
        TransformerChain<BinaryPredictionTransformer<
            CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>>> transformer =
            _context.BinaryClassification.Trainers.RidgeEnsemble(new RidgeEnsembleBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                FeatureColumnNames = Columns,
                Fusion = fusion,
            }).Fit(data);
        RidgeEnsembleBinaryModelParameters flag = transformer.LastTransformer.Model.SubModel;
        Assert.Equal(fusion, flag.Fusion);
        for (int b = 0; b < Columns.Length; b++)
        {
            Assert.Equal(keys.Blocks[b].Temperature!.Value, flag.Blocks[b].Temperature!.Value, 1e-6);
            Assert.Equal(keys.Blocks[b].LeaveOneOutAccuracy, flag.Blocks[b].LeaveOneOutAccuracy);
            Assert.Equal(keys.Blocks[b].Weight, flag.Blocks[b].Weight, 1e-12);
        }

        Assert.InRange(flag.LeaveOneOutAccuracy, keys.LeaveOneOutAccuracy - 0.05, 1);
        Assert.InRange(flag.LeaveOneOutLogLoss, 0, keys.LeaveOneOutLogLoss + 0.02);
    }

    [Fact]
    public void A_regression_weighs_blocks_by_their_error()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(120));
        RidgeEnsembleRegressionModelParameters model = _context.Regression.Trainers
            .RidgeEnsemble("Target", Columns).Fit(data).LastTransformer.Model;
        (RidgeEnsembleBlock good, RidgeEnsembleBlock poor) = (model.Blocks[0], model.Blocks[1]);
        Assert.Equal(1, good.Weight + poor.Weight, 1e-12);
        Assert.Equal(Math.Pow(poor.SelectionError / good.SelectionError, 4), good.Weight / poor.Weight, 1e-6);
        Assert.Null(good.Temperature);
        Assert.Null(good.LeaveOneOutAccuracy);
        Assert.Null(good.LeaveOneOutLogLoss);
        Assert.InRange(model.LeaveOneOutError, 0, good.SelectionError);
    }

    [Fact]
    public void Weights_of_examples_and_of_classes_count_alike()
    {
        List<BlockRow> rows = BlockRow.Make(60);
        foreach (BlockRow row in rows)
            row.Weight = row.Class == "c0" ? 2 : 1;
        float[] weighted = Scores(new()
        {
            FeatureColumnNames = Columns,
            ExampleWeightColumnName = "Weight",
            Alphas = [10],
        });
        float[] byClass = Scores(new()
        {
            FeatureColumnNames = Columns,
            ClassWeights = new Dictionary<string, double> { ["c0"] = 2 },
            Alphas = [10],
        });
        RidgeEnsembleMulticlassModelParameters balanced = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = Columns, BalanceClasses = true })
            .Fit(BlockRow.View(_context, rows.Where((row, i) => row.Class != "c2" || i % 4 == 0)))
            .LastTransformer.Model;
        Assert.InRange(balanced.LeaveOneOutAccuracy, 0.5, 1);
        for (int i = 0; i < weighted.Length; i++)
            Assert.Equal(weighted[i], byClass[i], 0.02);

        float[] Scores(RidgeEnsembleMulticlassTrainer.Options options)
        {
            IDataView data = BlockRow.View(_context, rows);
            return [.. _context.MulticlassClassification.Trainers.RidgeEnsemble(options).Fit(data).Transform(data)
                .GetColumn<float[]>("Score").SelectMany(row => row)];
        }
    }

    [Theory]
    [MemberData(nameof(Fusions))]
    public void Where_blocks_say_nothing_scores_are_the_shares_of_the_classes(EnsembleFusion fusion)
    {
        List<BlockRow> rows = BlockRow.Make(40, classes: 2);
        foreach (BlockRow row in rows)
        {
            row.Good = new float[BlockRow.NumberOfGood];
            row.Poor = new float[BlockRow.NumberOfPoor];
        }

        for (int i = 0; i < 10; i++)
            rows[2 * i].Class = "c1";
        IDataView data = BlockRow.View(_context, rows);
        IDataView scored = _context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = Columns, Fusion = fusion })
            .Fit(data).Transform(data);
        int first = rows[0].Class == "c1" ? 0 : 1;
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
        {
            Assert.Equal(0.75f, scores[first], 0.02);
            Assert.Equal(1, scores.Sum(), 1e-5);
        }
    }

    [Fact]
    public void Fusing_by_probabilities_is_the_average_of_softmaxes()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        RidgeEnsembleMulticlassModelParameters model = Multiclass(data, EnsembleFusion.Probabilities);
        RidgeMulticlassModelParameters[] ridges = [.. Columns.Select(column
            => _context.MulticlassClassification.Trainers.Ridge("Label", column).Fit(data).Model)];
        var fused = new double[3];
        var own = new double[3];
        foreach ((float[] good, float[] poor) in data.GetColumn<float[]>("Good").Zip(data.GetColumn<float[]>("Poor")))
        {
            model.GetDecisionValues([.. good, .. poor], fused);
            var mean = new double[3];
            for (int b = 0; b < Columns.Length; b++)
            {
                ridges[b].GetDecisionValues(b == 0 ? good : poor, own);
                double sum = own.Sum(value => Math.Exp(value / model.Blocks[b].Temperature!.Value));
                for (int k = 0; k < 3; k++)
                    mean[k] += model.Blocks[b].Weight * Math.Exp(own[k] / model.Blocks[b].Temperature!.Value) / sum;
            }

            for (int k = 0; k < 3; k++)
                Assert.Equal(Math.Log(mean[k]), fused[k], 1e-4);
        }
    }

    [Fact]
    public void Cross_validation_and_prediction_engines_take_it()
    {
        IDataView data = BlockRow.View(_context, BlockRow.Make(90));
        RidgeEnsembleMulticlassTrainer trainer =
            _context.MulticlassClassification.Trainers.RidgeEnsemble("Label", Columns);
        Assert.All(_context.MulticlassClassification.CrossValidate(data, trainer, numberOfFolds: 3),
            fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.6, 1));
        List<BlockRow> rows = BlockRow.Make(12);
        ITransformer model = trainer.Fit(data);
        float[][] scores =
            [.. model.Transform(_context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
        using PredictionEngine<BlockRow, Prediction> engine =
            _context.Model.CreatePredictionEngine<BlockRow, Prediction>(model);
        for (int i = 0; i < rows.Count; i++)
            Assert.Equal(scores[i], engine.Predict(rows[i]).Score);
    }

    [Fact]
    public void Cancelling_while_a_block_is_solved_stops_the_fit_and_progress_counts_blocks()
    {
        var context = new MLContext(1);
        IDataView data = BlockRow.View(context, BlockRow.Make(90));
        var seen = new List<FitProgress>();
        using (context.OnFitProgress(seen.Add))
            context.MulticlassClassification.Trainers.RidgeEnsemble("Label", Columns).Fit(data);
        FitProgress[] solving = [.. seen.Where(progress => progress.Stage == "solving")];
        Assert.All(solving, progress => Assert.Equal(("RidgeEnsemble", 2.0), (progress.Component, progress.Total)));
        Assert.Equal(2, solving[^1].Done);
        Assert.Equal(solving.Select(progress => progress.Done).Order(), solving.Select(progress => progress.Done));

        using var source = new CancellationTokenSource();
        using IDisposable registration = context.CancelOn(source.Token);
        using IDisposable cancelling = context.OnFitProgress(progress =>
        {
            if (progress.Stage == "solving" && progress.Done >= 1)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Good", "Poor").Append(
                context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Good")).Fit(data));
    }

    private RidgeEnsembleMulticlassModelParameters Multiclass(IDataView data, EnsembleFusion fusion)
        => _context.MulticlassClassification.Trainers.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
        {
            FeatureColumnNames = Columns,
            Fusion = fusion,
        }).Fit(data).LastTransformer.Model;

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
