using Microsoft.ML.SeqConv.Samples.Forecasting;
using Microsoft.ML.SeqConv.Samples.Gestures;
using Microsoft.ML.SeqConv.Samples.Sentiment;
using Microsoft.ML.SeqConv.Samples.Series;
using Microsoft.ML.SeqConv.Samples.SpokenDigits;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>The classes that the samples have in Model Builder's form.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(nameof(SeriesClassificationModel), "Classification", "Ridge", HasEpochs: false,
            (context, model, data, _) => SeriesClassificationModel.Train(model, data, context),
            (context, model, data) => Quality.Of(SeriesClassificationModel.Evaluate(context, model,
                SeriesClassificationModel.LoadIDataViewFromFile(context, data))),
            (context, data) => Rows<SeriesClassificationModel.ModelInput>(context,
                SeriesClassificationModel.LoadIDataViewFromFile(context, data))
                .Select(row => Describe(SeriesClassificationModel.PredictAllLabels(row), row.Label))),

        new(nameof(GesturesModel), "Classification", "Ridge", HasEpochs: false,
            (context, model, data, _) => GesturesModel.Train(model, data, context),
            (context, model, data) =>
                Quality.Of(GesturesModel.Evaluate(context, model, GesturesModel.LoadIDataViewFromFile(context, data))),
            (context, data) => Rows<GesturesModel.ModelInput>(context,
                GesturesModel.LoadIDataViewFromFile(context, data))
                .Select(row => Describe(GesturesModel.PredictAllLabels(row), row.Label))),

        new(nameof(SeriesRegressionModel), "Regression", "Ridge", HasEpochs: false,
            (context, model, data, _) => SeriesRegressionModel.Train(model, data, context),
            (context, model, data) => Quality.Of(SeriesRegressionModel.Evaluate(context, model,
                SeriesRegressionModel.LoadIDataViewFromFile(context, data))),
            (context, data) => Rows<SeriesRegressionModel.ModelInput>(context,
                SeriesRegressionModel.LoadIDataViewFromFile(context, data))
                .Select(row => $"predicted {SeriesRegressionModel.Predict(row).Score:G4}, true {row.Label:G4}")),

        new(nameof(SentimentModel), "TextClassification", "TextCnn", HasEpochs: true,
            (context, model, data, epochs) =>
                SentimentModel.Train(model, data, epochs ?? SentimentModel.RetrainEpochs, context),
            (context, model, data) => Quality.Of(
                SentimentModel.Evaluate(context, model, SentimentModel.LoadIDataViewFromFile(context, data))),
            (context, data) => Rows<SentimentModel.ModelInput>(context,
                SentimentModel.LoadIDataViewFromFile(context, data))
                .Select(row => $"{Describe(SentimentModel.PredictAllLabels(row), row.Label)}: {row.Text}")),

        new(nameof(SpokenDigitsModel), "AudioClassification", "Cldnn", HasEpochs: true,
            (context, model, data, epochs) =>
                SpokenDigitsModel.Train(model, data, epochs ?? SpokenDigitsModel.RetrainEpochs, context),
            (context, model, data) => Quality.Of(SpokenDigitsModel.Evaluate(context, model,
                SpokenDigitsModel.LoadIDataViewFromFile(context, data, SpokenDigitsModel.TestPattern))),
            (context, data) => Rows<SpokenDigitsModel.ModelInput>(context,
                SpokenDigitsModel.LoadIDataViewFromFile(context, data, SpokenDigitsModel.TestPattern))
                .Select(row => Describe(SpokenDigitsModel.PredictAllLabels(row), row.Label))),

        new(nameof(ForecastingModel), "Forecasting", "ForecastByWaveNet", HasEpochs: true,
            (context, model, data, epochs) =>
                ForecastingModel.Train(model, data, epochs ?? ForecastingModel.RetrainEpochs, context),
            (context, model, data) => Quality.Of(
                ForecastingModel.Evaluate(context, model, ForecastingModel.LoadIDataViewFromFile(context, data))),
            (_, _) => Months(ForecastingModel.Predict())),
    ];

    /// <summary>The class that an .mbconfig file is for.</summary>
    /// <exception cref="FormatException">There is none of its name, or it has another scenario.</exception>
    public static Scenario Of(MbConfig config)
    {
        Scenario scenario = All.FirstOrDefault(scenario => scenario.Name == config.Name)
            ?? throw config.Error($"the samples have no class '{config.Name}'; "
                + $"they have {string.Join(", ", All.Select(scenario => scenario.Name))}. "
                + "'scaffold' makes a project for data of your own");
        if (scenario.Kind != config.Scenario)
            throw config.Error($"Scenario is '{config.Scenario}', but {scenario.Name} is for {scenario.Kind}");
        return scenario.HasEpochs || config.Epochs is null ? scenario : throw config.Error(
            $"TrainingOption.Epoch is set, but {scenario.TrainerName} learns without epochs. Remove it");
    }

    private static IEnumerable<TRow> Rows<TRow>(MLContext context, IDataView data)
        where TRow : class, new()
        => context.Data.CreateEnumerable<TRow>(data, reuseRowObject: false);

    private static string Describe(IEnumerable<KeyValuePair<string, float>> labels, string truth)
        => $"predicted {string.Join(", ", labels.Take(2).Select(label => $"{label.Key} ({label.Value:P0})"))}, "
            + $"true {truth}";

    private static IEnumerable<string> Months(ForecastingModel.ModelOutput forecast)
        => forecast.Value.Select((value, i) => $"month {i + 1}: {value:F1}, {forecast.ValueLowerBound[i]:F1} to "
            + $"{forecast.ValueUpperBound[i]:F1}");
}
