using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Explain;

internal sealed record ExplainJobSettings(string? Train, string? Test, int Row, string OutputFolder);

/// <summary>
/// Which points of a series a prediction comes from: contributions to the class's score, the strongest intervals in
/// words, and a picture.
/// </summary>
internal static class ExplainJob
{
    private const int IntervalsShown = 3;

    public static void Run(ExplainJobSettings settings, CancellationToken cancellation)
    {
        if ((settings.Train is null) != (settings.Test is null))
            throw new ArgumentException(
                "Give --train and --test together, or neither for the cylinder-bell-funnel set.");
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        IDataView train = settings.Train is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 90, seed: 1))
            : LabelledFile.Load(context, settings.Train);
        IDataView test = settings.Test is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 9, seed: 2))
            : LabelledFile.Load(context, settings.Test, train);
        bool classes = train.Schema["Label"].Type is TextDataViewType;
        float[] series = Row(test.GetColumn<float[]>("Series"), settings.Row);
        string truth = classes
            ? Row(test.GetColumn<string>("Label"), settings.Row)
            : $"{Row(test.GetColumn<float>("Label"), settings.Row):G4}";

        IEstimator<ITransformer> featurizer = context.Transforms.Hydra("Features",
            new HydraEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = 1 }, "Series");
        IEstimator<ITransformer> pipeline = classes
            ? context.Transforms.Conversion.MapValueToKey("Label").Append(featurizer)
                .Append(context.MulticlassClassification.Trainers.Ridge())
            : featurizer.Append(context.Regression.Trainers.Ridge());
        ITransformer model = FitProgressBar.Show(context, () => pipeline.Fit(train));
        SeriesExplanation explanation = context.Model.ExplainSeries(model, series);

        string predicted = classes ? $"predicted {explanation.ClassName}" : "predicted value";
        Console.WriteLine($"Test series {settings.Row}: {predicted}, score {explanation.Score:F3}; true {truth}. The "
            + $"contributions of {series.Length} points sum to {explanation.Contributions.Cast<double>().Sum():F3}.");
        foreach (Interval interval in Interval.Strongest(explanation, IntervalsShown))
        {
            Console.WriteLine($"  points {interval.First} to {interval.Last} of channel {interval.Channel} contribute "
                + $"{interval.Sum:+0.000;-0.000}, "
                + $"where as many points contribute {interval.Even:+0.000;-0.000} on average");
        }

        Directory.CreateDirectory(settings.OutputFolder);
        string picture = Path.Combine(settings.OutputFolder, "explanation.png");
        ExplanationPlot.Save(series, explanation,
            $"series {settings.Row}: {predicted}, score {explanation.Score:F2}, true {truth}", picture);
        Console.WriteLine($"Wrote {picture}.");
    }

    private static T Row<T>(IEnumerable<T> column, int row)
    {
        T[] rows = [.. column];
        return row >= 0 && row < rows.Length
            ? rows[row]
            : throw new ArgumentException($"--row is {row}; the test series are 0 to {rows.Length - 1}.");
    }
}
