using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.AccumulatedRows;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Parts of the data summed apart must give the model of one pass.</summary>
public sealed class RidgeAccumulatorTests
{
    private readonly AccumulatedRows _data = new();

    private MLContext Context => _data.Context;

    public static TheoryData<string> Tasks
        => ["multiclass", "multiclass, weighted", "binary", "regression", "ensemble", "ensemble, weighted",
            "ensemble, binary", "ensemble, regression"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Parts_summed_on_many_machines_give_the_model_of_one_pass(string task)
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        IRidgeTrainer trainer = Trainer(task);
        IDataView all = _data.View(_data.Rows);
        using var onePass = new RidgeAccumulator(Context, trainer, preparation, all.Schema);
        onePass.Add(all);

        using var merged = new RidgeAccumulator(Context, trainer, preparation, all.Schema);
        foreach ((int first, int count) in ((int, int)[])[(500, 399), (0, 3), (899, 1), (3, 497)])
        {
            using var file = new TemporaryFile("part.sums");
            using (var part = new RidgeAccumulator(Context, trainer, preparation, all.Schema))
            {
                part.Add(_data.View(_data.Rows.GetRange(first, count)));
                part.Save(file.Path);
            }

            using RidgeAccumulator loaded = RidgeAccumulator.Load(new MLContext(), file.Path);
            merged.Merge(loaded);
        }

        Assert.Equal(900, merged.Count);
        foreach ((RidgeSolution expected, RidgeSolution actual) in onePass.Solutions().Zip(merged.Solutions()))
        {
            Assert.Equal(expected.Alpha, actual.Alpha);
            double scale = expected.Coefficients.Max(Math.Abs);
            for (int j = 0; j < expected.Coefficients.Length; j++)
                Assert.Equal(expected.Coefficients[j], actual.Coefficients[j], 1e-10 * scale);
        }

        string score = task.EndsWith("binary", StringComparison.Ordinal) ? "Probability" : "Score";
        float[] scores = Scores(onePass.Solve(), score);
        float[] mergedScores = Scores(merged.Solve(), score);
        Assert.True(scores.Max() - scores.Min() > 0.1);
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(scores[i], mergedScores[i], 1e-6);        // the model keeps coefficients in float32
    }

