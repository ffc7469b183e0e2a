using System.Text;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Files of the samples: text is UTF-8 or an error, and what is written is there whole or not at
/// all.</summary>
public class SampleFileTests
{
    [Theory]
    [InlineData("a.txt", "0 caf\u00E9 closed\n1 cafe open\n", "(1,6)",
        "sentiment", "--train", "a.txt", "--test", "a.txt")]
    [InlineData("a.csv", "1,good\n2,caf\u00E9\n", "(2,6)", "news", "--data", "a.csv", "--test", "a.csv")]
    [InlineData("a.csv", "month,caf\u00E9\n2001-01,3\n", "(1,10)", "sunspots", "--data", "a.csv")]
    [InlineData("a.mbconfig", "{\n  \"Scenario\": \"caf\u00E9\"\n}\n", "(2,19)", "train", "a.mbconfig")]
    [InlineData("a.txt", "good\tcafe open\nbad\tcaf\u00E9 closed\n", "(2,8)", "scaffold", "Mine", "--train", "a.txt")]
    public void Text_in_another_encoding_is_an_error_with_its_place(
        string name, string text, string place, params string[] arguments)
    {
        using var file = new TemporaryFile(name);
        File.WriteAllBytes(file.Path, Encoding.Latin1.GetBytes(text));
        (int exit, _, string errors) = SampleProcess.Run(Path.GetDirectoryName(file.Path)!, arguments);
        Assert.Equal(2, exit);
        Assert.EndsWith($"{name}{place}: the byte 0xE9 is no UTF-8, so the text has another encoding. "
            + "Save it as UTF-8.", errors.Trim());
        Assert.Single(errors.Trim().Split('\n'));
    }

    /// <summary>Who reads an older file while a sample writes keeps the older file: the new one is renamed into its
    /// place.</summary>
    [Theory]
    [InlineData("trials.csv,model.zip", "sweep", "--trials", "1", "--search", "random")]
    [InlineData("SeriesRegressionModel.mbconfig,SeriesRegressionModel.mlnet", "train", "*")]
    public void Files_are_replaced_whole(string names, params string[] arguments)
    {
        using var folder = new TemporaryFile("x");
        string written = Path.GetDirectoryName(folder.Path)!;
        string config = Path.Combine(Folders.Repository, "src", "Samples", "Series", "SeriesRegressionModel.mbconfig");
        string[] files = [.. names.Split(',').Select(name => Path.Combine(written, name))];
        foreach (string file in files)
            File.WriteAllText(file, "older");
        FileStream[] open = [.. files.Select(file => new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))];
        try
        {
            (int exit, _, string errors) = SampleProcess.Run(
                written, [.. arguments.Select(argument => argument == "*" ? config : argument), "--out", written]);
            Assert.True(exit == 0, errors);
            Assert.All(open, stream => Assert.Equal("older", new StreamReader(stream).ReadToEnd()));
            Assert.All(files, file => Assert.NotEqual("older", File.ReadAllText(file)));
            Assert.Empty(Directory.GetFiles(written, "*.tmp"));
        }
        finally
        {
            foreach (FileStream stream in open)
                stream.Dispose();
        }
    }

    /// <summary>The name of the longest file does not fit into a file system of 255 bytes a name.</summary>
    [Fact]
    public void A_project_that_cannot_be_written_whole_leaves_nothing()
    {
        using var file = new TemporaryFile("a.tsv", string.Concat(Enumerable.Repeat("1\t1\t2\n2\t2\t3\n", 5)));
        string folder = Path.GetDirectoryName(file.Path)!;
        (int exit, _, string errors) = SampleProcess.Run(
            folder, "scaffold", new string('A', 242), "--train", file.Path);
        Assert.Equal(2, exit);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Equal([file.Path], Directory.GetFileSystemEntries(folder));
    }
}
