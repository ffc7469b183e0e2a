using System.Text.Json.Nodes;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// The samples in Model Builder's form: their files, and that each trains, evaluates, saves its run and predicts.
/// </summary>
public class ModelBuilderSamplesTests
{
    private static readonly string Samples = Path.Combine(Folders.Repository, "src", "Samples");

    public static TheoryData<string> Configs
        => [.. Directory.EnumerateFiles(Samples, "*.mbconfig", SearchOption.AllDirectories).Where(IsSource)
            .Select(path => Path.GetRelativePath(Samples, path)).Order()];

    [Theory]
    [InlineData("Series/SeriesClassificationModel", null, "MicroAccuracy", 0.9, 1,
        "predicted cylinder \\(.+ %\\), .+, true cylinder")]
    [InlineData("Series/SeriesRegressionModel", null, "RSquared", 0.9, 1, "predicted 0\\.\\d+, true 0\\.956")]
    [InlineData("Gestures/GesturesModel", null, "MicroAccuracy", 0.85, 1,
        "predicted circle \\(.+ %\\), .+, true circle")]
    [InlineData("Sentiment/SentimentModel", 15, "MicroAccuracy", 0.7, 1,
        "predicted (positive|negative) .+, true positive: The hotel room was clean")]
    [InlineData("SpokenDigits/SpokenDigitsModel", 3, "MicroAccuracy", 0.5, 1, "predicted \\d \\(.+ %\\), .+, true 0")]
    [InlineData("Forecasting/ForecastingModel", 3, "RMSE", 1, 20, "month 3: 1\\d\\d\\.\\d, .+ to ")]
    public void A_model_is_retrained_by_its_file(
        string sample, int? epochs, string metric, double least, double most, string prediction)
    {
        using var folder = new TemporaryFile("x");
        string root = Path.GetDirectoryName(folder.Path)!;
        string source = Path.Combine(Samples, Path.GetDirectoryName(sample)!);
        string name = Path.GetFileName(sample);
        JsonObject json = Read(Path.Combine(source, $"{name}.mbconfig"));
        CopyData(json, source, root);
        if (epochs is int few)
            json["TrainingOption"]!["Epoch"] = few;
        File.WriteAllText(Path.Combine(root, $"{name}.mbconfig"), json.ToJsonString());

        (int exit, string output, string errors) = SampleProcess.Run(root, "train",
            $"{name}.mbconfig", "--out", "here");
        Assert.True(exit == 0, errors);
        Assert.Matches(prediction, output);
        Assert.True(new FileInfo(Path.Combine(root, "here", $"{name}.mlnet")).Length > 10_000);

        // The file beside the model describes the run, and trains again from there.
        JsonObject run = Read(Path.Combine(root, "here", $"{name}.mbconfig"));
        Assert.Equal(metric, (string?)run["RunHistory"]!["MetricName"]);
        JsonNode trial = Assert.Single(run["RunHistory"]!["Trials"]!.AsArray())!;
        Assert.InRange((double)trial["Score"]!, least, most);
        Assert.True((double)trial["RuntimeInSeconds"]! > 0);
        Assert.True(Path.Exists(Path.Combine(root, "here", DataOf(run))), DataOf(run));
    }

