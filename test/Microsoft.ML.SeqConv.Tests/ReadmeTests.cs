using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The code of README.md and of docs, run; see <see cref="DocumentationTests"/>.</summary>
public class ReadmeTests
{
    [Fact]
    public void Quick_start()
    {
        string trainFile = Folders.Data("tsc/GunPoint/GunPoint_TRAIN.ts");
        string testFile = Folders.Data("tsc/GunPoint/GunPoint_TEST.ts");

        // <quick-start>
        var mlContext = new MLContext(seed: 1);
        IDataView train = mlContext.Data.LoadFromTsFile(trainFile);
        IDataView test = mlContext.Data.LoadFromTsFile(testFile);

        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        ITransformer model = pipeline.Fit(train);
        Console.WriteLine(mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
        // </quick-start>

        Assert.InRange(mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy, 0.98, 1);
    }

    [Fact]
    public void Own_series()
    {
        IEnumerable<Gesture> gestures = SineWaves.Make(20, 100, channels: 3)
            .Select(row => new Gesture { Series = row.Series, Label = row.Label });

        // <own-series>
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(gestures);

        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features",
                new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate }, "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge(
                new RidgeMulticlassTrainer.Options { BalanceClasses = true }));

        var model = pipeline.Fit(data);
        RidgeMulticlassModelParameters ridge = model.LastTransformer.Model;
        Console.WriteLine($"alpha {ridge.Alpha}, leave-one-out accuracy {ridge.LeaveOneOutAccuracy:P1}");
        mlContext.Model.Save(model, data.Schema, "gestures.zip");
        // </own-series>

        Assert.True(File.Exists("gestures.zip"));
        File.Delete("gestures.zip");

        float[] series = gestures.First().Series;

        // <onnx>
        mlContext.Model.SaveAsOnnx(model, data, "gestures.onnx");
        using var scorer = new OnnxSequenceScorer("gestures.onnx",
            new OnnxScorerOptions { ExecutionProviders = ["Cuda", "Cpu"] });
        Console.WriteLine($"{scorer.ExecutionProvider}: {scorer.Score([series])[0].Label}");
        // </onnx>

        // <onnx-scorer>
        SequencePrediction[] predictions = scorer.Score([series, series]);
        // </onnx-scorer>
        Assert.Equal(2, predictions.Length);

        Assert.Equal("c0", scorer.Score([series])[0].Label);
        File.Delete("gestures.onnx");

        // <onnx-functions>
        mlContext.Model.SaveAsOnnx(
            model, data, "functions.onnx", new OnnxExportOptions { Form = OnnxForm.Function });
        // </onnx-functions>
        using var fast = new OnnxSequenceScorer("functions.onnx");
        Assert.Equal("c0", fast.Score([series])[0].Label);
        File.Delete("functions.onnx");
    }

    [Fact]
    public void Hydra_and_MultiRocket()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(30, 100), 100);

        // <hydra-multirocket>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.Hydra("Hydra", "Series"))
            .Append(mlContext.Transforms.MultiRocket("MultiRocket", "Series"))
            .Append(mlContext.Transforms.Concatenate("Features", "Hydra", "MultiRocket"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge());
        // </hydra-multirocket>

        ITransformer model = pipeline.Fit(train);
        Assert.InRange(mlContext.MulticlassClassification.Evaluate(
            model.Transform(SineWaves.View(mlContext, SineWaves.Make(30, 100, seed: 2), 100))).MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void Sums_of_shards()
    {
        string folder = Directory.CreateTempSubdirectory("seqconv").FullName;
        var mlContext = new MLContext(seed: 1);
        string[] shards = [.. Enumerable.Range(0, 3).Select(i => Path.Combine(folder, $"shard{i}.ts"))];
        for (int i = 0; i < shards.Length; i++)
            mlContext.Data.SaveAsTsFile(SineWaves.View(mlContext, SineWaves.Make(60, 30, seed: i), 30), shards[i]);

        // <ridge-accumulator>
        IDataView first = mlContext.Data.LoadFromTsFile(shards[0]);
        ITransformer preparation = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 840)).Fit(first);
        using var sums = new RidgeAccumulator(mlContext,
            mlContext.MulticlassClassification.Trainers.Ridge(), preparation, first.Schema);
        foreach (string shard in shards)
        {
            // On a machine of its own: Add, Save. Here: Load, Merge.
            using var part = new RidgeAccumulator(mlContext,
                mlContext.MulticlassClassification.Trainers.Ridge(), preparation, first.Schema);
            part.Add(mlContext.Data.LoadFromTsFile(shard));
            part.Save($"{shard}.sums");
            using var loaded = RidgeAccumulator.Load(mlContext, $"{shard}.sums");
            sums.Merge(loaded);
        }

        ITransformer model = sums.Solve();
        // </ridge-accumulator>

        Assert.Equal(180, sums.Count);
        Assert.InRange(mlContext.MulticlassClassification.Evaluate(model.Transform(first)).MicroAccuracy, 0.9, 1);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Given_kernels()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = SineWaves.View(mlContext, SineWaves.Make(30, 100), 100);

        // <convolution>
        var edges = mlContext.Transforms.Convolution1D("Edges", new ConvolutionOptions
        {
            // [window, channel]
            Kernels = [new float[,] { { -1 }, { 0 }, { 1 } }, new float[,] { { 1 }, { -2 }, { 1 } }],
            Padding = ConvolutionPadding.Zero,
            Pooling = ConvolutionPooling.Max,
        }, "Series");
        // </convolution>

        Assert.Equal(2, edges.Fit(data).NumberOfFeatures);
    }

    // <own-type>
    public class Gesture
    {
        // 3 channels of 100 points, one channel after the other; [VectorType(3, 0)]: any length
        [VectorType(3, 100)]
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }

    // </own-type>
}
