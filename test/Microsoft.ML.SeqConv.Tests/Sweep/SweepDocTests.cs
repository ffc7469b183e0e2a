using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

/// <summary>The code in docs/automl.md is compiled and run, here and in the tests of the AutoML package.</summary>
public class SweepDocTests
{
    [Fact]
    public void Sweep()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(24, 40), 40);
        IDataView test = SineWaves.View(mlContext, SineWaves.Make(24, 40, seed: 2), 40);
        CancellationToken token = CancellationToken.None;

        // <sweep>
        SequenceSweepResult result = mlContext.Model.SweepSequenceClassifier(train, new SequenceSweepOptions
        {
            NumberOfTrials = 14,                                        // or MaxSeconds = 60, or both
            Metric = SweepMetric.LogLoss,
            MissingValues = MissingValues.Interpolate,
            OnTrial = board => Console.WriteLine(
                $"{board.Trials.Count} trials, best {board.Best?.Mean:F3} by {board.Best?.Candidate}"),
        }, cancellation: token);

        result.LeaderBoard.WriteTable(Console.Out);
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(
            result.Model.Transform(test));
        // </sweep>

        Assert.Equal(14, result.LeaderBoard.Trials.Count);
        Assert.InRange(metrics.MicroAccuracy, 0.8, 1);
    }

    [Fact]
    public void Candidates()
    {
        // <candidates>
        var inception = new SweepCandidate(
            "InceptionTime",
            new SweepSpace(SweepDimension.Range("epochs", 10, 300, 100, logarithmic: true),
                SweepDimension.Range("filters", 8, 64, 32, logarithmic: true)),
            (context, parameters) =>
                context.MulticlassClassification.Trainers.InceptionTime(new InceptionTimeTrainer.Options
                {
                    NumberOfEpochs = parameters.Get<int>("epochs"),
                    NumberOfFilters = parameters.Get<int>("filters"),
                }))
        {
            Cost = 100,                                                 // beside MiniRocket + ridge
            // successive halving begins with a ninth of them
            Resource = "epochs",
        };
        var options = new SequenceSweepOptions
        {
            Candidates = [.. SequenceCandidates.ForClassification(), inception],
            MaxSeconds = 600
        };
        // </candidates>

        options.Check();
        Assert.IsType<InceptionTimeTrainer>(inception.Build(new MLContext(1), inception.Space.Start()));
    }

    [Theory]
    [InlineData("Microsoft.ML.SeqConv.Tests/Sweep/SweepDocTests.cs", 2)]
    [InlineData("Microsoft.ML.SeqConv.AutoML.Tests/AutoMLDocTests.cs", 2)]
    public void Snippets_in_the_document_are_the_code_of_the_tests(string file, int count)
    {
        string source = File.ReadAllText(Path.Combine(Folders.Repository, "test", file)).ReplaceLineEndings("\n");
        string document = File.ReadAllText(Path.Combine(Folders.Repository, "docs", "automl.md"))
            .ReplaceLineEndings("\n");
        MatchCollection regions = Regex.Matches(source, @"^ *// <(?<name>[a-z-]+)>\n(?<code>.*?)^ *// </\k<name>>",
            RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.Equal(count, regions.Count);
        foreach (Match region in regions)
        {
            string[] lines = region.Groups["code"].Value.TrimEnd().Split('\n');
            int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
            string code = string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
            Assert.True(document.Contains(code, StringComparison.Ordinal),
                $"docs/automl.md lacks the snippet '{region.Groups["name"].Value}':\n{code}");
        }
    }
}