    [Theory]
    [MemberData(nameof(Configs))]
    public void A_scenario_has_its_four_files_nested_in_the_project(string config)
    {
        string name = Path.GetFileNameWithoutExtension(config);
        string code = "";
        foreach (string part in new[] { "training", "evaluate", "consumption" })
            code += File.ReadAllText(Path.Combine(Samples, Path.GetDirectoryName(config)!, $"{name}.{part}.cs"));
        foreach (string member in new[]
        {
            "class ModelInput", "class ModelOutput", " Predict(", "Lazy<", "MLNetModelPath", " Train(",
            "LoadIDataViewFromFile(", "SaveModel(", "RetrainModel(", "BuildPipeline(", " Evaluate("
        })
            Assert.Contains(member, code, StringComparison.Ordinal);
        Assert.Contains("Update=\""
            + $"{config.Replace(".mbconfig", ".*.cs", StringComparison.Ordinal).Replace('\\', '/')}\" "
            + $"DependentUpon=\"{name}.mbconfig\"",
            File.ReadAllText(Path.Combine(Samples, "Samples.csproj")), StringComparison.Ordinal);

        // What the committed file says of its run and its data is so.
        JsonObject json = Read(Path.Combine(Samples, config));
        Assert.True(File.Exists(Path.Combine(Samples, Path.GetDirectoryName(config)!, DataOf(json))));
        JsonNode trial = Assert.Single(json["RunHistory"]!["Trials"]!.AsArray())!;
        Assert.True((double)trial["Score"]! > 0);
        foreach ((_, JsonNode? estimator) in json["RunHistory"]!["Estimators"]!.AsObject())
            Assert.Contains($"{(string)estimator!}(", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Six_scenarios_are_there() => Assert.Equal(6, Configs.Count);

    [Fact]
    public void A_model_is_retrained_on_files_of_a_user()
    {
        string train = Folders.Data("mtsc/BasicMotions/BasicMotions_TRAIN.ts");
        using var folder = new TemporaryFile("x");
        (int exit, string output, string errors) = SampleProcess.Run(
            Path.GetDirectoryName(folder.Path)!, "train", Path.Combine(Samples, "Gestures", "GesturesModel.mbconfig"),
            "--train", train, "--test", train.Replace("_TRAIN", "_TEST", StringComparison.Ordinal));
        Assert.True(exit == 0, errors);
        Assert.Contains("Accuracy 1.0000", output, StringComparison.Ordinal);
        Assert.True(File.Exists(
            Path.Combine(Path.GetDirectoryName(folder.Path)!, "out", "GesturesModel", "GesturesModel.mlnet")));
    }

    [Theory]
    [InlineData("SentimentModel", "{ \"Scenario\": ", "(1,15): the file is no JSON: ")]
    [InlineData("SentimentModel", "[1]", "the file is no object of JSON")]
    [InlineData("SentimentModel", "{}", "Scenario is missing or no text.")]
    [InlineData("SentimentModel", "{\"Scenario\":\"Clairvoyance\"}",
        "Scenario is 'Clairvoyance'; it must be one of Classification, Regression, ")]
    [InlineData("SentimentModel", "{\"Scenario\":\"TextClassification\"}", "DataSource is missing.")]
    [InlineData("SentimentModel", "{\"Scenario\":\"TextClassification\",\"DataSource\":7}",
        "DataSource is 7; it must be an object.")]
    [InlineData("SentimentModel",
        "{\"Scenario\":\"TextClassification\",\"DataSource\":{\"Type\":\"TabularFile\",\"FilePath\":\"gone.txt\"}}",
        "DataSource.FilePath names '*/gone.txt', which does not exist.")]
    [InlineData("SpokenDigitsModel",
        "{\"Scenario\":\"AudioClassification\",\"DataSource\":{\"Type\":\"Folder\",\"FolderPath\":\"gone\"}}",
        "DataSource.FolderPath names '*/gone', which does not exist.")]
    [InlineData("SentimentModel",
        "{\"Scenario\":\"TextClassification\",\"DataSource\":{\"Type\":\"TabularFile\",\"FilePath\":\"here.txt\"},"
            + "\"TrainingOption\":{\"Epoch\":0}}",
        "TrainingOption.Epoch is 0; it must be a whole number, at least 1.")]
    [InlineData("SentimentModel",
        "{\"Scenario\":\"Classification\",\"DataSource\":{\"Type\":\"TabularFile\",\"FilePath\":\"here.txt\"}}",
        "Scenario is 'Classification', but SentimentModel is for TextClassification.")]
    [InlineData("GesturesModel",
        "{\"Scenario\":\"Classification\",\"DataSource\":{\"Type\":\"SeriesFile\",\"FilePath\":\"here.txt\"},"
            + "\"TrainingOption\":{\"Epoch\":5}}",
        "TrainingOption.Epoch is set, but Ridge learns without epochs. Remove it.")]
    [InlineData("OtherModel",
        "{\"Scenario\":\"Regression\",\"DataSource\":{\"Type\":\"SeriesFile\",\"FilePath\":\"here.txt\"}}",
        "the samples have no class 'OtherModel'; they have SeriesClassificationModel, ")]
    public void An_mbconfig_that_cannot_be_used_is_told_in_one_line(string name, string content, string expected)
    {
        using var config = new TemporaryFile($"{name}.mbconfig", content);
        string folder = Path.GetDirectoryName(config.Path)!;
        File.WriteAllText(Path.Combine(folder, "here.txt"), "a\tword\n");
        (int exit, _, string errors) = SampleProcess.Run(folder, "train", config.Path);
        Assert.Equal(2, exit);
        Assert.Contains(config.Path, errors, StringComparison.Ordinal);
        Assert.Contains(expected.Replace("*", folder, StringComparison.Ordinal), errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("The file 'nowhere.mbconfig' does not exist.", "train", "nowhere.mbconfig")]
    [InlineData("Required argument missing", "train")]
    public void A_missing_mbconfig_is_reported(string expected, params string[] arguments)
    {
        (int exit, _, string errors) = SampleProcess.Run(Path.GetTempPath(), arguments);
        Assert.Equal(2, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void An_archive_that_is_none_is_reported()
    {
        using var archive = new TemporaryFile("clips.zip", "no archive");
        (int exit, _, string errors) = SampleProcess.Run(Path.GetDirectoryName(archive.Path)!, "train",
            Path.Combine(Samples, "SpokenDigits", "SpokenDigitsModel.mbconfig"), "--train", archive.Path);
        Assert.Equal(2, exit);
        Assert.Contains($"The file '{archive.Path}' is no .zip file that can be read: ",
            errors, StringComparison.Ordinal);
        Assert.Equal(["clips.zip"], archive.Files);
    }

    private static bool IsSource(string path)
        => !Path.GetRelativePath(Samples, path).Split(Path.DirectorySeparatorChar)[0]
            .Equals("bin", StringComparison.Ordinal);

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    private static string DataOf(JsonObject config)
        => (string)(config["DataSource"]!["FilePath"] ?? config["DataSource"]!["FolderPath"])!;

    private static void CopyData(JsonObject config, string from, string to)
    {
        foreach (string file in new[]
        {
            DataOf(config), (string)config["TrainingOption"]!["ValidationOption"]!["FilePath"]!
        })
            File.Copy(Path.Combine(from, file), Path.Combine(to, file), overwrite: true);
    }
}
