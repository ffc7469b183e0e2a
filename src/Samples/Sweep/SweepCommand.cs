using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Sweep;

/// <summary>The command line of <see cref="SweepJob"/>.</summary>
internal static class SweepCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--train")
        {
            Description = "Training series: .ts, .arff, or UCR .tsv/.txt/.csv. Default: the cylinder-bell-funnel set."
        };
        var test = new Option<string?>("--test") { Description = "Test series, which the sweep does not see." };
        var trials = new Option<int?>("--trials")
        {
            Description = "Budget in trials. Default: 40, or no limit where --seconds is given."
        };
        var seconds = new Option<double?>("--seconds") { Description = "Budget in seconds." };
        var search =
            new Option<string>("--search") { Description = "halving or random.", DefaultValueFactory = _ => "halving" };
        var metric = new Option<SweepMetric?>("--metric")
        {
            Description = "What is compared. Default: Accuracy, or RootMeanSquaredError for targets."
        };
        var folds =
            new Option<int>("--folds") { Description = "Folds of the cross-validation.", DefaultValueFactory = _ => 5 };
        var repeats = new Option<int?>("--repeats")
        {
            Description = "How often rows are dealt into folds. Default: "
                + "so often that 200 are held out in all, at most 4 times."
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of folds, draws and kernels.",
            DefaultValueFactory = _ => 1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for model.zip, trials.csv and sweep.png.",
            DefaultValueFactory = _ => SweepJob.DefaultFolder
        };
        search.AcceptOnlyFromAmong("halving", "random");

        var command = new System.CommandLine.Command("sweep", "Searches featurizer, head, normalisation and "
            + "hyperparameters by cross-validation; draws the leader board; Ctrl+C keeps the best so far.")
        {
            train, test, trials, seconds, search, metric, folds, repeats, seed, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SweepJob.Run(
            parsed.GetValue(train),
            parsed.GetValue(test),
            new SequenceSweepOptions
            {
                NumberOfTrials = parsed.GetValue(trials) ?? (parsed.GetValue(seconds) is null ? 40 : null),
                MaxSeconds = parsed.GetValue(seconds),
                Search = parsed.GetValue(search) == "random" ? SweepSearch.Random : SweepSearch.SuccessiveHalving,
                Metric = parsed.GetValue(metric),
                NumberOfFolds = parsed.GetValue(folds),
                NumberOfRepeats = parsed.GetValue(repeats),
                Seed = parsed.GetValue(seed),
                MissingValues = MissingValues.Interpolate,
            },
            parsed.GetValue(output)!,
            cancellation))));
        return command;
    }
}
