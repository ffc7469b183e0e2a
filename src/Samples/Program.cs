using System.CommandLine;
using System.Globalization;
using Microsoft.ML.SeqConv.Samples;
using Microsoft.ML.SeqConv.Samples.Explain;
using Microsoft.ML.SeqConv.Samples.Forecasting;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.News;
using Microsoft.ML.SeqConv.Samples.Onnx;
using Microsoft.ML.SeqConv.Samples.Scaffold;
using Microsoft.ML.SeqConv.Samples.Sentiment;
using Microsoft.ML.SeqConv.Samples.Series;
using Microsoft.ML.SeqConv.Samples.SpokenDigits;
using Microsoft.ML.SeqConv.Samples.Sweep;
using Microsoft.ML.SeqConv.Samples.Trust;
using Microsoft.ML.SeqConv.Samples.WaveNet;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var root = new RootCommand("SeqConv for ML.NET: convolutional models of sequences. "
    + "Without a command it makes the cylinder-bell-funnel set and runs 'series' on it.")
{
    SeriesCommand.Create(),
    OnnxCommand.Create(),
    ExplainCommand.Create(),
    TrustCommand.Create(),
    SentimentCommand.Create(),
    NewsCommand.Create(),
    SpokenDigitsCommand.Create(),
    WaveNetCommand.Create(),
    SunspotsCommand.Create(),
    TrainCommand.Create(),
    ScaffoldCommand.Create(),
    SweepCommand.Create(),
};
root.SetAction((_, token) => Task.FromResult(CommandRunner.Run(() => SeriesJob.RunOnGeneratedSet(token))));

return CommandRunner.Invoke(root, args, "the commands and options");
