using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Rows of a few noisy features that tell three classes, and trainers of them.</summary>
internal static class MinibatchSample
{
    public const int Length = 12;

    public static List<SeriesRow> Rows(int count, int seed = 1)
    {
        List<SeriesRow> rows = SineWaves.Make(count, Length, seed: seed);
        var random = new Random(seed);
        foreach (SeriesRow row in rows)
        {
            for (int j = 0; j < Length; j++)
                row.Series[j] = 4 * (float)random.NextDouble() + (row.Label == $"c{j % 3}" ? 1 : 0);
        }

        return rows;
    }

    /// <summary>With a key of c0, c1 and c2 in this order.</summary>
    public static IDataView View(MLContext context, IEnumerable<SeriesRow> rows)
    {
        IDataView data = SineWaves.View(context, rows, Length);
        IDataView keys = context.Data.LoadFromEnumerable(
            new[] { "c0", "c1", "c2" }.Select(label => new KeyRow { Label = label }));
        return context.Transforms.Conversion.MapValueToKey("LabelKey", "Label", keyData: keys)
            .Fit(data).Transform(data);
    }

    /// <summary>Options for a few hundred rows of few features.</summary>
    public static MinibatchLogisticRegressionTrainer.Options Options(int epochs = 20) => new()
    {
        LabelColumnName = "LabelKey",
        FeatureColumnName = "Series",
        NumberOfEpochs = epochs,
        BatchSize = 16,
        ChunkSize = 64,
        LearningRate = 0.02,
        ValidateEvery = 5,
        Seed = 1,
    };

    public static MinibatchLogisticRegressionModelParameters Fit(
        MLContext context, MinibatchLogisticRegressionTrainer.Options options, IDataView data)
        => context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options).Fit(data).Model;

    /// <summary>All that was learned, bit by bit.</summary>
    public static string Bits(MinibatchLogisticRegressionModelParameters model)
    {
        IEnumerable<double> values = [model.ValidationLoss, model.ValidationAccuracy, model.LearningRate,
            model.NumberOfSteps, .. model.Intercepts];
        for (int k = 0; k < model.NumberOfClasses; k++)
            values = values.Concat([.. model.GetCoefficients(k).ToArray().Select(value => (double)value)]);
        return string.Join(' ', values.Select(value => BitConverter.DoubleToInt64Bits(value).ToString("X", null)));
    }

    private sealed class KeyRow
    {
        public string Label { get; set; } = "";
    }
}
