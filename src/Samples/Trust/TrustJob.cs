using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Trust;

internal sealed record TrustJobSettings(string? Train, string? Test, double Significance, string OutputFolder);

/// <summary>
/// Prediction sets calibrated without held-out rows, and what they and the probabilities are worth on test series:
/// coverage, calibration error, accuracy of the surest; a picture of reliability and risk-coverage.
/// </summary>
internal static class TrustJob
{
    private const double Noise = 4;         // standard deviation, where series are generated

    public static void Run(TrustJobSettings settings, CancellationToken cancellation)
    {
        if ((settings.Train is null) != (settings.Test is null))
            throw new ArgumentException(
                "Give --train and --test together, or neither for the cylinder-bell-funnel set.");
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        IDataView train = settings.Train is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 120, seed: 1, Noise))
            : LabelledFile.LoadClasses(context, settings.Train);
        IDataView test = settings.Test is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 900, seed: 2, Noise))
            : LabelledFile.LoadClasses(context, settings.Test, train);
        IEstimator<ITransformer> pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.SequenceEnsemble("Label", "Series",
                new SequenceEnsembleOptions { MissingValues = MissingValues.Interpolate, Seed = 1 }))
            .Append(context.MulticlassClassification.Conformal(settings.Significance));
        ITransformer model = FitProgressBar.Show(context, () => pipeline.Fit(train));
        TrustMetrics metrics = context.MulticlassClassification.EvaluateTrust(model.Transform(test));
        Report(metrics, settings.Significance);

        Directory.CreateDirectory(settings.OutputFolder);
        string picture = Path.Combine(settings.OutputFolder, "trust.png");
        TrustPlot.Save(metrics, picture);
        string file = Path.Combine(settings.OutputFolder, "model.zip");
        context.Model.Save(model, train.Schema, file);
        Console.WriteLine($"Wrote {picture} and {file}.");
    }

    private static void Report(TrustMetrics metrics, double significance)
    {
        PredictionSetMetrics sets = metrics.PredictionSets!;
        Console.WriteLine($"{metrics.NumberOfRows} test series: accuracy {metrics.Accuracy:F4}, log loss "
            + $"{metrics.LogLoss:F4}, Brier score {metrics.BrierScore:F4}, expected calibration error "
            + $"{metrics.ExpectedCalibrationError:F4} ({metrics.ExpectedCalibrationErrorOfEqualMass:F4} in bins of "
            + "equal numbers of rows).");
        Console.WriteLine($"Prediction sets of significance {significance.ToString(CultureInfo.InvariantCulture)}: "
            + $"{sets.Coverage:P1} hold the class; {sets.MeanSize:F2} classes on average; {sets.SingletonShare:P1} "
            + $"have one, {sets.EmptyShare:P1} none.");
        Console.WriteLine(sets.AnsweredShare > 0
            ? $"Answered where the set has one class: {sets.AnsweredShare:P1} of the series, with accuracy "
                + $"{sets.AccuracyOfAnswered:F4}."
            : "No set has exactly one class, so that no series is answered. With few training series raise "
                + "--significance: sets need 1 / significance - 1 of them.");
        Console.WriteLine("Accuracy when only the surest are answered:");
        foreach (double share in new[] { 0.5, 0.8, 0.9, 1 })
        {
            RiskCoveragePoint point =
                metrics.RiskCoverageCurve.First(point => point.AnsweredShare >= share - 1e-9);
            Console.WriteLine($"  {point.AnsweredShare,6:P0} of the series, probability {point.MinProbability:F3} or "
                + $"more: {point.Accuracy:F4}");
        }
    }
}
