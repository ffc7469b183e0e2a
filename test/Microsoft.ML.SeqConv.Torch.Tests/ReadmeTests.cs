using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests;

/// <summary>The code about networks in README.md is compiled and run here, and is what README.md says.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Network()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(12, 20), 20);
        string folder = _folder;

        // <network>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                NumberOfEpochs = 3,
                ValidationFraction = 0.2,       // these rows choose the best epoch
                CheckpointFolder = folder,
            }));

        using var progress = mlContext.OnFitProgress(p => Console.WriteLine($"{p.Stage}: {p.Done:F1} of {p.Total} epochs"));
        using var model = pipeline.Fit(train);
        Console.WriteLine($"{model.LastTransformer.NumberOfParameters} weights, best epoch {model.LastTransformer.Histories[0].BestEpoch}");
        // </network>

        Assert.Equal(5, model.LastTransformer.Histories.Count);
    }

    [Fact]
    public void The_snippet_in_the_readme_is_the_code_of_this_file()
    {
        string source = File.ReadAllText(Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Torch.Tests", "ReadmeTests.cs")).ReplaceLineEndings("\n");
        string readme = File.ReadAllText(Path.Combine(Folders.Repository, "README.md")).ReplaceLineEndings("\n");
        Match region = Regex.Match(source, @"^ *// <network>\n(?<code>.*?)^ *// </network>", RegexOptions.Multiline | RegexOptions.Singleline);
        string[] lines = region.Groups["code"].Value.TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        string code = string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
        Assert.True(readme.Contains(code, StringComparison.Ordinal), $"README.md lacks the snippet:\n{code}");
    }
}
