using System.Globalization;
using System.Security;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>What goes into the templates of one project.</summary>
/// <param name="Conditions">Which of their lines are kept.</param>
/// <param name="Values">What is put into their gaps.</param>
/// <param name="Files">The files, each with the template that it is made of.</param>
internal sealed record ScaffoldPlan(IReadOnlySet<string> Conditions, IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<(string Name, string Template)> Files)
{
    private const int SeriesEpochs = 100;
    private const int SentenceEpochs = 25;

    public static ScaffoldPlan Of(
        ScaffoldSettings settings, DataDescription train, DataDescription? test, string folder)
    {
        string? clone = CloneFor(settings.Source);
        bool isNetwork = train.Kind == DataKind.Sentences || settings.Model == "inceptiontime";
        string[] steps = Steps(train, settings.Model ?? "minirocket");
        var conditions = new HashSet<string>
        {
            train.Classes is null ? "regression" : "classification", train.Kind.ToString().ToLowerInvariant()
        };
        AddIf(isNetwork, "network");
        AddIf(settings.Model == "ensemble", "ensemble");
        AddIf(test is not null, "test");
        AddIf(settings.Pattern is not null, "pattern");
        // inside of the clone its settings hold without a word
        bool isBeside = clone is not null
            && !folder.StartsWith(clone + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        AddIf(clone is not null, "clone");
        AddIf(clone is null, "package");
        AddIf(isBeside, "beside");
        AddIf(isBeside && isNetwork, "besideNetwork");

        (string package, string version) = isNetwork ? ProjectSource.Libtorch() : ("", "");
        var values = new Dictionary<string, string>
        {
            ["Name"] = settings.Name,
            ["TargetFramework"] = $"net{Environment.Version.Major}.0",
            ["Clone"] = SecurityElement.Escape(clone?.Replace('\\', '/')) ?? "",
            ["Version"] = ProjectSource.Version,
            ["LibtorchPackage"] = package,
            ["LibtorchVersion"] = version,
            ["TrainPath"] = InVerbatimString(train.Path),
            ["TestPath"] = InVerbatimString(test?.Path ?? ""),
            ["TrainPathInJson"] = InJson(train.Path),
            ["TestPathInJson"] = InJson(test?.Path ?? ""),
            ["Pattern"] = InVerbatimString(settings.Pattern ?? ""),
            ["SampleRate"] = train.SampleRate.ToString(CultureInfo.InvariantCulture),
            ["MissingValues"] = train.HasMissing || test is { HasMissing: true }
                ? nameof(MissingValues.Interpolate)
                : nameof(MissingValues.Error),
            ["Epochs"] = (settings.Epochs ?? (train.Kind == DataKind.Sentences ? SentenceEpochs : SeriesEpochs))
                .ToString(CultureInfo.InvariantCulture),
            ["Featurizer"] = steps.FirstOrDefault(
                step => step.EndsWith("Rocket", StringComparison.Ordinal) || step == "Hydra") ?? "",
            ["VectorSize"] = VectorSize(train),
            ["SeriesNote"] = train.Channels == 1 ? "The points." : $"{train.Channels} channels, one after the other.",
            ["FeatureColumn"] =
                train.Kind switch { DataKind.Recordings => "Audio", DataKind.Sentences => "Text", _ => "Series" },
            ["FeatureFormat"] = train.Kind == DataKind.Sentences ? "String" : "Single[]",
            ["Scenario"] = train.Classes is null ? "Regression" : train.Kind switch
            {
                DataKind.Recordings => "AudioClassification",
                DataKind.Sentences => "TextClassification",
                _ => "Classification"
            },
            ["Estimators"] = string.Join(",\n", steps.Select((step, i) => $"      \"e{i}\": \"{step}\"")),
            ["EstimatorOrder"] = string.Join(" * ", steps.Select((_, i) => $"e{i}")),
            ["Pipeline"] = string.Join(", ", steps),
            ["Description"] = train.ToString(),
            ["TestRows"] = test is null ? "the rows held back" : $"{test.Rows} test rows",
        };
        return new(conditions, values,
        [
            ($"{settings.Name}.csproj", "Project.csproj"),
            ("Program.cs", "Program.cs"),
            ($"{settings.Name}.mbconfig", "Model.mbconfig"),
            ($"{settings.Name}.training.cs", "Model.training.cs"),
            ($"{settings.Name}.evaluate.cs", "Model.evaluate.cs"),
            ($"{settings.Name}.consumption.cs", "Model.consumption.cs"),
            ("README.md", "README.md"),
        ]);

        void AddIf(bool holds, string condition)
        {
            if (holds)
                conditions.Add(condition);
        }
    }

    private static string? CloneFor(string source) => source == "package" ? null
        : ProjectSource.FindClone() is { } clone ? clone
        : source == "auto" ? null
        : throw new ArgumentException("--source clone needs this program to run from a clone of the repository, "
            + "and no folder above it holds SeqConv.MLNet.sln. Say --source package.");

    // The steps of the pipeline, as Model Builder lists them.
    private static string[] Steps(DataDescription train, string model)
    {
        string[] learning = train.Kind == DataKind.Sentences ? ["TextCnn"] : model switch
        {
            "multirocket" => ["MultiRocket", "Ridge"],
            "hydra" => ["Hydra", "Ridge"],
            "rocket" => ["Rocket", "Ridge"],
            "ensemble" => ["SequenceEnsemble"],
            "inceptiontime" => ["InceptionTime"],
            _ => ["MiniRocket", "Ridge"],
        };
        if (train.Kind == DataKind.Recordings)
            learning = ["MelSpectrogram", .. learning];
        return train.Classes is null ? learning : ["MapValueToKey", .. learning, "MapKeyToValue"];
    }

    private static string VectorSize(DataDescription data) => (data.Channels, data.IsRagged) switch
    {
        (1, true) => "",
        (1, false) => $"{data.Length.Most}",
        (_, true) => $"{data.Channels}, 0",
        _ => $"{data.Channels}, {data.Length.Most}",
    };

    private static string InVerbatimString(string text) => text.Replace("\"", "\"\"", StringComparison.Ordinal);

    private static string InJson(string text)
        => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}
