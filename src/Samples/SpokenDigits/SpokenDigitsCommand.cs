using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>The command line of <see cref="SpokenDigitsJob"/>.</summary>
internal static class SpokenDigitsCommand
{
    public static System.CommandLine.Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder of WAV files. Default: clips of a speech synthesiser that come with the sample."
        };
        var train = new Option<string>("--train-pattern")
        {
            Description = "Which files to learn from, and where in their names the label is.",
            DefaultValueFactory = _ => SpokenDigitsModel.TrainPattern
        };
        var test = new Option<string>("--test-pattern")
        {
            Description = "Which files to test with.",
            DefaultValueFactory = _ => SpokenDigitsModel.TestPattern
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Passes of the networks over the training clips.",
            DefaultValueFactory = _ => 20
        };
        var seeds = new Option<int>("--seeds")
        {
            Description = "Trainings of each network, each from another seed.",
            DefaultValueFactory = _ => 1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model, its ONNX file and the curves.",
            DefaultValueFactory = _ => SpokenDigitsJob.DefaultFolder
        };

        var command = new System.CommandLine.Command("spoken-digits",
            "Classifies spoken digits: CLDNN, its parts alone, Rocket and MiniRocket side by side.")
        {
            data, train, test, epochs, seeds, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SpokenDigitsJob.Run(
            new SpokenDigitsSettings(
                parsed.GetValue(data), parsed.GetValue(train)!, parsed.GetValue(test)!, parsed.GetValue(epochs),
                parsed.GetValue(seeds), parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
