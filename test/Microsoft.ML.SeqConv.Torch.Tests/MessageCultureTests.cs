using System.Globalization;
using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests;

/// <summary>Messages are the same on every machine: a number in them has a decimal point.</summary>
public sealed class MessageCultureTests
{
    private static readonly Dictionary<string, double> OneWeight = new() { ["a"] = -0.5 };

    private static readonly Action[] Refusals =
    [
        () => _ = new LinearModel(1, 1, [float.PositiveInfinity], [0]),
        () => _ = new SparseScaling([0], [-0.5f]),
        () => _ = new Resampler(1, 44_100),
        () => new DetachmentSettings { DroppedFraction = 0.9 }.Validate(),
        () => Mel(lowest: 0, highest: 4000.5),
        () => Mel(lowest: 0.75, highest: 0.5),
        () => new RidgeRegressionTrainer.Options { HoldoutFraction = 0.7 }.CheckedCopy(),
        () => new RidgeRegressionTrainer.Options { Alphas = [-0.5] }.CheckedCopy(),
        () => new MinibatchLogisticRegressionTrainer.Options { LearningRate = -0.5 }.CheckedCopy(),
        () => new MinibatchLogisticRegressionTrainer.Options { ClassWeights = OneWeight }.CheckedCopy(),
        () => new SequenceSweepOptions { MaxSeconds = -0.5 }.Check(),
        () => new SeriesExplanationOptions { OcclusionFill = float.PositiveInfinity }.Validate(),
        () => new MelOptions { WindowMilliseconds = 0.03 }.ToSettings(8000),
        () => new PruningOptions { MaxAccuracyLoss = 1.5 }.CheckedCopy(),
        () => new PruningOptions { MaxMicrosecondsPerSeries = -0.5 }.CheckedCopy(),
        () => new PruningOptions { DroppedFraction = 0.9 }.CheckedCopy(),
        () => new AudioAugmentation { MaxTimeMaskFraction = 1.5 }.CheckedCopy(),
        () => new AudioAugmentation { MaxShiftMilliseconds = -0.5 }.CheckedCopy(),
        () => new WaveNetForecastEstimator.Options { WindowSize = 8, Horizon = 2, Quantiles = [0.9, 0.5] }
            .CheckedCopy(),
        () => new WaveNetForecastEstimator.Options { LearningRate = -0.5 }.CheckedCopy(),
        () => new WaveNetForecastEstimator.Options { ClipNorm = -0.5 }.CheckedCopy(),
        () => new WaveNetForecastEstimator.Options { ValidationFraction = 1.5 }.CheckedCopy(),
        () => LearningRateSchedule.ReduceOnPlateau(factor: 1.5),
        () => LearningRateSchedule.Cosine(minLearningRate: -0.5),
    ];

    [Fact]
    public void Numbers_are_written_with_a_decimal_point_in_every_culture() => Assert.All(Refusals, refused =>
    {
        string message = MessageOf(refused, CultureInfo.InvariantCulture);
        Assert.Matches(@"\d\.\d|Infinity", message);        // there is a number that a culture could change
        Assert.Equal(message, MessageOf(refused, CultureInfo.GetCultureInfo("de-DE")));
    });

    private static string MessageOf(Action refused, CultureInfo culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        Exception error;
        try
        {
            CultureInfo.CurrentCulture = culture;
            error = Assert.ThrowsAny<ArgumentException>(refused);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        return error.Message;       // .NET adds the actual value in the culture of the reader
    }

    private static void Mel(double lowest, double highest)
        => new MelOptions { MinFrequency = lowest, MaxFrequency = highest }.ToSettings(8000);
}
