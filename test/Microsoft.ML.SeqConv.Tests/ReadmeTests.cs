using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The code in README.md is compiled and run here, and is what README.md says.</summary>
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
        IEnumerable<Gesture> gestures = SineWaves.Make(20, 100, channels: 3).Select(row => new Gesture { Series = row.Series, Label = row.Label });

        // <own-series>
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable(gestures);

        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate }, "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge(new RidgeMulticlassTrainer.Options { BalanceClasses = true }));

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
        using var scorer = new OnnxSequenceScorer("gestures.onnx", new OnnxScorerOptions { ExecutionProviders = ["Cuda", "Cpu"] });
        Console.WriteLine($"{scorer.ExecutionProvider}: {scorer.Score([series])[0].Label}");
        // </onnx>

        Assert.Equal("c0", scorer.Score([series])[0].Label);
        File.Delete("gestures.onnx");
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
        Assert.InRange(mlContext.MulticlassClassification.Evaluate(model.Transform(SineWaves.View(mlContext, SineWaves.Make(30, 100, seed: 2), 100))).MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void Given_kernels()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = SineWaves.View(mlContext, SineWaves.Make(30, 100), 100);

        // <convolution>
        var edges = mlContext.Transforms.Convolution1D("Edges", new ConvolutionOptions
        {
            Kernels = [new float[,] { { -1 }, { 0 }, { 1 } }, new float[,] { { 1 }, { -2 }, { 1 } }],      // [window, channel]
            Padding = ConvolutionPadding.Zero,
            Pooling = ConvolutionPooling.Max,
        }, "Series");
        // </convolution>

        Assert.Equal(2, edges.Fit(data).NumberOfFeatures);
    }

    // <own-type>
    public class Gesture
    {
        [VectorType(3, 100)]            // 3 channels of 100 points, one channel after the other; [VectorType(3, 0)]: any length
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }

    // </own-type>
    [Fact]
    public void Snippets_in_the_readme_are_the_code_of_this_file() => AssertSnippets("ReadmeTests.cs", "README.md", 6);

    /// <summary>Checks that a document has every region of a file of tests.</summary>
    internal static void AssertSnippets(string testFile, string document, int count)
    {
        string source = File.ReadAllText(Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests", testFile)).ReplaceLineEndings("\n");
        string text = File.ReadAllText(Path.Combine(Folders.Repository, document)).ReplaceLineEndings("\n");
        MatchCollection regions = Regex.Matches(source, @"^ *// <(?<name>[a-z-]+)>\n(?<code>.*?)^ *// </\k<name>>", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.Equal(count, regions.Count);
        foreach (Match region in regions)
        {
            string[] lines = region.Groups["code"].Value.TrimEnd().Split('\n');
            int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
            string code = string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
            Assert.True(text.Contains(code, StringComparison.Ordinal), $"{document} lacks the snippet '{region.Groups["name"].Value}':\n{code}");
        }
    }
}
