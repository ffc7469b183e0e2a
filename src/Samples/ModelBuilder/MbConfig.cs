using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.SeqConv.Samples.Data;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>
/// An .mbconfig file, as ML.NET Model Builder keeps one beside the code that it generates: the scenario, the data, the
/// options of training, and the run that made the model. Paths in it begin at its folder.
/// </summary>
internal sealed class MbConfig
{
    private static readonly string[] KnownScenarios = ["Classification", "Regression", "TextClassification",
        "AudioClassification", "Forecasting"];

    private readonly string _path;
    private readonly JsonObject _json;

    private MbConfig(string path, JsonObject json)
    {
        _path = path;
        _json = json;
    }

    /// <summary>The name of the generated class.</summary>
    public string Name => Path.GetFileNameWithoutExtension(_path);

    public string Scenario => Text(_json, "Scenario");

    /// <summary>The training data: a file, or a folder of recordings or a .zip file of them.</summary>
    public string DataPath => FullPath(Text(Section(_json, "DataSource"), DataKey));

    /// <summary>The test data; <see langword="null"/>: none are named.</summary>
    public string? TestPath => Validation is { } validation ? FullPath(Text(validation, "FilePath")) : null;

    /// <summary>Passes over the training data; <see langword="null"/>: as the generated code has it.</summary>
    public int? Epochs => Optional(_json, "TrainingOption")?["Epoch"] is not JsonNode epochs ? null
        : epochs is JsonValue value && value.TryGetValue(out int number) && number >= 1 ? number
        : throw Error($"TrainingOption.Epoch is {epochs.ToJsonString()}; it must be a whole number, at least 1");

    /// <summary>Reads a file and checks that it says what is needed and that the data are there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainPath">Data to take instead of those that it names.</param>
    /// <param name="testPath">Test data to take instead of those that it names.</param>
    /// <exception cref="FileNotFoundException">The file or the data do not exist.</exception>
    /// <exception cref="FormatException">It is not UTF-8, is no JSON, or lacks what is needed.</exception>
    public static MbConfig Read(string path, string? trainPath = null, string? testPath = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        var config = new MbConfig(Path.GetFullPath(path), Parse(path));
        if (!KnownScenarios.Contains(config.Scenario))
            throw config.Error($"Scenario is '{config.Scenario}'; it must be one of "
                + $"{string.Join(", ", KnownScenarios)}");
        if (trainPath is not null)
            config.Section(config._json, "DataSource")[config.DataKey] = Path.GetFullPath(trainPath);
        if (testPath is not null)
            config.SetTest(Path.GetFullPath(testPath));
        config.CheckExists(config.DataPath, $"DataSource.{config.DataKey}");
        if (config.TestPath is string test)
            config.CheckExists(test, "TrainingOption.ValidationOption.FilePath");
        _ = config.Epochs;
        return config;
    }

    /// <summary>
    /// Writes the file into a folder with the run that made the model there; its paths then begin at that folder.
    /// </summary>
    public string SaveRun(string folder, string trainerName, TimeSpan runtime, Quality quality)
    {
        string file = Path.Combine(folder, Path.GetFileName(_path));
        var copy = new MbConfig(Path.GetFullPath(file), _json.DeepClone().AsObject());
        copy.Section(copy._json, "DataSource")[DataKey] = Relative(folder, DataPath);
        if (TestPath is string test)
            copy.SetTest(Relative(folder, test));
        JsonObject history = copy._json["RunHistory"] as JsonObject ?? [];
        history["Version"] = 3;
        history["Type"] = "Result";
        history["Trials"] = new JsonArray(new JsonObject
        {
            ["Version"] = 1,
            ["Type"] = "Trial",
            ["TrainerName"] = trainerName,
            ["Score"] = double.IsFinite(quality.Score) ? Math.Round(quality.Score, 4) : null,
            ["RuntimeInSeconds"] = Math.Round(runtime.TotalSeconds, 3),
        });
        history["MetricName"] = quality.MetricName;
        history["ModelFilePath"] = $"{Name}.mlnet";
        copy._json["RunHistory"] = history;
        byte[] text = Encoding.UTF8.GetBytes(
            copy._json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        AtomicFile.Write(file, stream => stream.Write(text));
        return file;
    }

    /// <summary>An error that begins with the file.</summary>
    public FormatException Error(string message) => new($"{_path}: {message}.");

    private string DataKey => Text(Section(_json, "DataSource"), "Type") == "Folder" ? "FolderPath" : "FilePath";

    private JsonObject? Validation
        => Optional(Optional(_json, "TrainingOption") ?? [], "ValidationOption") is { } option
            && option["FilePath"] is not null ? option : null;

    private void SetTest(string path)
    {
        JsonObject training = Optional(_json, "TrainingOption") ?? [];
        training["ValidationOption"] =
            new JsonObject { ["Version"] = 0, ["Type"] = "FileValidationOption", ["FilePath"] = path };
        _json["TrainingOption"] = training;
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            string text = string.Join('\n', TextLines.Read(path).Select(line => line.Text));
            return JsonNode.Parse(
                    text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new FormatException($"{path}: the file is no object of JSON; "
                    + "a Model Builder file begins with {.");
        }
        catch (JsonException error)
        {
            string what = error.Message.Split(" LineNumber:")[0];
            throw new FormatException($"{path}({error.LineNumber + 1},{error.BytePositionInLine + 1}): "
                + $"the file is no JSON: {what}", error);
        }
    }

    private void CheckExists(string path, string key)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new FileNotFoundException($"{_path}: {key} names '{path}', which does not exist. "
                + "Correct the path, which begins at the folder of the .mbconfig file, or name the data with "
                + "--train and --test.", path);
    }

    private string FullPath(string path) => Path.GetFullPath(path.Replace('\\', '/'), Path.GetDirectoryName(_path)!);

    private static string Relative(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    private JsonObject Section(JsonObject parent, string key)
        => Optional(parent, key) ?? throw Error($"{key} is missing");

    private JsonObject? Optional(JsonObject parent, string key) => parent[key] switch
    {
        null => null,
        JsonObject section => section,
        JsonNode other => throw Error($"{key} is {other.ToJsonString()}; it must be an object"),
    };

    private string Text(JsonObject parent, string key)
        => parent[key] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0
            ? text
            : throw Error($"{key} is missing or no text");
}
