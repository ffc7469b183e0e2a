using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Pruning;

public class SequentialDetachmentTests
{
    [Fact]
    public void Sizes_go_from_all_to_one_and_stop_where_requested()
    {
        int[] sizes = new DetachmentSettings { StopAt = 77 }.Sizes(1000);
        Assert.Equal(1000, sizes[0]);
        Assert.Equal(950, sizes[1]);
        Assert.Equal(1, sizes[^1]);
        Assert.Contains(77, sizes);
        Assert.DoesNotContain(77, new DetachmentSettings().Sizes(1000));
        for (int i = 1; i < sizes.Length; i++)
            Assert.InRange(sizes[i - 1] - sizes[i], 1, Math.Max(1, (int)(0.05 * sizes[i - 1])));
    }

    [Fact]
    public void The_features_that_carry_the_label_are_detached_last()
    {
        using FeatureMatrix features = Noise(80, 300, out double[] targets, informative: 5);
        var steps = new List<DetachmentStep>();
        SequentialDetachment.Run(features, [.. Enumerable.Range(0, 80)], targets,
            new DetachmentSettings { StopAt = 5 }, step =>
            {
                steps.Add(step);
                return true;
            });
        Assert.Equal([0, 60, 120, 180, 240], steps.Single(step => step.Features.Length == 5).Features);
        for (int i = 1; i < steps.Count; i++)
            Assert.Empty(steps[i].Features.Except(steps[i - 1].Features));
    }

    [Fact]
    public void A_step_drops_the_smallest_coefficients_of_standardised_features()
    {
        using FeatureMatrix features = Noise(40, 20, out double[] targets, informative: 3, scaleByColumn: true);
        var steps = new List<DetachmentStep>();
        SequentialDetachment.Run(features, [.. Enumerable.Range(0, 40)], targets,
            new DetachmentSettings { DroppedFraction = 0.25 }, step =>
            {
                steps.Add(step);
                return steps.Count < 2;
            });
        double[] strengths = [.. Enumerable.Range(0, 20).Select(j =>
        {
            double mean = Enumerable.Range(0, 40).Average(i => features[i][j]);
            return Math.Abs(steps[0].Solution.Coefficients[j]) * Math.Sqrt(
                Enumerable.Range(0, 40).Average(i => Math.Pow(features[i][j] - mean, 2)));
        })];
        Assert.Equal(2, steps.Count);
        Assert.Equal(Enumerable.Range(0, 20).OrderByDescending(j => strengths[j]).Take(15).Order(), steps[1].Features);
    }

    [Fact]
    public void Validation_of_labels_that_are_chance_finds_chance()
    {
        // Leave-one-out on features that all rows helped to choose finds far more.
        using FeatureMatrix features = Noise(60, 800, out _, informative: 0);
        int[] classes = [.. Enumerable.Range(0, 60).Select(i => i % 2)];
        double[] targets = [.. classes.SelectMany(c => new[] { c == 0 ? 1.0 : -1, c == 1 ? 1.0 : -1 })];
        DetachmentPoint[] curve = DetachmentValidation.Run(features, targets, classes, 5, 4,
            new DetachmentSettings { DroppedFraction = 0.2, StopAt = 20 }, seed: 1);
        Assert.InRange(curve.Single(point => point.Features == 20).Accuracy, 0.3, 0.7);
        SequentialDetachment.Run(features, [.. Enumerable.Range(0, 60)], targets,
            new DetachmentSettings { DroppedFraction = 0.2, StopAt = 20 }, step =>
            {
                if (step.Features.Length == 20)
                    Assert.InRange(Enumerable.Range(0, 60).Count(
                        i => (step.Solution.LeaveOneOutPredictions[2 * i] > 0) == (classes[i] == 0)) / 60.0, 0.85, 1);
                return true;
            });
    }

    [Fact]
    public void Validation_is_the_same_whatever_the_number_of_threads()
    {
        using FeatureMatrix features = Noise(40, 100, out double[] targets, informative: 4);
        DetachmentPoint[] one = DetachmentValidation.Run(features, targets, [], 4, 2,
            new DetachmentSettings { NumberOfThreads = 1 }, seed: 3);
        DetachmentPoint[] three = DetachmentValidation.Run(features, targets, [], 4, 2,
            new DetachmentSettings { NumberOfThreads = 3 }, seed: 3);
        Assert.Equal(one, three);
        Assert.All(one, point => Assert.True(double.IsNaN(point.Accuracy)));
        Assert.Equal(0, one[0].SquaredErrorGrowthError);
    }

    [Fact]
    public void Wrong_settings_are_refused_and_cancelling_stops()
    {
        using FeatureMatrix features = Noise(20, 30, out double[] targets, informative: 2);
        int[] all = [.. Enumerable.Range(0, 20)];
        Assert.Contains("DroppedFraction is 0.9; it must be 0.001 to 0.5.",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                SequentialDetachment.Run(features, all, targets,
                    new DetachmentSettings { DroppedFraction = 0.9 }, _ => true)).Message);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => SequentialDetachment.Run(features, all, targets, new DetachmentSettings(), _ =>
            {
                cancellation.Cancel();
                return true;
            }, cancellation: cancellation.Token));
    }

    // Columns 0, 60, 120, ... (or 0, 4, 8, ...) carry the target.
    private static FeatureMatrix Noise(
        int rows, int columns, out double[] targets, int informative, bool scaleByColumn = false)
    {
        var random = new SeededRandom(7);
        var features = new FeatureMatrix(columns);
        targets = new double[rows];
        int apart = informative == 0 ? 1 : columns / informative;
        for (int i = 0; i < rows; i++)
        {
            Span<float> row = features.AddRow();
            for (int j = 0; j < columns; j++)
                row[j] = (float)random.NextNormal();
            for (int k = 0; k < informative; k++)
                targets[i] += row[k * apart];
            for (int j = 0; j < columns && scaleByColumn; j++)
                row[j] *= j + 1;
        }

        return features;
    }
}
