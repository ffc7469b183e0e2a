using Microsoft.ML.AutoML;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.AutoMLTests;

/// <summary>The code for AutoML in docs/automl.md.</summary>
public class AutoMLDocTests
{
    private readonly MLContext mlContext = new(seed: 1);

    private IDataView Data => SineWaves.View(mlContext, SineWaves.Make(24, 40), 40);

    [Fact]
    public async Task Experiment()
    {
        IDataView train = Data;
        CancellationToken token = CancellationToken.None;

        // <experiment>
        var monitor = new LeaderBoardMonitor(Console.Out);
        AutoMLExperiment experiment = mlContext.Auto().CreateSequenceClassificationExperiment(train,
            new SequenceSweepOptions { NumberOfTrials = null, MaxSeconds = 10 }, monitor);
        TrialResult best = await experiment.RunAsync(token);            // a cancelled token: the best so far
        ITransformer model = best.Model;                                // fitted on all rows
        // </experiment>

        Assert.NotNull(model.Transform(train));
        Assert.NotEmpty(monitor.LeaderBoard.Trials);
    }

    [Fact]
    public void Pipeline()
    {
        IDataView train = Data;

        // <pipeline>
        AutoCatalog auto = mlContext.Auto();
        SweepablePipeline pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(auto.SweepableMiniRocket("Features", "Series"), auto.SweepableHydra("Features", "Series"))
            .Append(auto.SweepableRidge());
        TrialResult best = auto.CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(train, fold: 5)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, "Label")
            .SetMaxModelToExplore(10)
            .Run();
        // </pipeline>

        Assert.InRange(best.Metric, 0.5, 1);
    }
}
