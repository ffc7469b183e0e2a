using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>The command line of <see cref="TrainJob"/>.</summary>
internal static class TrainCommand
{
    public static System.CommandLine.Command Create()
    {
        var config = new Argument<string>("mbconfig")
        {
            Description = "An .mbconfig file of the samples, for example "
                + "src/Samples/Series/SeriesClassificationModel.mbconfig."
        };
        var train =
            new Option<string?>("--train") { Description = "Training data instead of those that the file names." };
        var test = new Option<string?>("--test") { Description = "Test data instead of those that the file names." };
        var output = new Option<string?>("--out")
        {
            Description = "Folder for the model and the .mbconfig file with the run. Default: out/NAME."
        };

        var command = new System.CommandLine.Command("train", "Retrains a model in Model Builder's form by its "
            + ".mbconfig file, evaluates it and predicts with the generated code.") { config, train, test, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => TrainJob.Run(
            new TrainSettings(parsed.GetValue(config)!, parsed.GetValue(train), parsed.GetValue(test),
                parsed.GetValue(output)), cancellation))));
        return command;
    }
}
