using System.CommandLine;
using Microsoft.ML.SeqConv.Samples.SpokenDigits;

namespace Microsoft.ML.SeqConv.Samples.WaveNet;

/// <summary>The command line of <see cref="WaveNetJob"/>.</summary>
internal static class WaveNetCommand
{
    public static System.CommandLine.Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder of WAV files. Default: clips of a speech synthesiser that come with the sample."
        };
        var train = new Option<string>("--train-pattern")
        {
            Description = "Which files to learn from; the group Speaker names the speaker.",
            DefaultValueFactory = _ => SpokenDigitsModel.TrainPattern
        };
        var test = new Option<string>("--test-pattern")
        {
            Description = "Which files to test with.",
            DefaultValueFactory = _ => SpokenDigitsModel.TestPattern
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Passes over the training clips.",
            DefaultValueFactory = _ => 3
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "Length of the recording that is made.",
            DefaultValueFactory = _ => 2
        };
        var temperature = new Option<double>("--temperature")
        {
            Description = "1: as learned; less: more likely samples.",
            DefaultValueFactory = _ => 0.9
        };
        var speaker = new Option<string?>("--speaker") { Description = "Whose voice. Default: the first speaker's." };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of training and of the recording.",
            DefaultValueFactory = _ => 1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model, the recording and its plot.",
            DefaultValueFactory = _ => WaveNetJob.DefaultFolder
        };

        var command = new System.CommandLine.Command("wavenet", "Learns recordings sample by sample, and makes a new "
            + "one.") { data, train, test, epochs, seconds, temperature, speaker, seed, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => WaveNetJob.Run(
            new WaveNetJobSettings(
                parsed.GetValue(data), parsed.GetValue(train)!, parsed.GetValue(test)!, parsed.GetValue(epochs),
                parsed.GetValue(seconds), parsed.GetValue(temperature), parsed.GetValue(speaker),
                parsed.GetValue(seed), parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
