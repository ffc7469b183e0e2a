// <start-usings>
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;
// </start-usings>
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// The code of docs/getting-started.md, run on generated series; see <see cref="DocumentationTests"/>.
/// </summary>
public sealed class GettingStartedTests : IDisposable
{
    private const int Length = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_of_series()
    {
        string trainFile = Path.Combine(_folder, "SINE_TRAIN.ts"), testFile = Path.Combine(_folder,
            "SINE_TEST.ts"), modelFile = Path.Combine(_folder, "model.zip");
        var writing = new MLContext(seed: 1);
        writing.Data.SaveAsTsFile(SineWaves.View(writing, SineWaves.Make(60, Length), Length), trainFile);
        writing.Data.SaveAsTsFile(SineWaves.View(writing, SineWaves.Make(60, Length, seed: 2), Length), testFile);

        // <start-file>
        var mlContext = new MLContext(seed: 1);
        IDataView train = mlContext.Data.LoadFromSeriesFile(trainFile);         // columns Series and Label
        IDataView test = mlContext.Data.LoadFromSeriesFile(testFile);

        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(train);
        // </start-file>

        // <start-evaluate>
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:P1}, log loss {metrics.LogLoss:F3}");
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
        // </start-evaluate>
        Assert.InRange(metrics.MicroAccuracy, 0.95, 1);

        // <start-save>
        mlContext.Model.Save(model, train.Schema, modelFile);
        // </start-save>

