using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.Trainers;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The components among ML.NET's own.</summary>
public class CompositionTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<string> Heads
        => ["ridge", "minibatch logistic", "lbfgs", "sdca", "lightgbm", "one versus all of ridge",
            "one versus all of averaged perceptron"];

    [Theory]
    [MemberData(nameof(Heads))]
    public void Features_feed_the_trainers_of_ML_NET(string head)
    {
        var trainers = _context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> trainer = head switch
        {
            "ridge" => trainers.Ridge("LabelKey"),
            "minibatch logistic" => trainers.MinibatchLogisticRegression("LabelKey", numberOfEpochs: 400),
            "lbfgs" => trainers.LbfgsMaximumEntropy("LabelKey"),
            "sdca" => trainers.SdcaMaximumEntropy("LabelKey"),
            "lightgbm" => trainers.LightGbm("LabelKey", minimumExampleCountPerLeaf: 2, numberOfIterations: 20),
            "one versus all of ridge"
                => trainers.OneVersusAll(_context.BinaryClassification.Trainers.Ridge("LabelKey"), "LabelKey"),
            _ => trainers.OneVersusAll(
                _context.BinaryClassification.Trainers.AveragedPerceptron("LabelKey"), "LabelKey"),
        };
        IEstimator<ITransformer> pipeline = Featurizer().Append(_context.Transforms.NormalizeMinMax("Features"))
            .AppendCacheCheckpoint(_context).Append(trainer)
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"));
        ITransformer model = pipeline.Fit(View(SineWaves.Make(60, 50)));
        IDataView scored = model.Transform(View(SineWaves.Make(60, 50, seed: 2)));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy, 0.9, 1);

        using var file = new MemoryStream();
        _context.Model.Save(model, scored.Schema, file);
        file.Position = 0;
        IDataView again = new MLContext().Model.Load(file, out _).Transform(View(SineWaves.Make(60, 50, seed: 2)));
        Assert.Equal(scored.GetColumn<string>("Prediction"), again.GetColumn<string>("Prediction"));
    }

    [Fact]
    public void Cross_validation_scores_every_fold()
    {
        IEstimator<ITransformer> pipeline = Featurizer()
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"));
        var folds = _context.MulticlassClassification.CrossValidate(View(SineWaves.Make(60, 50)), pipeline,
            numberOfFolds: 3, labelColumnName: "LabelKey");
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));
        var regression = _context.Regression.CrossValidate(View(SineWaves.Make(60, 50)),
            Featurizer().Append(_context.Regression.Trainers.Ridge("Target")), 3, "Target");
        Assert.All(regression, fold => Assert.InRange(fold.Metrics.RSquared, 0.9, 1));
        var binary = _context.BinaryClassification.CrossValidate(View(SineWaves.Make(60, 50)),
            Featurizer().Append(_context.BinaryClassification.Trainers.Ridge("Flag")), 3, "Flag");
        Assert.All(binary, fold => Assert.InRange(fold.Metrics.LogLoss, 0, 0.6));
    }

    [Fact]
    public void Minibatch_logistic_regression_is_cross_validated_explained_and_asked_for_one_series()
    {
        IEstimator<ITransformer> pipeline = Featurizer().Append(
            _context.MulticlassClassification.Trainers.MinibatchLogisticRegression("LabelKey", numberOfEpochs: 400));
        List<SeriesRow> rows = SineWaves.Make(60, 50);
        var folds = _context.MulticlassClassification.CrossValidate(View(rows), pipeline,
            numberOfFolds: 3, labelColumnName: "LabelKey");
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));

        IDataView few = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84)).Fit(
                View(rows)).Transform(View(rows));
        var model = _context.MulticlassClassification.Trainers.MinibatchLogisticRegression("LabelKey",
            numberOfEpochs: 200).Fit(few);
        var importance = _context.MulticlassClassification.PermutationFeatureImportance(model, few,
            "LabelKey", permutationCount: 1);
        Assert.Equal(84, importance.Length);

        ITransformer whole = pipeline.Append(
            _context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(View(rows));
        using PredictionEngine<SeriesRow, Prediction> engine =
            _context.Model.CreatePredictionEngine<SeriesRow, Prediction>(whole);
        Assert.Equal(rows.Select(row => row.Label), rows.Select(row => engine.Predict(row).Label));
    }

    [Fact]
    public void A_prediction_engine_predicts_one_series()
    {
        List<SeriesRow> rows = SineWaves.Make(60, 50);
        ITransformer model = Featurizer().Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(View(rows));
        using PredictionEngine<SeriesRow, Prediction> engine =
            _context.Model.CreatePredictionEngine<SeriesRow, Prediction>(model);
        Assert.Equal(rows.Select(row => row.Label), rows.Select(row => engine.Predict(row).Label));
        Assert.Equal(1, engine.Predict(rows[0]).Score.Sum(), 1e-5);
    }

    [Fact]
    public void Permutation_importance_is_told_by_slot_name()
    {
        IDataView data = View(SineWaves.Make(40, 30));
        ITransformer model = _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84)
            .Append(_context.Regression.Trainers.Ridge("Target")).Fit(data);
        var importance = _context.Regression.PermutationFeatureImportance(model, model.Transform(data),
            "Target", permutationCount: 1);
        Assert.Equal(84, importance.Count);
        Assert.Contains("ppv k17 d1 b0", importance.Keys);
    }

    [Fact]
    public void Calibrators_take_the_binary_score()
    {
        IDataView data = View(SineWaves.Make(60, 50));
        ITransformer model = Featurizer().Append(_context.BinaryClassification.Trainers.Ridge("Flag"))
            .Append(_context.BinaryClassification.Calibrators.Platt("Flag")).Fit(data);
        Assert.InRange(
            _context.BinaryClassification.Evaluate(model.Transform(data), "Flag").AreaUnderRocCurve, 0.95, 1);
    }

    [Fact]
    public void The_binary_model_is_calibrated_and_its_coefficients_are_readable()
    {
        IDataView data = Featurizer().Fit(View(SineWaves.Make(60, 50))).Transform(View(SineWaves.Make(60, 50)));
        var transformer = _context.BinaryClassification.Trainers.Ridge("Flag").Fit(data);
        RidgeBinaryModelParameters model = transformer.Model.SubModel;
        Assert.Equal(model.NumberOfFeatures, model.Coefficients.Length);
        Assert.True(transformer.Model.Calibrator.Slope < 0);
        float[] probabilities = [.. transformer.Transform(data).GetColumn<float>("Probability")];
        bool[] flags = [.. data.GetColumn<bool>("Flag")];
        Assert.True(probabilities.Where((_, i) => flags[i]).Min() > probabilities.Where((_, i) => !flags[i]).Max());
    }

    [Fact]
    public void Labels_may_be_doubled_in_files_and_written_in_any_script()
    {
        string[] names = ["Ärger", "喜び", "радость🙂"];
        List<SeriesRow> rows = SineWaves.Make(30, 40);
        foreach (SeriesRow row in rows)
            row.Label = names[row.Label[1] - '0'];
        ITransformer model = Featurizer().Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(View(rows));
        Assert.Equal(rows.Select(row => row.Label), model.Transform(View(rows)).GetColumn<string>("Prediction"));
    }

    [Fact]
    public void Series_survive_binary_files_with_their_shape()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(8, 20, channels: 3, ragged: true), 3, 0);
        using var file = new MemoryStream();
        _context.Data.SaveAsBinary(data, file);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file.ToArray());
            IDataView loaded = _context.Data.LoadFromBinary(path);
            Assert.Equal(data.Schema["Series"].Type, loaded.Schema["Series"].Type);
            Assert.Equal(data.GetColumn<float[]>("Series").SelectMany(values => values),
                loaded.GetColumn<float[]>("Series").SelectMany(values => values));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private IEstimator<ITransformer> Featurizer()
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1));

    private IDataView View(List<SeriesRow> rows) => SineWaves.View(_context, rows, rows[0].Series.Length);

    private sealed class Prediction
    {
        [ColumnName("Prediction")]
        public string Label { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
