using System.CommandLine;
using System.Globalization;
using Microsoft.ML.SeqConv.Samples;
using Microsoft.ML.SeqConv.Samples.Serving;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var model = new Option<string?>("--model")
{
    Description = "An .onnx file of mlContext.Model.SaveAsOnnx to serve. Default: one is trained."
};
var train = new Option<string?>("--train")
{
    Description = "Series to train MiniRocket and ridge on: .ts, .arff, or UCR .tsv/.txt/.csv. Default: "
        + "the cylinder-bell-funnel set."
};
var output = new Option<string>("--out")
{
    Description = "Folder for the trained model.onnx.",
    DefaultValueFactory = _ => Path.Combine("out", "serving")
};
var url = new Option<string>("--url")
{
    Description = "Where to listen.",
    DefaultValueFactory = _ => "http://localhost:5000"
};
var root = new RootCommand("Serves an exported pipeline: a page, POST /predict, health and metrics. Limits are in "
    + "appsettings.json, or in environment variables such as Serving__MaximumBatch.") { model, train, output, url };
root.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => ServingJob.Run(
    new ServingJobSettings(parsed.GetValue(model), parsed.GetValue(train), parsed.GetValue(output)!,
        parsed.GetValue(url)!), cancellation))));

return CommandRunner.Invoke(root, args, "the options");
