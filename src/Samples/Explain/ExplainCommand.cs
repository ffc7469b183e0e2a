using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Explain;

/// <summary>The command line of <see cref="ExplainJob"/>.</summary>
internal static class ExplainCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--train")
        {
            Description = "Training series: .ts, .arff, or UCR .tsv/.txt/.csv. Default: the cylinder-bell-funnel set."
        };
        var test = new Option<string?>("--test") { Description = "Test series, in any of the formats." };
        var row = new Option<int>("--row")
        {
            Description = "Which test series is explained, from 0.",
            DefaultValueFactory = _ => 0
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for explanation.png.",
            DefaultValueFactory = _ => Path.Combine("out", "explain")
        };
        var command = new System.CommandLine.Command("explain", "Fits Hydra and ridge, and shows which points of a "
            + "test series its score comes from.") { train, test, row, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => ExplainJob.Run(
            new ExplainJobSettings(parsed.GetValue(train), parsed.GetValue(test), parsed.GetValue(row),
                parsed.GetValue(output)!), cancellation))));
        return command;
    }
}
