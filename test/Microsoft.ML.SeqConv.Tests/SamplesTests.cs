using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The samples as a user runs them.</summary>
public class SamplesTests
{
    [Fact]
    public void Without_arguments_the_main_job_runs_from_data_to_picture()
    {
        using var folder = new TemporaryFile("x");
        (int exit, string output, string errors) = Run(Path.GetDirectoryName(folder.Path)!);
        Assert.True(exit == 0, errors);
        Assert.Contains("Accuracy 0.9", output, StringComparison.Ordinal);
        Assert.Contains("predicted cylinder", output, StringComparison.Ordinal);
        string written = Path.Combine(Path.GetDirectoryName(folder.Path)!, "out", "series");
        foreach (string file in new[]
        {
            "CylinderBellFunnel_TRAIN.ts", "CylinderBellFunnel_TEST.ts", "model.zip", "predictions.png"
        })
            Assert.True(new FileInfo(Path.Combine(written, file)).Length > 10_000, file);
    }

    [Theory]
    [InlineData("tsc/Coffee/Coffee_TRAIN.ts", "rocket", "lbfgs", "Accuracy ")]
    [InlineData("tsc/Coffee/Coffee_TRAIN.ts", "ensemble", "ridge", "Accuracy 1.0000")]
    [InlineData("tsr/Covid3Month/Covid3Month_TRAIN.ts", "ensemble", "ridge", "Root mean squared error 0.0")]
    [InlineData("tsr/Covid3Month/Covid3Month_TRAIN.ts", "minirocket", "ridge", "Root mean squared error 0.0")]
    public void A_users_own_files_are_run(string train, string model, string head, string expected)
    {
        string trainFile = Folders.Data(train);
        using var folder = new TemporaryFile("x");
        (int exit, string output, string errors) = Run(
            Path.GetDirectoryName(folder.Path)!, "series", "--train", trainFile, "--test", trainFile.Replace("_TRAIN",
                "_TEST", StringComparison.Ordinal), "--model", model, "--head", head, "--out", "here");
        Assert.True(exit == 0, errors);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(folder.Path)!, "here", "predictions.png")));
    }

    [Fact]
    public void InceptionTime_draws_its_curves()
    {
        using var train = new TemporaryFile("a_TRAIN.tsv", Ramps(12));
        using var test = new TemporaryFile("a_TEST.tsv", Ramps(6));
        (int exit, string output, string errors) = Run(
            Path.GetDirectoryName(train.Path)!, "series", "--train", train.Path, "--test", test.Path, "--model",
            "inceptiontime", "--epochs", "3", "--out", "here");
        Assert.True(exit == 0, errors);
        Assert.Contains("Accuracy ", output, StringComparison.Ordinal);
        Assert.True(
            new FileInfo(Path.Combine(Path.GetDirectoryName(train.Path)!, "here", "curves.png")).Length > 10_000);
    }

    [Fact]
    public void Sentiment_is_learned_from_the_sentences_that_come_with_the_sample()
    {
        using var folder = new TemporaryFile("x");
        (int exit, string output, string errors) = Run(Path.GetDirectoryName(folder.Path)!, "sentiment");
        Assert.True(exit == 0, errors);
        Assert.Matches("Accuracy (0\\.[89]|1)", output);
        string written = Path.Combine(Path.GetDirectoryName(folder.Path)!, "out", "sentiment");
        foreach (string file in new[] { "model.zip", "curves.png" })
            Assert.True(new FileInfo(Path.Combine(written, file)).Length > 10_000, file);
    }

    [Theory]
    [InlineData("The contributions of 128 points sum to", "explain", "explanation.png")]
    [InlineData("of significance 0.1", "trust", "trust.png,model.zip")]
    [InlineData("Accuracy", "news", "model.zip,model.onnx,curves.png", "--epochs", "1")]
    [InlineData("MiniRocket on mel bands", "spoken-digits", "model.zip,model.onnx,curves.png", "--epochs", "1")]
    [InlineData("bits a sample on 20 test clips", "wavenet", "generated.wav,generated.png,model.wavenet,step.onnx",
        "--epochs", "1", "--seconds", "0.5")]
    [InlineData("months in the interval of 90", "sunspots", "forecast.png,model.zip", "--epochs", "2")]
    [InlineData("3 trials in", "sweep", "model.zip,sweep.png", "--trials", "3", "--search", "random")]
    public void A_sample_runs_on_what_comes_with_it(
        string expected, string command, string files, params string[] options)
    {
        using var folder = new TemporaryFile("x");
        (int exit, string output, string errors) = Run(Path.GetDirectoryName(folder.Path)!, [command, .. options]);
        Assert.True(exit == 0, errors);
        Assert.Contains(expected, output, StringComparison.OrdinalIgnoreCase);
        foreach (string file in files.Split(','))
            Assert.True(new FileInfo(Path.Combine(Path.GetDirectoryName(folder.Path)!, "out", command, file)).Length
                > 5_000, file);
    }

    [Fact]
    public void Sentences_of_a_user_are_run()
    {
        using var train = new TemporaryFile("train.txt",
            string.Concat(Enumerable.Range(0, 30).Select(i => $"{i % 2} the word{i % 2} number {i}\n")));
        using var test = new TemporaryFile("test.txt", "0 word0\n1\tword1 word1\n");
        using var wrong = new TemporaryFile("wrong.txt", "0 word0\nnothing\n");
        string folder = Path.GetDirectoryName(train.Path)!;
        (int exit, string output, string errors) = Run(folder, "sentiment", "--train", train.Path, "--test", test.Path,
            "--epochs", "5", "--out", "here");
        Assert.True(exit == 0, errors);
        Assert.Contains("on 2 test sentences", output, StringComparison.Ordinal);
        (exit, _, errors) = Run(folder, "sentiment", "--train", wrong.Path, "--test", test.Path);
        Assert.Equal(2, exit);
        Assert.Equal($"{wrong.Path}(2,1): the line 'nothing' has no sentence; a line is a label, a tab or a space, "
            + "and a sentence.", errors.Trim());
    }

    [Theory]
    [InlineData("class,title\n", "the file has no row with a class and a text; "
        + "a row is class,text or class,title,text, with quotes around texts that hold commas.")]
    [InlineData("1,good\n2,\"open\n1,good\n", "A quote within a quoted text is written twice.")]
    [InlineData("1,good\n,lost\n2,other\n", "the row with the text 'lost' has no class; the class is the first column. "
        + "Name the class, or leave the row out.")]
    [InlineData("1,good\n1,other\n", "all 2 rows have the class '1'; a classifier needs at least two. "
        + "The class is the first column.")]
    [InlineData("1,good\n3,other\n", "the row with the text 'other' has the class '2', which no row of")]
    public void News_that_cannot_be_learned_are_told_with_the_file(string rows, string expected)
    {
        using var train = new TemporaryFile("train.csv", rows);
        using var test = new TemporaryFile("test.csv", "1,good\n2,other\n");
        (int exit, _, string errors) = Run(Path.GetDirectoryName(train.Path)!, "news", "--data",
            train.Path, "--test", test.Path);
        Assert.Equal(2, exit);
        Assert.Contains(train.Path, errors, StringComparison.Ordinal);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void Help_tells_every_option()
    {
        (int exit, string output, _) = Run(Path.GetTempPath(), "series", "--help");
        Assert.Equal(0, exit);
        foreach (string option in new[]
        {
            "--train", "--test", "--model", "--head", "--out", "--seed", "--epochs",
            "ensemble|inceptiontime|minirocket|rocket"
        })
            Assert.Contains(option, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The file 'nowhere.ts' does not exist.", "series", "--train", "nowhere.ts", "--test", "nowhere.ts")]
    [InlineData("has the extension '.xyz'", "series", "--train", "a.xyz", "--test", "b.ts")]
    [InlineData("--row is 9; the test series are 0 to 8.", "explain", "--row", "9")]
    [InlineData("Significance is 2; it must be above 0 and below 1.", "trust", "--significance", "2")]
    [InlineData("Give --train and --test together", "trust", "--train", "a.ts")]
    [InlineData("Option '--train' is required.", "series", "--test", "b.ts")]
    [InlineData("'forest'", "series", "--train", "a.ts", "--test", "b.ts", "--model", "forest")]
    [InlineData("'nonsense'", "nonsense")]
    [InlineData("The folder 'nowhere' does not exist.", "spoken-digits", "--data", "nowhere")]
    [InlineData("The folder 'nowhere' does not exist.", "wavenet", "--data", "nowhere")]
    [InlineData("The file 'nowhere.csv' does not exist.", "sunspots", "--data", "nowhere.csv")]
    [InlineData("The file 'nowhere.csv' does not exist.", "news", "--data", "nowhere.csv", "--test", "nowhere.csv")]
    [InlineData("--data and --test belong together.", "news", "--data", "nowhere.csv")]
    [InlineData("Depth is 10; it must be 9, 17, 29 or 49.", "news", "--depth", "10")]
    [InlineData("--speaker is 'nobody'; the clips are by en029f5", "wavenet", "--speaker", "nobody")]
    [InlineData("--seconds is -1; it must be above 0", "wavenet", "--seconds", "-1")]
    [InlineData("--until is 'May'; write a month as 2008-12.", "sunspots", "--until", "May")]
    [InlineData("--train and --test belong together.", "sweep", "--train", "a.ts")]
    [InlineData("NumberOfTrials is 0; a sweep needs a budget of at least 1 trial.", "sweep", "--trials", "0")]
    [InlineData("The metric RSquared is for regression", "sweep", "--metric", "RSquared")]
    public void What_a_user_does_wrong_ends_in_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        (int exit, _, string errors) = Run(Path.GetTempPath(), arguments);
        Assert.Equal(2, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void A_test_file_of_another_shape_is_named()
    {
        using var train = new TemporaryFile("a_TRAIN.tsv",
            string.Concat(Enumerable.Range(0, 8).Select(i => $"{i % 2}\t{i}\t{i * i}\t1\n")));
        using var test = new TemporaryFile("a_TEST.tsv", "0\t1\t2\n1\t2\t3\t4\n");
        (int exit, _, string errors) = Run(Path.GetDirectoryName(train.Path)!, "series", "--train",
            train.Path, "--test", test.Path);
        Assert.Equal(2, exit);
        Assert.Equal("Column 'Series' has 2 points a channel in row 0; the model works on 3. "
            + "Resample or cut the series, or fit on a column of unknown size (Vector<Single>).", errors.Trim());
    }

    [Theory]
    [InlineData("series")]
    [InlineData("sweep")]
    [InlineData("explain")]
    [InlineData("trust")]
    [InlineData("onnx")]
    public void A_file_without_rows_or_labels_is_named(string command)
    {
        using var train = new TemporaryFile("a_TRAIN.tsv", Ramps(8));
        using var empty = new TemporaryFile("empty.tsv", "");
        using var bare = new TemporaryFile("bare.ts",
            "@problemName bare\n@univariate true\n@equalLength true\n@classLabel false\n@data\n1,2,3\n");
        foreach ((TemporaryFile file,
            string rule) in new[] { (empty, "there are no rows."), (bare, "the series have no labels,") })
        {
            (int exit, _, string errors) = Run(Path.GetDirectoryName(train.Path)!, command, "--train",
                train.Path, "--test", file.Path);
            Assert.Equal(2, exit);
            Assert.StartsWith($"{file.Path}: {rule}", errors, StringComparison.Ordinal);
            Assert.Single(errors.Trim().Split('\n'));
        }
    }

    [Fact]
    public void A_sweep_with_test_series_of_another_length_is_refused_before_it_runs()
    {
        using var train = new TemporaryFile("a_TRAIN.tsv", Ramps(8));
        using var test = new TemporaryFile("a_TEST.tsv", "0\t1\t2\n1\t2\t3\n");
        (int exit, string output, string errors) = Run(Path.GetDirectoryName(train.Path)!, "sweep", "--train",
            train.Path, "--test", test.Path);
        Assert.Equal(2, exit);
        Assert.Equal("The test series are Vector<Single, 2>, and those to learn from Vector<Single, 20>. "
            + "Resample or cut them, or say @equalLength false in a .ts file to learn from.", errors.Trim());
        Assert.Empty(output);
    }

    [Fact]
    public void Every_trial_that_failed_is_told_with_the_first_cause()
    {
        // Equal labels: no head can learn.
        using var train = new TemporaryFile("a.tsv",
            string.Concat(Enumerable.Range(0, 12).Select(i => $"1\t{i}\t{i * i}\t1\n")));
        (int exit, _, string errors) = Run(Path.GetDirectoryName(train.Path)!, "sweep", "--train", train.Path,
            "--test", train.Path, "--trials", "3");
        Assert.Equal(2, exit);
        Assert.StartsWith("All 3 trials failed. The first, MiniRocket + ridge with ", errors, StringComparison.Ordinal);
    }

    private static string Ramps(int count)
        => string.Concat(Enumerable.Range(0, count).Select(i =>
            $"{i % 2}\t{string.Join('\t', Enumerable.Range(0, 20).Select(t => i % 2 == 0 ? t : 20 - t + i % 3))}\n"));

    private static (int Exit, string Output, string Errors) Run(string folder, params string[] arguments)
        => SampleProcess.Run(folder, arguments);
}