        // <start-load>
        var scoring = new MLContext();
        ITransformer loaded = scoring.Model.LoadChecked(modelFile, out _);
        IDataView scored = loaded.Transform(scoring.Data.LoadFromSeriesFile(testFile));
        string[] labels = [.. scored.GetColumn<string>("PredictedLabel")];
        // </start-load>
        Assert.Equal(model.Transform(test).GetColumn<string>("PredictedLabel"), labels);
    }

    [Fact]
    public void A_list_of_objects_and_a_program_that_serves()
    {
        string modelFile = Path.Combine(_folder, "model.zip");
        List<Swing> swings = Swings(count: 80);
        Swing swing = swings[0];

        // <start-objects>
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(swings);             // a List<Swing>
        DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(data, testFraction: 0.25);

        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(split.TrainSet);
        Console.WriteLine(mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy);
        // </start-objects>
        Assert.InRange(
            mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy, 0.95, 1);

        // <start-one>
        using var engine = mlContext.Model.CreatePredictionEngine<Swing, SwingPrediction>(model);
        SwingPrediction prediction = engine.Predict(swing);
        Console.WriteLine($"{prediction.PredictedLabel}, {prediction.Score.Max():P0}");
        // </start-one>
        Assert.Equal(swing.Label, prediction.PredictedLabel);
        Assert.Equal(1, prediction.Score.Sum(), 1e-5);

        mlContext.Model.Save(model, data.Schema, modelFile);
        var requests = new StringReader(string.Join('\n', swings.Take(3).Select(
            row => string.Join(',', row.Series.Select(value => value.ToString(CultureInfo.InvariantCulture))))));
        var answers = new StringWriter();

        // <start-serve>
        var serving = new MLContext();
        using var server = serving.Model.CreatePredictionEngine<Swing, SwingPrediction>(
            serving.Model.LoadChecked(modelFile, out _));
        while (requests.ReadLine() is string line)
        {
            float[] series = [.. line.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
            answers.WriteLine(server.Predict(new Swing { Series = series }).PredictedLabel);
        }
        // </start-serve>
        Assert.Equal(swings.Take(3).Select(row => row.Label),
            answers.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_table_with_columns_of_its_own()
    {
        string csvFile = Path.Combine(_folder, "swings.csv");
        List<Swing> swings = Swings(count: 40);
        File.WriteAllLines(csvFile, swings.Select(row => string.Join(',',
            row.Series.Select(value => value.ToString(CultureInfo.InvariantCulture)).Prepend(row.Label)))
            .Prepend("label,points"));
        File.AppendAllText(csvFile, $"c0,{new string(',', Length - 1)}1\n");      // all points but the last are missing

        // <start-csv>
        var mlContext = new MLContext(seed: 1);
        TextLoader loader = mlContext.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns = [new TextLoader.Column("Label", DataKind.String, 0),
                new TextLoader.Column("Series", DataKind.Single, 1, 100)],
            Separators = [','],
            HasHeader = true,
            MissingRealsAsNaNs = true,          // else ML.NET reads an empty field as 0
        });
        IDataView data = loader.Load(csvFile);
        // </start-csv>

        float[][] series = [.. data.GetColumn<float[]>("Series")];
        Assert.Equal(swings.Select(row => row.Series), series[..^1]);
        Assert.All(series[^1][..^1], value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void A_table_of_points()
    {
        List<Swing> swings = Swings(count: 6);
        IEnumerable<Reading> readings = swings.SelectMany(
            (swing, i) => swing.Series.Select(value => new Reading { Sensor = $"s{i}", Value = value }));
        Dictionary<string, string> labels = swings.Select((swing, i) => ($"s{i}", swing.Label))
            .ToDictionary(pair => pair.Item1, pair => pair.Label);
        var mlContext = new MLContext(seed: 1);
        IDataView points = mlContext.Data.LoadFromEnumerable(readings);

        // <start-points>
        // one row a sensor: Series and Name
        IDataView gathered = mlContext.Data.GatherSeries(points, "Value", "Sensor");
        IDataView data = mlContext.Transforms.Conversion.MapValue("Label", labels, "Name")
            .Fit(gathered).Transform(gathered);
        // </start-points>

        Assert.Equal(swings.Select(row => row.Label), data.GetColumn<string>("Label"));
        Assert.Equal(swings.Select(row => row.Series), data.GetColumn<float[]>("Series"));
    }

    [Fact]
    public void Cross_validation()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(Swings(count: 60));

        // <start-cross-validation>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge());
        var folds = mlContext.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 5);
        Console.WriteLine($"{folds.Average(fold => fold.Metrics.MicroAccuracy):P1}");
        // </start-cross-validation>
        Assert.InRange(folds.Average(fold => fold.Metrics.MicroAccuracy), 0.95, 1);

        // <start-leave-one-out>
        RidgeMulticlassModelParameters ridge = pipeline.Fit(data).LastTransformer.Model;
        Console.WriteLine($"penalty {ridge.Alpha}, chosen by {ridge.AlphaSelection}; "
            + $"leave-one-out accuracy {ridge.LeaveOneOutAccuracy:P1}");
        // </start-leave-one-out>
        Assert.InRange(ridge.LeaveOneOutAccuracy, 0.95, 1);
    }

    [Fact]
    public void Numbers_and_two_classes()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(90, Length), Length);
        IDataView test = SineWaves.View(mlContext, SineWaves.Make(60, Length, seed: 2), Length);

        // <start-regression>
        var regression = mlContext.Transforms.MiniRocket("Features", "Series")
            .Append(mlContext.Regression.Trainers.Ridge(labelColumnName: "Target"));             // Single
        RegressionMetrics errors = mlContext.Regression.Evaluate(
            regression.Fit(train).Transform(test), labelColumnName: "Target");
        Console.WriteLine($"RMSE {errors.RootMeanSquaredError:F3}, R2 {errors.RSquared:F3}");
        // </start-regression>
        Assert.InRange(errors.RSquared, 0.9, 1);

        // <start-binary>
        var binary = mlContext.Transforms.MiniRocket("Features", "Series")
            .Append(mlContext.BinaryClassification.Trainers.Ridge(labelColumnName: "Flag"));     // Boolean
        CalibratedBinaryClassificationMetrics rates = mlContext.BinaryClassification.Evaluate(
            binary.Fit(train).Transform(test), labelColumnName: "Flag");
        Console.WriteLine($"accuracy {rates.Accuracy:P1}, area under the ROC curve {rates.AreaUnderRocCurve:F3}");
        // </start-binary>
        Assert.InRange(rates.AreaUnderRocCurve, 0.95, 1);
    }

    [Fact]
    public void Lengths_of_their_own_and_missing_values()
    {
        List<Walk> walks = [.. SineWaves.Make(60, Length, channels: 2, ragged: true)
            .Select(row => new Walk { Series = row.Series, Label = row.Label })];
        walks[7].Series[3] = float.NaN;
        var mlContext = new MLContext(seed: 1);

        // <start-ragged>
        IDataView data = mlContext.Data.LoadFromEnumerable(walks);              // a List<Walk>
        var options = new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", options, "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge());
        // </start-ragged>

        Assert.InRange(pipeline.Fit(data).LastTransformer.Model.LeaveOneOutAccuracy, 0.9, 1);
    }

    [Fact]
    public void Progress_and_stopping()
    {
        List<Swing> swings = Swings(count: 60);
        List<FitProgress> reports = [];

        // <start-progress>
        var mlContext = new MLContext(seed: 1);
        using var stop = new CancellationTokenSource();
        // stop.Cancel() ends a fit with OperationCanceledException
        using var cancelling = mlContext.CancelOn(stop.Token);
        using var watching = mlContext.OnFitProgress(report => reports.Add(report));
        // </start-progress>

        IDataView data = mlContext.Data.LoadFromEnumerable(swings);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series")).Append(
                mlContext.MulticlassClassification.Trainers.Ridge());
        pipeline.Fit(data);
        Assert.Contains(reports,
            report => report is { Component: "MiniRocket", Stage: "fitting biases", Done: 1, Total: 1 });
        Assert.Contains(reports, report => report.Component == "Ridge");
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => pipeline.Fit(data));
    }

    [Fact]
    public void Onnx()
    {
        List<Swing> swings = Swings(count: 40);
        string onnxFile = Path.Combine(_folder, "swings.onnx");
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(swings);
        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series")).Append(
                mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);

        // <start-onnx>
        mlContext.Model.SaveAsOnnx(model, data, onnxFile);
        using var scorer = new OnnxSequenceScorer(onnxFile);
        SequencePrediction[] predictions = scorer.Score([.. swings.Select(swing => swing.Series)]);
        Console.WriteLine($"{predictions[0].Label}, {predictions[0].Scores.Max():P0}");
        // </start-onnx>

        Assert.Equal(model.Transform(data).GetColumn<string>("PredictedLabel"),
            predictions.Select(prediction => prediction.Label));
    }

    private static List<Swing> Swings(int count)
        => [.. SineWaves.Make(count, Length).Select(row => new Swing { Series = row.Series, Label = row.Label })];

    // <start-types>
    public class Swing
    {
        [VectorType(100)]               // 100 points
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }

    public class SwingPrediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];        // a probability for each class
    }

    // </start-types>

    // <start-ragged-type>
    public class Walk
    {
        [VectorType(2, 0)]              // 2 channels of any length; one channel of any length is [VectorType]
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }

    // </start-ragged-type>

    private sealed class Reading
    {
        public string Sensor { get; set; } = "";

        public float Value { get; set; }
    }
}
