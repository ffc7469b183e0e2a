using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Projects for a user's own data: what is written, and that it builds without a warning and runs.</summary>
public class ScaffoldTests
{
    private static readonly string Samples = Path.Combine(Folders.Repository, "src", "Samples");
    private static readonly string Shapes = Path.Combine(Samples, "Series", "shapes_TRAIN.ts");

    /// <summary>
    /// One build for five projects: series of one length, ragged ones of three channels without a test file, and
    /// numbers to predict; ensembles of the last two.
    /// </summary>
    [Fact]
    public void Projects_build_without_warnings_and_run()
    {
        using var file = new TemporaryFile("x");
        string folder = Path.GetDirectoryName(file.Path)!;
        Scaffold(folder, "Shapes", "--train", Shapes, "--test",
            Shapes.Replace("_TRAIN", "_TEST", StringComparison.Ordinal));
        Scaffold(folder, "Moves", "--train",
            Path.Combine(Samples, "Gestures", "gestures_TRAIN.ts"), "--model", "hydra");
        string wear = Path.Combine(Samples, "Series", "wear_TRAIN.ts");
        Scaffold(folder, "Wear", "--train", wear, "--test", wear.Replace("_TRAIN", "_TEST", StringComparison.Ordinal));
        Scaffold(folder, "Many", "--train", Path.Combine(Samples, "Gestures", "gestures_TRAIN.ts"),
            "--model", "ensemble");
        Scaffold(folder, "ManyNumbers", "--train", wear, "--test",
            wear.Replace("_TRAIN", "_TEST", StringComparison.Ordinal), "--model", "ensemble");
        string[] names = ["Shapes", "Moves", "Wear", "Many", "ManyNumbers"];
        File.WriteAllText(Path.Combine(folder, "all.slnx"), "<Solution>"
            + $"{string.Concat(names.Select(name => $"<Project Path=\"{name}/{name}.csproj\" />"))}</Solution>");

        // Against the library as it is built already, by the code style of this repository.
        File.Copy(Path.Combine(Folders.Repository, ".editorconfig"), Path.Combine(folder, ".editorconfig"));
        (int exit, string output, string errors) = SampleProcess.RunDotnet(folder, "build", "all.slnx", "-c",
            Configuration, "-warnaserror", "-p:BuildProjectReferences=false",
            "-p:ShouldUnsetParentConfigurationAndPlatform=false",
            "-p:EnforceCodeStyleInBuild=true", "-nodeReuse:false");
        Assert.True(exit == 0, output + errors);
        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);

        Assert.Matches("Accuracy (0\\.9|1)\\d*.* on 60 test rows\\.\\s+First test row: predicted cylinder .+; "
            + "true cylinder\\.", RunProject(folder, "Shapes"));
        Assert.Matches("Accuracy (0\\.[5-9]|1)\\d*.* on the rows held back\\.\\s+First test row: predicted .+ %; true ",
            RunProject(folder, "Moves"));
        Assert.Matches("R squared 0\\.9\\d+, .+ on 40 test rows\\.\\s+First test row: "
            + "predicted 0\\.\\d+, true 0\\.956\\.", RunProject(folder, "Wear"));
        Assert.Matches("Accuracy (0\\.[5-9]|1)\\d*.* on the rows held back\\.\\s+First test row: predicted .+ %; true ",
            RunProject(folder, "Many"));
        Assert.Matches("R squared 0\\.9\\d+, .+ on 40 test rows\\.\\s+First test row: "
            + "predicted 0\\.\\d+, true 0\\.956\\.", RunProject(folder, "ManyNumbers"));

        // A save that does not end, since a folder is in the place of its file, leaves another file behind. The next
        // load, for which the model is there again, removes it.
        string model = Path.Combine(folder, "Shapes", "Shapes.mlnet");
        Assert.True(new FileInfo(model).Length > 10_000);
        File.Move(model, model + ".kept");
        Directory.CreateDirectory(model);
        string project = Path.Combine(folder, "Shapes");
        Assert.NotEqual(0, SampleProcess.RunDotnet(project, "run", "-c", Configuration, "--no-build").Exit);
        Assert.Single(Directory.GetFiles(project, "*.tmp"));
        Directory.Delete(model);
        File.Move(model + ".kept", model);
        Assert.DoesNotContain("Training on", RunProject(folder, "Shapes"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(project, "*.tmp"));
    }

    [Fact]
    public void What_a_killed_scaffold_left_is_removed_by_the_next_one()
    {
        using var file = new TemporaryFile("a.tsv", string.Concat(Enumerable.Repeat("1\t1\t2\n2\t2\t3\n", 5)));
        string folder = Path.GetDirectoryName(file.Path)!;
        string[] left = [.. Enumerable.Range(0, 3).Select(_ => Path.Combine(folder, $".seqconv-{Guid.NewGuid():N}"))];
        foreach (string path in left)
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "Program.cs"), "");
        }

        string mine = Path.Combine(folder, ".seqconv-mine");
        Directory.CreateDirectory(mine);
        File.WriteAllText(left[0] + ".lock", "");
        using (new FileStream(left[1] + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            Scaffold(folder, "First", "--train", file.Path);
            Assert.Equal([left[1], left[1] + ".lock", mine], Left());        // a process is at work on it
        }

        Scaffold(folder, "Second", "--train", file.Path);
        Assert.Equal([mine], Left());
        Assert.True(File.Exists(Path.Combine(folder, "Second", "Program.cs")));

        string[] Left() => [.. Directory.GetFileSystemEntries(folder, ".seqconv-*").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Sentences_recordings_and_networks_have_their_own_lines()
    {
        using var file = new TemporaryFile("sentences.txt", string.Concat(
            Enumerable.Range(0, 12).Select(i => $"{(i % 2 == 0 ? "good" : "bad")}\tthe word{i % 2} is {i}\n")));
        string folder = Path.GetDirectoryName(file.Path)!;
        string output = Scaffold(folder, "Mood", "--train", file.Path, "--source", "package");
        Assert.Contains("12 sentences, 2 classes (bad, good)", output, StringComparison.Ordinal);
        string project = File.ReadAllText(Path.Combine(folder, "Mood", "Mood.csproj"));
        Assert.Matches("<PackageReference Include=\"SeqConv.MLNet.Torch\" Version=\"\\d+\\.\\d+\\.\\d+\" />", project);
        Assert.Matches(
            "<PackageReference Include=\"libtorch-cpu-\\w+-\\w+\" Version=\"\\d+\\.\\d+\\.\\d+\" />", project);
        Assert.Contains("Trainers.TextCnn(",
            File.ReadAllText(Path.Combine(folder, "Mood", "Mood.training.cs")), StringComparison.Ordinal);
        Assert.Contains("[LoadColumn(1)]",
            File.ReadAllText(Path.Combine(folder, "Mood", "Mood.consumption.cs")), StringComparison.Ordinal);

        var random = new Random(1);
        foreach (string label in new[] { "high", "low" })
        {
            Directory.CreateDirectory(Path.Combine(folder, "clips", label));
            for (int i = 0; i < 5; i++)
                WaveFile.Write(Path.Combine(folder, "clips", label, $"{i}.wav"),
                    [.. Enumerable.Range(0, 400).Select(_ => random.NextSingle() - 0.5f)], 8000);
        }

        output = Scaffold(folder, "Pitch", "--train", Path.Combine(folder, "clips"), "--model", "multirocket");
        Assert.Contains("10 recordings, 8000 samples a second, 2 classes (high, low)",
            output, StringComparison.Ordinal);
        string training = File.ReadAllText(Path.Combine(folder, "Pitch", "Pitch.training.cs"));
        Assert.Contains("MelSpectrogram(\"Series\"", training, StringComparison.Ordinal);
        Assert.Contains("MultiRocket(\"Features\"", training, StringComparison.Ordinal);

        Scaffold(folder, "Net", "--train", Shapes, "--model", "inceptiontime", "--epochs", "7");
        Assert.Contains("NumberOfEpochs = 7",
            File.ReadAllText(Path.Combine(folder, "Net", "Net.training.cs")), StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.SeqConv.Torch.csproj",
            File.ReadAllText(Path.Combine(folder, "Net", "Net.csproj")), StringComparison.Ordinal);
        foreach (string written in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path =>
            path.Contains("Mood", StringComparison.Ordinal) || path.Contains("Pitch", StringComparison.Ordinal)))
            Assert.DoesNotMatch("\\{\\{\\w+\\}\\}|^#(if|else|end)", File.ReadAllText(written));
    }

    [Fact]
    public void The_file_is_read_before_anything_is_written()
    {
        using var file = new TemporaryFile("a.tsv", "1\t1\t2\n2\t1\tx\n");
        string folder = Path.GetDirectoryName(file.Path)!;
        (int exit, _, string errors) = SampleProcess.Run(folder, "scaffold", "Mine", "--train", file.Path);
        Assert.Equal(2, exit);
        Assert.Contains($"{file.Path}(2,", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "Mine")));
    }

    [Theory]
    [InlineData("a.tsv", "1\t1\t2\n", "Mine", "all 1 rows have the label '1'; a classifier needs at least two.")]
    [InlineData("a.tsv", "1\t1\t2\n2\t1\t3\n", "Mine", "2 rows are too few to hold some back for testing. "
        + "Give test data with --test.")]
    [InlineData("a.tsv", "", "Mine", "a.tsv: there are no rows. Give a file with at least one labelled series.")]
    [InlineData("a.tsv", "1\t1\t2\t3\n2\t1\t3\t3\n", "Mine",
        "others.tsv: the series have 2 points; those to learn from have 3.", "--test", "*")]
    [InlineData("a.tsv", "1\t1\t2\n", "1a", "'1a' is no name for a class;")]
    [InlineData("a.tsv", "1\t1\t2\n", "mine", "'mine' is no name for a class;")]
    [InlineData("a.tsv", "1\t1\t2\n", "Console", "'Console' is a name that the generated code uses for something else. "
        + "Choose another, for example ConsoleModel.")]
    [InlineData("a.tsv", "1\t1\t2\n", "Predict", "'Predict' is a name that the generated code uses")]
    [InlineData("a.tsv", "1\t1\t2\n", "Taken", "Taken' exists already. Choose another NAME or --out, or remove it.")]
    [InlineData("a.xyz", "1\t1\t2\n", "Mine", "has the extension '.xyz'")]
    [InlineData("a.txt", "good\ta word\nbad word\n", "Mine",
        "(2,1): the line 'bad word' is not a label, one tab and a sentence.")]
    [InlineData("a.txt", "good\ta word\nbad\tword\n", "Mine",
        "--model hydra is for series and recordings;", "--model", "hydra")]
    [InlineData("a.tsv", "1\t1\t2\n2\t1\t3\n", "Mine", "--epochs is for networks;", "--epochs", "3", "--test", "a.tsv")]
    [InlineData("a.tsv", "1\t1\t2\n2\t1\t3\n", "Mine",
        "the label 'cylinder' is none of the training data's.", "--test", "*")]
    [InlineData("a.tsv", "1\t1\t2\n", "Mine", "--pattern is for folders of recordings", "--pattern", "x")]
    public void What_cannot_be_made_into_a_project_is_told_in_one_line(
        string name, string content, string project, string expected, params string[] more)
    {
        using var file = new TemporaryFile(name, content);
        string folder = Path.GetDirectoryName(file.Path)!;
        Directory.CreateDirectory(Path.Combine(folder, "Taken"));
        File.WriteAllText(Path.Combine(folder, "others.tsv"), "cylinder\t1\t2\n");
        (int exit, _, string errors) = SampleProcess.Run(folder, ["scaffold", project, "--train", name,
            .. more.Select(argument => argument == "*" ? "others.tsv" : argument)]);
        Assert.Equal(2, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void A_missing_file_is_reported()
    {
        (int exit, _, string errors) = SampleProcess.Run(Path.GetTempPath(), "scaffold",
            "Mine", "--train", "nowhere.ts");
        Assert.Equal(2, exit);
        Assert.Matches("^The file or folder '.*nowhere.ts' does not exist\\.$", errors.Trim());
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Scaffold(string folder, string name, params string[] options)
    {
        (int exit, string output, string errors) = SampleProcess.Run(folder, ["scaffold", name, .. options]);
        Assert.True(exit == 0, errors);
        return output;
    }

    private static string RunProject(string folder, string name)
    {
        (int exit, string output, string errors) = SampleProcess.RunDotnet(Path.Combine(folder, name), "run",
            "-c", Configuration, "--no-build");
        Assert.True(exit == 0, errors);
        return output;
    }
}
