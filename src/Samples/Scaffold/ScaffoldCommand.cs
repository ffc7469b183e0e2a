using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>The command line of <see cref="ScaffoldJob"/>.</summary>
internal static class ScaffoldCommand
{
    public static System.CommandLine.Command Create()
    {
        var name = new Argument<string>("name")
        {
            Description = "Name of the project and of its class, for example Gestures."
        };
        var train = new Option<string>("--train")
        {
            Description = "Training data: series (.ts, .arff, UCR .tsv/.txt/.csv), a folder of WAV files, "
                + "or a .txt/.tsv file of a label, a tab and a sentence a line.",
            Required = true
        };
        var test = new Option<string?>("--test") { Description = "Test data. Default: one row in five is held back." };
        var model = new Option<string?>("--model")
        {
            Description = "Model of series and recordings: minirocket (default), multirocket, hydra, rocket, ensemble "
                + "(four featurizers, fused) or inceptiontime. Sentences are learned by TextCnn."
        };
        var pattern = new Option<string?>("--pattern")
        {
            Description = "For recordings: a regular expression for file names with a group Label. Default: "
                + "a recording's folder is its label."
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over the training data, for networks. Default: 100, for sentences 25."
        };
        var source = new Option<string>("--source")
        {
            Description = "Where the project takes the library from: this clone, or the packages. auto: "
                + "the clone if there is one.",
            DefaultValueFactory = _ => "auto"
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder in which the project's folder is made.",
            DefaultValueFactory = _ => "."
        };
        model.AcceptOnlyFromAmong("minirocket", "multirocket", "hydra", "rocket", "ensemble", "inceptiontime");
        source.AcceptOnlyFromAmong("auto", "clone", "package");

        var command = new System.CommandLine.Command("scaffold", "Writes a project in Model Builder's form for data of "
            + "your own, ready for dotnet run.") { name, train, test, model, pattern, epochs, source, output };
        command.SetAction(parsed => CommandRunner.Run(() => ScaffoldJob.Run(new ScaffoldSettings(
            parsed.GetValue(name)!, parsed.GetValue(train)!, parsed.GetValue(test), parsed.GetValue(model),
            parsed.GetValue(pattern), parsed.GetValue(epochs), parsed.GetValue(source)!, parsed.GetValue(output)!))));
        return command;
    }
}
