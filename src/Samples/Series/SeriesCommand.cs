using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>The command line of <see cref="SeriesJob"/>.</summary>
internal static class SeriesCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string>("--train")
        {
            Description = "Training series: .ts, .arff, or UCR .tsv/.txt/.csv.",
            Required = true
        };
        var test =
            new Option<string>("--test") { Description = "Test series, in any of the formats.", Required = true };
        var model = new Option<string>("--model")
        {
            Description = "Model: minirocket or rocket (featurizers), ensemble (four featurizers, fused), or "
                + "inceptiontime (five networks; minutes).",
            DefaultValueFactory = _ => "minirocket"
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Passes over the training series, for inceptiontime.",
            DefaultValueFactory = _ => 100
        };
        var head = new Option<string>("--head")
        {
            Description = "Trainer on the features: ridge or lbfgs.",
            DefaultValueFactory = _ => "ridge"
        };
        var seed =
            new Option<int>("--seed") { Description = "Seed of the random kernels.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out")
        {
            Description = "Folder for model.zip and the plot.",
            DefaultValueFactory = _ => SeriesJob.DefaultFolder
        };
        model.AcceptOnlyFromAmong("minirocket", "rocket", "ensemble", "inceptiontime");
        head.AcceptOnlyFromAmong("ridge", "lbfgs");

        var command = new System.CommandLine.Command("series", "Trains on a file of labelled series, scores another, "
            + "saves the model, reloads it and predicts. Text labels: classification; @targetLabel: regression.")
        {
            train, test, model, head, epochs, seed, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SeriesJob.Run(
            new SeriesJobSettings(
                parsed.GetValue(train)!,
                parsed.GetValue(test)!,
                parsed.GetValue(model)! switch
                {
                    "rocket" => SeriesModel.Rocket,
                    "ensemble" => SeriesModel.Ensemble,
                    "inceptiontime" => SeriesModel.InceptionTime,
                    _ => SeriesModel.MiniRocket,
                },
                parsed.GetValue(head)! == "lbfgs" ? Head.Lbfgs : Head.Ridge,
                parsed.GetValue(epochs),
                parsed.GetValue(seed),
                parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
