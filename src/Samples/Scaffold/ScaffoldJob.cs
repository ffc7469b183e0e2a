namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <param name="Name">Of the project and its class.</param>
/// <param name="Model">
/// minirocket, multirocket, hydra, rocket, ensemble or inceptiontime; <see langword="null"/>: minirocket, or
/// TextCnn for sentences.
/// </param>
/// <param name="Source">auto, clone or package.</param>
internal sealed record ScaffoldSettings(string Name, string Train, string? Test, string? Model, string? Pattern,
    int? Epochs, string Source, string OutputFolder);

/// <summary>Writes a project in Model Builder's form for a user's own data.</summary>
internal static class ScaffoldJob
{
    private const int FewestRowsToSplit = 10;

    public static void Run(ScaffoldSettings settings)
    {
        ProjectName.Check(settings.Name);
        string folder = Path.GetFullPath(Path.Combine(settings.OutputFolder, settings.Name));
        if (Directory.Exists(folder) || File.Exists(folder))
            throw new ArgumentException($"'{folder}' exists already. Choose another NAME or --out, or remove it.");

        DataDescription train = DataDescription.Of(settings.Train, settings.Pattern);
        DataDescription? test = settings.Test is null ? null : DataDescription.Of(settings.Test, settings.Pattern);
        Check(train, test, settings);
        Console.WriteLine($"Read {train.Path}: {train}.");
        if (test is not null)
            Console.WriteLine($"Read {test.Path}: {test}.");

        ScaffoldPlan plan = ScaffoldPlan.Of(settings, train, test, folder);
        (string Name, string Text)[] files = [.. plan.Files.Select(
            file => (file.Name, Template.Fill(file.Template, plan.Conditions, plan.Values)))];
        Write(folder, files);
        Console.WriteLine($"Wrote {folder}: {string.Join(", ", files.Select(file => file.Name))}.");
        Console.WriteLine($"The pipeline: {plan.Values["Pipeline"]}. Train, evaluate and predict: "
            + $"cd \"{folder}\", then dotnet run -c Release.");
    }

    private static void Write(string folder, (string Name, string Text)[] files)
    {
        using var place = new ScaffoldPlace(folder);
        foreach ((string name, string text) in files)
            File.WriteAllText(Path.Combine(place.Temporary, name), text);
        Directory.Move(place.Temporary, folder);
    }

    private static void Check(DataDescription train, DataDescription? test, ScaffoldSettings settings)
    {
        if (train.Kind == DataKind.Sentences && settings.Model is not null)
            throw new ArgumentException($"--model {settings.Model} is for series and recordings; "
                + $"'{train.Path}' has sentences, which TextCnn learns. Leave --model out.");
        if (settings.Epochs is int epochs
            && (epochs < 1 || (train.Kind != DataKind.Sentences && settings.Model != "inceptiontime")))
            throw new ArgumentException(epochs < 1
                ? $"--epochs is {epochs}; it must be at least 1."
                : "--epochs is for networks; give --model inceptiontime with it, or leave it out.");
        if (train.Classes is { Count: < 2 })
            throw new FormatException($"{train.Path}: all {train.Rows} rows have the label '{train.Classes[0]}'; "
                + "a classifier needs at least two.");
        if (test is null && train.Rows < FewestRowsToSplit)
            throw new FormatException($"{train.Path}: {train.Rows} rows are too few to hold some back for testing. "
                + "Give test data with --test.");
        if (test is null)
            return;
        if (test.Kind != train.Kind || test.Channels != train.Channels || test.Classes is null != train.Classes is null)
            throw new FormatException($"{test.Path}: the test data are {test}; the training data are {train}. "
                + "Give test data of the same kind.");
        if (!train.IsRagged && (test.IsRagged || test.Length != train.Length))
            throw new FormatException($"{test.Path}: the series have {test.Points}; those to learn from have "
                + $"{train.Length.Most}. Resample or cut them, or say @equalLength false in the training file.");
        if (test.Classes?.FirstOrDefault(label => !train.Classes!.Contains(label)) is string unknown)
            throw new FormatException($"{test.Path}: the label '{unknown}' is none of the training data's. "
                + "Remove its rows, or learn from some.");
    }
}