    [Fact]
    public void The_model_is_that_of_the_trainer_and_can_be_evaluated_saved_and_loaded()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        IDataView data = _data.View(_data.Rows);
        var options = new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = LabelKey,
            AlphaSelection = AlphaSelection.GeneralizedCrossValidation
        };
        RidgeMulticlassTrainer trainer = Context.MulticlassClassification.Trainers.Ridge(options);
        using var accumulator = new RidgeAccumulator(Context, trainer, preparation, data.Schema);
        accumulator.Add(data);
        TransformerChain<ITransformer> model = accumulator.Solve();
        RidgeMulticlassModelParameters fitted = trainer.Fit(preparation.Transform(data)).Model;
        RidgeMulticlassModelParameters solved =
            ((MulticlassPredictionTransformer<RidgeMulticlassModelParameters>)model.LastTransformer).Model;

        Assert.Equal(["c0", "c1", "c2"], accumulator.Classes);
        Assert.Equal(fitted.Alpha, solved.Alpha);
        Assert.Equal(AlphaSelection.GeneralizedCrossValidation, solved.AlphaSelection);
        Assert.Equal(fitted.LeaveOneOutAccuracy, solved.LeaveOneOutAccuracy, 0.01);
        Assert.Equal(fitted.Temperature, solved.Temperature, 0.02 * fitted.Temperature);
        for (int j = 0; j < solved.NumberOfFeatures; j++)
            Assert.Equal(fitted.GetCoefficients(0)[j], solved.GetCoefficients(0)[j], 1e-4);

        using var file = new MemoryStream();
        Context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(Scores(model, "Score"), Scores(loaded, "Score"));
        Assert.True(Context.MulticlassClassification.Evaluate(loaded.Transform(data), LabelKey).MicroAccuracy > 0.9);
    }

    [Fact]
    public void The_model_of_an_ensemble_is_that_of_its_trainer()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        IDataView data = _data.View(_data.Rows);
        RidgeEnsembleMulticlassTrainer trainer = Context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options
            {
                LabelColumnName = LabelKey,
                FeatureColumnNames = ["Features", "Hydra"],
                AlphaSelection = AlphaSelection.GeneralizedCrossValidation,
            });
        using var accumulator = new RidgeAccumulator(Context, trainer, preparation, data.Schema);
        accumulator.Add(data);
        TransformerChain<ITransformer> model = accumulator.Solve();
        RidgeEnsembleMulticlassModelParameters fitted =
            trainer.Fit(preparation.Transform(data)).LastTransformer.Model;
        RidgeEnsembleMulticlassModelParameters solved =
            ((TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>>)
                model.LastTransformer).LastTransformer.Model;
        Assert.Equal(168 + fitted.Blocks[1].NumberOfFeatures, accumulator.NumberOfFeatures);
        for (int b = 0; b < 2; b++)
        {
            Assert.Equal(fitted.Blocks[b].ColumnName, solved.Blocks[b].ColumnName);
            Assert.Equal(fitted.Blocks[b].Alpha, solved.Blocks[b].Alpha);
            Assert.Equal(fitted.Blocks[b].Weight, solved.Blocks[b].Weight, 0.02);
            Assert.Equal(
                fitted.Blocks[b].Temperature!.Value, solved.Blocks[b].Temperature!.Value, 0.01);
        }

        Assert.Equal(fitted.LeaveOneOutLogLoss, solved.LeaveOneOutLogLoss, 0.01);
        using var file = new MemoryStream();
        Context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        Assert.Equal(Scores(model, "Score"), Scores(new MLContext().Model.Load(file, out _), "Score"));

        using var other = new RidgeAccumulator(Context, Context.MulticlassClassification.Trainers.RidgeEnsemble(
            LabelKey, "Hydra", "Features"), preparation, data.Schema);
        Assert.StartsWith("The other accumulator has features Hydra, Features, this one Features, Hydra;",
            Message<ArgumentException>(() => accumulator.Merge(other)));
    }

    [Fact]
    public void More_can_be_added_after_the_model_was_solved()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        using var inTwo = _data.Accumulator(preparation);
        inTwo.Add(_data.View(_data.Rows.GetRange(0, 450)));
        inTwo.Solve();
        inTwo.Add(_data.View(_data.Rows.GetRange(450, 450)));
        using var atOnce = _data.Accumulator(preparation);
        atOnce.Add(_data.View(_data.Rows));
        double[] expected = atOnce.Solutions()[0].Coefficients;
        double[] actual = inTwo.Solutions()[0].Coefficients;
        for (int j = 0; j < expected.Length; j++)
            Assert.Equal(expected[j], actual[j], 1e-10 * expected.Max(Math.Abs));
    }

    [Fact]
    public void A_class_that_the_first_part_lacks_is_learned_from_the_next()
    {
        using RidgeAccumulator accumulator = _data.Accumulator(_data.Preparation(_data.Rows));
        accumulator.Add(_data.View([.. _data.Rows.Where(row => row.Label == "c0")]));
        Assert.Equal("Column 'LabelKey' has the one class 'c0' in all 300 rows; a classifier needs at least two. "
            + "Add rows of others.", Message<InvalidOperationException>(() => accumulator.Solve()));
        accumulator.Add(_data.View([.. _data.Rows.Where(row => row.Label != "c0")]));
        Assert.True(Context.MulticlassClassification
            .Evaluate(accumulator.Solve().Transform(_data.View(_data.Rows)), LabelKey).MicroAccuracy > 0.9);
    }

    [Fact]
    public void Rows_whose_label_has_no_key_are_counted_and_left_out()
    {
        using RidgeAccumulator accumulator =
            _data.Accumulator(_data.Preparation([.. _data.Rows.Where(row => row.Label != "c2")]));
        accumulator.Add(_data.View(_data.Rows));
        Assert.Equal(600, accumulator.Count);
        Assert.Equal(300, accumulator.RowsWithoutLabel);
        accumulator.Add(_data.View([.. _data.Rows.Where(row => row.Label == "c2")]));
        Assert.Equal(600, accumulator.Count);
        Assert.Equal(600, accumulator.RowsWithoutLabel);
    }

    private static string Message<TError>(Action action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;

    private IRidgeTrainer Trainer(string task) => task switch
    {
        "multiclass" => Multiclass(Context),
        "multiclass, weighted" => Context.MulticlassClassification.Trainers.Ridge(new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = LabelKey,
            ExampleWeightColumnName = "Weight",
            ClassWeights = new Dictionary<string, double> { ["c1"] = 3 },
        }),
        "binary" => Context.BinaryClassification.Trainers.Ridge("Flag"),
        "ensemble" => Context.MulticlassClassification.Trainers.RidgeEnsemble(LabelKey, "Features", "Hydra"),
        "ensemble, weighted" => Context.MulticlassClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleMulticlassTrainer.Options
            {
                LabelColumnName = LabelKey,
                FeatureColumnNames = ["Features", "Hydra"],
                ExampleWeightColumnName = "Weight",
                ClassWeights = new Dictionary<string, double> { ["c1"] = 3 },
                Fusion = EnsembleFusion.Probabilities,
            }),
        "ensemble, binary" => Context.BinaryClassification.Trainers.RidgeEnsemble("Flag", "Features", "Hydra"),
        "ensemble, regression" => Context.Regression.Trainers.RidgeEnsemble("Target", "Features", "Hydra"),
        _ => Context.Regression.Trainers.Ridge("Target"),
    };

    private float[] Scores(ITransformer model, string column)
    {
        IDataView scored = model.Transform(_data.View(_data.Rows));
        return scored.Schema[column].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>(column).SelectMany(row => row)]
            : [.. scored.GetColumn<float>(column)];
    }
}
