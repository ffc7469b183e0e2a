using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>The command line of <see cref="SeriesJob"/>.</summary>
internal static class SeriesCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string>("--train") { Description = "Training series: .ts, .arff, or UCR .tsv/.txt/.csv.", Required = true };
        var test = new Option<string>("--test") { Description = "Test series, in any of the formats.", Required = true };
        var model = new Option<string>("--model") { Description = "Featurizer: minirocket or rocket.", DefaultValueFactory = _ => "minirocket" };
        var head = new Option<string>("--head") { Description = "Trainer on the features: ridge or lbfgs.", DefaultValueFactory = _ => "ridge" };
        var seed = new Option<int>("--seed") { Description = "Seed of the random kernels.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out") { Description = "Folder for model.zip and the plot.", DefaultValueFactory = _ => SeriesJob.DefaultFolder };
        model.AcceptOnlyFromAmong("minirocket", "rocket");
        head.AcceptOnlyFromAmong("ridge", "lbfgs");

        var command = new System.CommandLine.Command("series", "Trains on a file of labelled series, scores another, saves the model, reloads it and predicts. Text labels: classification; @targetLabel: regression.")
        {
            train, test, model, head, seed, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SeriesJob.Run(
            new SeriesJobSettings(
                parsed.GetValue(train)!,
                parsed.GetValue(test)!,
                parsed.GetValue(model)! == "rocket" ? Featurizer.Rocket : Featurizer.MiniRocket,
                parsed.GetValue(head)! == "lbfgs" ? Head.Lbfgs : Head.Ridge,
                parsed.GetValue(seed),
                parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
