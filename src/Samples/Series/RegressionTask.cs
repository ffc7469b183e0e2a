using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Labels are numbers.</summary>
internal sealed class RegressionTask(MLContext context, Head head) : SeriesTask
{
    public override IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> featurizer) => head == Head.Ridge
        ? featurizer.Append(context.Regression.Trainers.Ridge())
        : throw new ArgumentException(
            "--head lbfgs is a classifier, but the labels of the training file are numbers. Use --head ridge.");

    public override IEstimator<ITransformer> EnsemblePipeline(SequenceEnsembleOptions options)
        => context.Regression.Trainers.SequenceEnsemble("Label", "Series", options);

    public override IEstimator<ITransformer> NetworkPipeline(int epochs)
        => context.Regression.Trainers.InceptionTime(new InceptionTimeTrainer.Options
        {
            NumberOfEpochs = epochs,
            BatchSize = 16,
            MissingValues = MissingValues.Interpolate,
            Normalization = SeriesNormalization.None,
        });

    public override string Metric => "root mean squared error";

    public override void PrintQuality(IDataView scored)
    {
        RegressionMetrics metrics = context.Regression.Evaluate(scored);
        Console.WriteLine($"Root mean squared error {metrics.RootMeanSquaredError:G4}, "
            + $"mean absolute error {metrics.MeanAbsoluteError:G4}, R squared {metrics.RSquared:F4}.");
    }

    public override IReadOnlyList<PredictedSeries> Predict(IDataView scored)
    {
        IEnumerable<float> predicted = scored.GetColumn<float>("Score");
        IEnumerable<float> actual = scored.GetColumn<float>("Label");
        return [.. SeriesOf(scored).Zip(predicted, actual).Take(PredictionsShown)
            .Select(row => new PredictedSeries(row.First,
                $"predicted {row.Second:G4}, true {row.Third:G4}", IsRight: null))];
    }
}
