using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Trust;

/// <summary>The command line of <see cref="TrustJob"/>.</summary>
internal static class TrustCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--train")
        {
            Description = "Training series with classes: .ts, .arff, or UCR .tsv/.txt/.csv. Default: noisy series of "
                + "the cylinder-bell-funnel set."
        };
        var test = new Option<string?>("--test") { Description = "Test series, in any of the formats." };
        var significance = new Option<double>("--significance")
        {
            Description = "How often a prediction set may lack the class of its series.",
            DefaultValueFactory = _ => 0.1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for trust.png and model.zip.",
            DefaultValueFactory = _ => Path.Combine("out", "trust")
        };
        var command = new System.CommandLine.Command("trust", "Fits an ensemble with prediction sets, and shows how "
            + "far its probabilities can be relied upon.") { train, test, significance, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => TrustJob.Run(
            new TrustJobSettings(parsed.GetValue(train), parsed.GetValue(test), parsed.GetValue(significance),
                parsed.GetValue(output)!), cancellation))));
        return command;
    }
}
