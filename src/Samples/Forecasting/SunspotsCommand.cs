using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

/// <summary>The command line of <see cref="SunspotsJob"/>.</summary>
internal static class SunspotsCommand
{
    public static System.CommandLine.Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Monthly values: a file of SILSO's (SN_ms_tot_V2.0.csv), or lines of year-month,value. "
                + "Default: a generated seasonal series."
        };
        var until = new Option<string?>("--until")
        {
            Description = "The last month to learn from, for example 2008-12. Default: a horizon before the end."
        };
        var window = new Option<int?>("--window")
        {
            Description = "Months that a forecast is made from. Default: two seasons.",
        };
        var horizon = new Option<int?>("--horizon") { Description = "Months to forecast. Default: a season." };
        var period = new Option<int?>("--period")
        {
            Description = "Months of a season. Default: 132 (a solar cycle) for files, 48 for the generated series."
        };
        var networks = new Option<int?>("--networks")
        {
            Description = "Networks whose quantiles are averaged. Default: 5 for files, 1 for the generated series."
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "The most passes over the windows. Default: 60 for files, 15 for the generated series."
        };
        var seed =
            new Option<int>("--seed") { Description = "Seed of weights and order.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model and the plot.",
            DefaultValueFactory = _ => SunspotsJob.DefaultFolder
        };

        var command = new System.CommandLine.Command("sunspots",
            "Forecasts the solar cycle, or another monthly series, with intervals, beside the naive forecasts.")
        {
            data, until, window, horizon, period, networks, epochs, seed, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SunspotsJob.Run(
            new SunspotsSettings(
                parsed.GetValue(data), parsed.GetValue(until), parsed.GetValue(window), parsed.GetValue(horizon),
                parsed.GetValue(period), parsed.GetValue(networks) ?? (parsed.GetValue(data) is null ? 1 : 5),
                parsed.GetValue(epochs) ?? (parsed.GetValue(data) is null ? 15 : 60), parsed.GetValue(seed),
                parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
