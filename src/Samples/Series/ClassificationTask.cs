using System.Globalization;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Labels are text: they become keys for the trainer, and the predicted key becomes text again.</summary>
internal sealed class ClassificationTask(MLContext context, Head head) : SeriesTask
{
    private const string LabelKey = "LabelKey";
    private const string Prediction = "Prediction";

    public override IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> featurizer)
    {
        var trainers = context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> classifier = head == Head.Ridge
            ? trainers.Ridge(LabelKey)
            : context.Transforms.NormalizeMeanVariance("Features").Append(trainers.LbfgsMaximumEntropy(LabelKey));
        return context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(featurizer)
            .Append(classifier)
            .Append(context.Transforms.Conversion.MapKeyToValue(Prediction, "PredictedLabel"));
    }

    public override IEstimator<ITransformer> EnsemblePipeline(SequenceEnsembleOptions options)
        => context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(context.MulticlassClassification.Trainers.SequenceEnsemble(LabelKey, "Series", options))
            .Append(context.Transforms.Conversion.MapKeyToValue(Prediction, "PredictedLabel"));

    public override IEstimator<ITransformer> NetworkPipeline(int epochs)
        => context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(context.MulticlassClassification.Trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                LabelColumnName = LabelKey,
                NumberOfEpochs = epochs,
                BatchSize = 16,
                MissingValues = MissingValues.Interpolate,
            }))
            .Append(context.Transforms.Conversion.MapKeyToValue(Prediction, "PredictedLabel"));

    public override string Metric => "accuracy";

    public override void PrintQuality(IDataView scored)
    {
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(scored, LabelKey);
        string[] classes = KeyNames(scored.Schema[LabelKey]);
        int known = (int)metrics.ConfusionMatrix.Counts.Sum(row => row.Sum());
        int right = (int)Enumerable.Range(0, metrics.ConfusionMatrix.NumberOfClasses)
            .Sum(i => metrics.ConfusionMatrix.Counts[i][i]);
        Console.WriteLine($"Accuracy {metrics.MicroAccuracy:F4} ({right} of {known} test series), "
            + $"log loss {metrics.LogLoss:F4}.");

        var table =
            new Table { Title = new TableTitle("Test series: rows are true classes, columns are predicted ones") };
        table.AddColumn("");
        foreach (string name in classes)
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        for (int i = 0; i < classes.Length; i++)
            table.AddRow([Markup.Escape(classes[i]), .. metrics.ConfusionMatrix.Counts[i]
                .Select(count => count.ToString("F0", CultureInfo.InvariantCulture))]);
        AnsiConsole.Write(table);
    }

    public override IReadOnlyList<PredictedSeries> Predict(IDataView scored)
    {
        IEnumerable<string> predicted = scored.GetColumn<string>(Prediction);
        IEnumerable<string> actual = scored.GetColumn<string>("Label");
        IEnumerable<float> probability = scored.GetColumn<float[]>("Score").Select(scores => scores.Max());
        return [.. SeriesOf(scored).Zip(predicted.Zip(actual, probability)).Take(PredictionsShown)
            .Select(row => new PredictedSeries(
                row.First,
                $"predicted {row.Second.First} ({row.Second.Third:P0}), true {row.Second.Second}",
                row.Second.First == row.Second.Second))];
    }

    private static string[] KeyNames(DataViewSchema.Column key)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        key.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
