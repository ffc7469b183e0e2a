using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.News;

/// <summary>The command line of <see cref="NewsJob"/>.</summary>
internal static class NewsCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--data")
        {
            Description = "Training texts: a comma-separated file, the class first, then the texts. Default: "
                + "headlines that come with the sample."
        };
        var test = new Option<string?>("--test") { Description = "Test texts." };
        var depth =
            new Option<int>("--depth") { Description = "Convolutions: 9, 17, 29 or 49.", DefaultValueFactory = _ => 9 };
        var length = new Option<int?>("--length")
        {
            Description = "Characters of a text that are read. Default: 1014, for the headlines 96."
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over the training texts. Default: 10, for the headlines 8."
        };
        var separable = new Option<bool>("--separable") { Description = "Depthwise-separable convolutions." };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of weights, order and the validation texts.",
            DefaultValueFactory = _ => 1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model, its ONNX file and the curves.",
            DefaultValueFactory = _ => NewsJob.DefaultFolder
        };

        var command = new System.CommandLine.Command("news", "Trains Vdcnn on the characters of labelled texts, "
            + "beside bags of words.") { train, test, depth, length, epochs, separable, seed, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() =>
        {
            bool shipped = parsed.GetValue(train) is null;
            NewsJob.Run(
                new NewsSettings(
                    parsed.GetValue(train), parsed.GetValue(test), parsed.GetValue(depth), parsed.GetValue(length)
                        ?? (shipped ? 96 : 1014), parsed.GetValue(epochs) ?? (shipped ? 8 : 10), shipped ? 8 : 64,
                    parsed.GetValue(separable), parsed.GetValue(seed), parsed.GetValue(output)!),
                cancellation);
        })));
        return command;
    }
}
