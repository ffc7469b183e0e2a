using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Series;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Models of every format version that was ever written still load and predict.</summary>
public class SavedVersionTests
{
    private readonly MLContext _context = new(1);
    private readonly List<SeriesRow> _rows = SineWaves.Make(24, 30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MiniRocket_and_multiclass_ridge(int version)
        => Assert.Equal(_rows.Select(row => row.Label),
            Score($"minirocket-ridge-multiclass-{version}.zip").GetColumn<string>("Prediction"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rocket_and_binary_ridge(int version)
        => Assert.Equal(_rows.Select(row => row.Flag),
            Score($"rocket-ridge-binary-{version}.zip").GetColumn<bool>("PredictedLabel"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MiniRocket_and_regression_ridge(int version)
    {
        float[] scores = [.. Score($"minirocket-ridge-regression-{version}.zip").GetColumn<float>("Score")];
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(_rows[i].Target, scores[i], 0.1);
    }

    [Fact]
    public void MiniRocket_and_minibatch_logistic_regression()
        => Assert.Equal(_rows.Select(row => row.Label),
            Score("minirocket-minibatch-logistic-1.zip").GetColumn<string>("Prediction"));

    [Fact]
    public void MultiRocket_beside_Hydra_and_multiclass_ridge()
        => Assert.Equal(_rows.Select(row => row.Label),
            Score("multirocket-hydra-ridge-multiclass-1.zip").GetColumn<string>("Prediction"));

    [Fact]
    public void Convolution1D_and_regression_ridge()
    {
        float[] scores = [.. Score("convolution1d-ridge-regression-1.zip").GetColumn<float>("Score")];
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(_rows[i].Target, scores[i], 0.1);
    }

    // Written by SEQCONV_APPROVE=1, when a format has a new version.
    [Fact]
    public void Pruned_featurizers_and_multiclass_ridge()
    {
        const string File = "pruned-ridge-multiclass-2.zip";
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
            SavePruned(Path.Combine(Folders.Repository, "test", "Models", File));
        IDataView scored = Score(File);
        Assert.Equal(_rows.Select(row => row.Label), scored.GetColumn<string>("Prediction"));
        Assert.Equal(40, scored.GetColumn<float[]>("Features").First().Length);
    }

    // Written by SEQCONV_APPROVE=1.
    [Fact]
    public void IntervalQuantiles_full_and_pruned_and_multiclass_ridge()
    {
        const string File = "intervalquantiles-ridge-multiclass-1.zip";
        string file = Path.Combine(Folders.Repository, "test", "Models", File);
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
        {
            IDataView data = SineWaves.View(_context, _rows, 30);
            ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
                .Append(_context.Transforms.IntervalQuantiles("Full", "Series", depth: 3))
                .Append(_context.Transforms.IntervalQuantiles("Pruned", "Series")
                    .Prune("Key", new PruningOptions { MaxFeatures = 10 }))
                .Append(_context.Transforms.IntervalQuantiles("Raw", "Series", depth: 2, normalScores: false))
                .Append(_context.Transforms.Concatenate("Features", "Full", "Pruned", "Raw"))
                .Append(_context.MulticlassClassification.Trainers.Ridge("Key"))
                .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
                .Fit(data);
            _context.Model.Save(model, data.Schema, file);
        }

        IDataView scored = Score(File);
        Assert.Equal(_rows.Select(row => row.Label), scored.GetColumn<string>("Prediction"));
        Assert.Equal(10, scored.GetColumn<float[]>("Pruned").First().Length);
    }

    // Version 2, whose features are limited to the range of training, is written by SEQCONV_APPROVE=1.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DilatedShapelets_full_and_pruned_and_multiclass_ridge(int version)
    {
        string name = $"dilatedshapelets-ridge-multiclass-{version}.zip";
        string file = Path.Combine(Folders.Repository, "test", "Models", name);
        if (version == 2 && Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
        {
            IDataView data = SineWaves.View(_context, _rows, 30);
            ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
                .Append(_context.Transforms.DilatedShapelets("Full", "Key", "Series", 40, seed: 1))
                .Append(_context.Transforms.DilatedShapelets("Pruned", "Key", "Series", 40, seed: 2)
                    .Prune("Key", new PruningOptions { MaxFeatures = 10 }))
                .Append(_context.Transforms.Concatenate("Features", "Full", "Pruned"))
                .Append(_context.MulticlassClassification.Trainers.Ridge("Key"))
                .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
                .Fit(data);
            _context.Model.Save(model, data.Schema, file);
        }

        IDataView scored = Score(name);
        Assert.Equal(_rows.Select(row => row.Label), scored.GetColumn<string>("Prediction"));
        Assert.Equal(10, scored.GetColumn<float[]>("Pruned").First().Length);
    }

    // Written by SEQCONV_APPROVE=1. Its sections say that the column is [time, channel].
    [Fact]
    public void Featurizers_of_a_column_by_time_and_multiclass_ridge()
    {
        const string File = "time-channel-ridge-multiclass-1.zip";
        List<SeriesRow> rows = LayoutCases.ByTime(SineWaves.Make(24, 30, LayoutCases.Channels));
        IDataView data = SineWaves.View(_context, rows, 30, LayoutCases.Channels);
        string file = Path.Combine(Folders.Repository, "test", "Models", File);
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
            _context.Model.Save(ByTime().Fit(data), data.Schema, file);
        ITransformer model = _context.Model.Load(file, out DataViewSchema schema);
        Assert.Equal(data.Schema["Series"].Type, schema["Series"].Type);
        Assert.Equal(rows.Select(row => row.Label), model.Transform(data).GetColumn<string>("Prediction"));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Transform(SineWaves.View(_context, rows, LayoutCases.Channels, 30)));

        IEstimator<ITransformer> ByTime()
        {
            IEstimator<ITransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("Key", "Label");
            foreach (string name in LayoutCases.Names)
                pipeline = pipeline.Append(LayoutCases.Featurizer(_context, name, SeriesLayout.TimeChannel))
                    .Append(_context.Transforms.CopyColumns(name, "Features"));
            return pipeline.Append(_context.Transforms.Concatenate("Features", LayoutCases.Names))
                .Append(_context.MulticlassClassification.Trainers.Ridge("Key"))
                .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"));
        }
    }

    // Written by SEQCONV_APPROVE=1. Its ridge keeps leave-one-out predictions, of which new sets are made.
    [Fact]
    public void Multiclass_ridge_and_prediction_sets()
    {
        const string File = "ridge-multiclass-conformal-1.zip";
        IDataView data = SineWaves.View(_context, _rows, 30);
        var options = new ConformalClassificationEstimator.Options
        {
            Score = ConformalScore.Raps,
            PerClass = true,
            Significance = 0.2,
            Rejection = ConformalRejection.Risk,
            Seed = 1,
        };
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
        {
            ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
                .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed: 1))
                .Append(_context.MulticlassClassification.Trainers.Ridge("Key"))
                .Append(_context.MulticlassClassification.Conformal(options))
                .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
                .Fit(data);
            _context.Model.Save(model, data.Schema, Path.Combine(Folders.Repository, "test", "Models", File));
        }

        IDataView scored = Score(File);
        Assert.Equal(_rows.Select(row => row.Label), scored.GetColumn<string>("Prediction"));
        float[][] expected = [.. scored.GetColumn<float[]>("PValue")];
        Assert.Equal(expected, _context.MulticlassClassification.Conformal(options).Fit(scored).Transform(scored)
            .GetColumn<float[]>("PValue"));
        Assert.All(expected.Zip(_rows), pair => Assert.InRange(pair.First[pair.Second.Label[1] - '0'], 0.1, 1));
    }

    // Written by SEQCONV_APPROVE=1. Its ridge keeps leave-one-out residuals, of which new intervals are made.
    [Fact]
    public void Regression_ridge_and_intervals()
    {
        const string File = "ridge-regression-conformal-1.zip";
        IDataView data = SineWaves.View(_context, _rows, 30);
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
        {
            ITransformer model =
                _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed: 1)
                    .Append(_context.Regression.Trainers.Ridge("Target"))
                    .Append(_context.Regression.Conformal(0.2)).Fit(data);
            _context.Model.Save(model, data.Schema, Path.Combine(Folders.Repository, "test", "Models", File));
        }

        IDataView scored = Score(File);
        float[] lower = [.. scored.GetColumn<float>("LowerBound")];
        float[] upper = [.. scored.GetColumn<float>("UpperBound")];
        for (int i = 0; i < lower.Length; i++)
            Assert.InRange(_rows[i].Target, lower[i] - 0.02, upper[i] + 0.02);
        Assert.Equal(lower, _context.Regression.Conformal(0.2).Fit(scored).Transform(scored)
            .GetColumn<float>("LowerBound"));
    }

    // Version 2, which may have a joint model, and version 3, which keeps leave-one-out predictions, are written by
    // SEQCONV_APPROVE=1.
    [Theory]
    [InlineData(EnsembleFusion.Linear, 1)]
    [InlineData(EnsembleFusion.Linear, 2)]
    [InlineData(EnsembleFusion.Linear, 3)]
    [InlineData(EnsembleFusion.Probabilities, 1)]
    [InlineData(EnsembleFusion.Probabilities, 2)]
    [InlineData(EnsembleFusion.Probabilities, 3)]
    public void Ridge_ensembles(EnsembleFusion fusion, int version)
    {
        string kind = fusion == EnsembleFusion.Linear ? "linear" : "probabilities";
        string file = $"ridge-ensemble-{kind}-{version}.zip";
        if (version == 3 && Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1")
            SaveEnsembles(Path.Combine(Folders.Repository, "test", "Models", file), fusion);
        IDataView scored = Score(file);
        Assert.Equal(_rows.Select(row => row.Label), scored.GetColumn<string>("Prediction"));
        Assert.Equal(_rows.Select(row => row.Flag), scored.GetColumn<bool>("FlagPrediction"));
        float[] numbers = [.. scored.GetColumn<float>("Score")];
        for (int i = 0; i < numbers.Length; i++)
            Assert.Equal(_rows[i].Target, numbers[i], 0.1);
    }

    private void SaveEnsembles(string file, EnsembleFusion fusion)
    {
        string[] columns = ["MiniRocket", "Hydra"];
        double weightOfJoint = fusion == EnsembleFusion.Linear ? 0.5 : 0;
        IDataView data = SineWaves.View(_context, _rows, 30);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(_context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 168, seed: 1))
            .Append(_context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 2, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    LabelColumnName = "Key",
                    FeatureColumnNames = columns,
                    Fusion = fusion,
                    JointWeight = weightOfJoint,
                }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
            .Append(_context.BinaryClassification.Trainers.RidgeEnsemble(new RidgeEnsembleBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                FeatureColumnNames = columns,
                Fusion = fusion,
                JointWeight = weightOfJoint,
            }))
            .Append(_context.Transforms.CopyColumns("FlagPrediction", "PredictedLabel"))
            .Append(_context.Regression.Trainers.RidgeEnsemble(new RidgeEnsembleRegressionTrainer.Options
            {
                LabelColumnName = "Target",
                FeatureColumnNames = columns,
                JointWeight = weightOfJoint,
            })).Fit(data);
        _context.Model.Save(model, data.Schema, file);
    }

    private void SavePruned(string file)
    {
        var options = new PruningOptions { MaxFeatures = 10 };
        IDataView data = SineWaves.View(_context, _rows, 30);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(_context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 840).Prune("Key", options))
            .Append(_context.Transforms.Rocket("Rocket", "Series", numberOfKernels: 200).Prune("Key", options))
            .Append(_context.Transforms.MultiRocket("MultiRocket", "Series", numberOfFeatures: 1344)
                .Prune("Key", options))
            .Append(_context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 8).Prune("Key", options))
            .Append(_context.Transforms.Concatenate("Features", "MiniRocket", "Rocket", "MultiRocket", "Hydra"))
            .Append(_context.MulticlassClassification.Trainers.Ridge("Key"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
            .Fit(data);
        _context.Model.Save(model, data.Schema, file);
    }

    private IDataView Score(string file)
        => _context.Model.Load(Path.Combine(Folders.Repository, "test", "Models", file), out _)
            .Transform(SineWaves.View(_context, _rows, 30));
}
