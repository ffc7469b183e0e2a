using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>The code in docs/explanations.md is compiled and run here.</summary>
public class ExplanationDocsTests
{
    [Fact]
    public void The_snippet_is_the_code_of_this_file()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 50);
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, rows, 50);
        float[] series = rows[4].Series;

        // <explain>
        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.Hydra("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(train);

        // the predicted class; a name as the third argument: that one
        SeriesExplanation explanation = mlContext.Model.ExplainSeries(model, series);
        // [channel, time]; all together sum to Score
        double first = explanation.Contributions[0, 0];
        Console.WriteLine($"{explanation.ClassName}: {explanation.Score}, of which a series without shape has "
            + $"{explanation.Intercept}; the first point {first}");

        SeriesExplanation occluded = mlContext.Model.ExplainSeries(model, series, ExplanationMethod.Occlusion);
        // </explain>

        Assert.Equal(("c1", ExplanationMethod.Exact), (explanation.ClassName, explanation.Method));
        Assert.Equal("c1", occluded.ClassName);
        string source = File.ReadAllText(Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests",
            "Explanation", "ExplanationDocsTests.cs")).ReplaceLineEndings("\n");
        string docs = File.ReadAllText(Path.Combine(Folders.Repository, "docs", "explanations.md"))
            .ReplaceLineEndings("\n");
        string[] lines = Regex.Match(source, @"^ *// <explain>\n(?<code>.*?)^ *// </explain>",
            RegexOptions.Multiline | RegexOptions.Singleline).Groups["code"].Value.TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        string code = string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
        Assert.True(docs.Contains(code, StringComparison.Ordinal), $"docs/explanations.md lacks the snippet:\n{code}");
    }
}
