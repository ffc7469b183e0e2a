using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Trust;

/// <summary>Prediction sets: the definition, the guarantee, and what is refused.</summary>
public class ConformalClassifierTests
{
    private const double Unit = 1 << 24;

    public static TheoryData<ConformalScore, bool> Scores
    {
        get
        {
            var all = new TheoryData<ConformalScore, bool>();
            foreach (ConformalScore score in Enum.GetValues<ConformalScore>())
            {
                all.Add(score, false);
                all.Add(score, true);
            }

            return all;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_p_value_of_Lac_is_the_share_of_rows_whose_own_class_is_no_likelier(bool perClass)
        => Gen.Select(Gen.Int[2, 6], Gen.Int[1, 40], Gen.ULong).Sample((classes, rows, seed) =>
        {
            (float[] probabilities, int[] labels) = Draw(classes, rows + 1, seed);
            ConformalClassifier classifier = ConformalClassifier.Calibrate(
                probabilities.AsSpan(..(rows * classes)), labels.AsSpan(..rows), classes,
                new() { PerClass = perClass });
            float[] last = probabilities[^classes..];
            float[] pValues = new float[classes];
            classifier.GetPValues(last, pValues);
            for (int k = 0; k < classes; k++)
            {
                int[] compared = [.. Enumerable.Range(0, rows).Where(i => !perClass || labels[i] == k)];
                int least = compared.Count(i => Math.Round(probabilities[i * classes + labels[i]] * Unit)
                    <= Math.Round(last[k] * Unit));
                Assert.Equal((1f + least) / (1f + compared.Length), pValues[k]);
                Assert.Equal(compared.Length, classifier.NumberOfExamples(k));
                Assert.Equal(1.0 / (1 + compared.Length), classifier.MinPValue(k));
            }
        });

    // Over many draws of calibration rows and a new row, the set lacks the class at most as often as the significance,
    // and hardly less often.
    [Theory]
    [MemberData(nameof(Scores))]
    public void Sets_hold_the_class_as_often_as_stated(ConformalScore score, bool perClass)
    {
        const int trials = 4000;
        const int rows = 59;
        foreach (double significance in new[] { 0.2, 0.1, 0.05 })
        {
            int held = 0;
            float[] pValues = new float[3];
            for (int trial = 0; trial < trials; trial++)
            {
                (float[] probabilities, int[] labels) = Draw(3, rows + 1, (ulong)trial);
                var settings = new ConformalSettings { Score = score, PerClass = perClass, Seed = trial };
                ConformalClassifier classifier = ConformalClassifier.Calibrate(
                    probabilities.AsSpan(..(rows * 3)), labels.AsSpan(..rows), 3, settings);
                classifier.GetPValues(probabilities.AsSpan(^3..), pValues);
                held += pValues[labels[^1]] > (float)significance ? 1 : 0;
            }

            double error = 4 * Math.Sqrt(significance * (1 - significance) / trials);
            double coarseness = perClass ? 3.0 / rows * 1.5 : 1.0 / (rows + 1);
            Assert.InRange((double)held / trials, 1 - significance - error, 1 - significance + coarseness + error);
        }
    }

    [Theory]
    [InlineData(0.2, 4)]
    [InlineData(0.1, 9)]
    [InlineData(0.05, 19)]
    public void A_class_is_left_out_only_with_as_many_rows_as_the_significance_needs(double significance, int needed)
    {
        foreach (int rows in new[] { needed - 1, needed })
        {
            float[] probabilities = [.. Enumerable.Repeat(new[] { 0.9f, 0.1f }, rows).SelectMany(row => row)];
            ConformalClassifier classifier =
                ConformalClassifier.Calibrate(probabilities, new int[rows], 2, new());
            float[] pValues = new float[2];
            classifier.GetPValues([0.8f, 0.2f], pValues);
            Assert.Equal(rows >= needed, pValues[0] <= (float)significance);
        }
    }

    // 0.5, 0.3 and 0.2 in whole numbers; u is the random part.
    [Fact]
    public void Aps_adds_up_the_likelier_classes_and_a_part_of_the_class_itself()
    {
        float[] probabilities = [0.25f, 0.5f, 0.125f, 0.125f];
        var scores = new NonconformityScores(new() { Score = ConformalScore.Aps, Seed = 1 }, 4);
        long[] values = new long[4];
        scores.Compute(probabilities, values);
        double u = values[1] / Unit / 0.5;
        Assert.InRange(u, 0, 1);
        Assert.Equal(0.5 + u * 0.25, values[0] / Unit, 6);
        Assert.Equal(0.75 + u * 0.125, values[2] / Unit, 6);
        Assert.Equal(0.875 + u * 0.125, values[3] / Unit, 6);
    }

    [Fact]
    public void Raps_adds_a_penalty_for_each_rank_after_the_free_ones()
    {
        float[] probabilities = [0.25f, 0.5f, 0.125f, 0.125f];
        var settings = new ConformalSettings { Score = ConformalScore.Aps, Seed = 1 };
        long[] aps = new long[4];
        new NonconformityScores(settings, 4).Compute(probabilities, aps);
        settings = settings with { Score = ConformalScore.Raps, RankPenalty = 0.25, FreeRanks = 2 };
        long[] raps = new long[4];
        new NonconformityScores(settings, 4).Compute(probabilities, raps);
        Assert.Equal([0, 0, 0.25, 0.5], raps.Zip(aps, (with, without) => (with - without) / Unit));
    }

    [Fact]
    public void Random_parts_are_spread_evenly_and_depend_on_the_seed()
    {
        (float[] probabilities, _) = Draw(3, 4000, 1);
        double[] first = RandomParts(probabilities, seed: 1);
        double[] second = RandomParts(probabilities, seed: 2);
        for (int tenth = 0; tenth < 10; tenth++)
            Assert.InRange(first.Count(u => (int)(u * 10) == tenth), 320, 480);
        Assert.Equal(1.0 / 3, first.Zip(second, (a, b) => Math.Abs(a - b)).Average(), 0.02);
        Assert.Equal(first, RandomParts(probabilities, seed: 1));
    }

    [Fact]
    public void A_row_with_a_score_that_is_not_finite_has_no_p_values()
    {
        ConformalClassifier classifier = ConformalClassifier.Calibrate([0.9f, 0.1f], [0], 2, new());
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] pValues = new float[2];
            classifier.GetPValues([0.5f, value], pValues);
            Assert.All(pValues, pValue => Assert.True(float.IsNaN(pValue)));
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void P_values_of_a_row_allocate_nothing(ConformalScore score, bool perClass)
    {
        (float[] probabilities, int[] labels) = Draw(5, 40, 1);
        ConformalClassifier classifier = ConformalClassifier.Calibrate(
            probabilities, labels, 5, new() { Score = score, PerClass = perClass });
        float[] pValues = new float[5];
        classifier.GetPValues(probabilities.AsSpan(..5), pValues);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            classifier.GetPValues(probabilities.AsSpan(i % 40 * 5, 5), pValues);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void What_is_written_is_read(ConformalScore score, bool perClass)
    {
        (float[] probabilities, int[] labels) = Draw(4, 30, 1);
        var settings = new ConformalSettings
        {
            Score = score,
            PerClass = perClass,
            Seed = -3,
            RankPenalty = 0.125,
            FreeRanks = 2,
        };
        ConformalClassifier classifier = ConformalClassifier.Calibrate(probabilities, labels, 4, settings);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        classifier.Write(writer);
        stream.Position = 0;
        ConformalClassifier read = ConformalClassifier.Read(new BinaryReader(stream));
        Assert.Equal(settings, read.Settings);
        float[] expected = new float[4];
        float[] actual = new float[4];
        foreach (float[] row in probabilities.Chunk(4))
        {
            classifier.GetPValues(row, expected);
            read.GetPValues(row, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Wrong_sizes_labels_and_probabilities_are_refused()
    {
        Assert.Equal("There are 3 probabilities for 2 examples of 2 classes. (Parameter 'probabilities')",
            Assert.Throws<ArgumentException>(
                () => ConformalClassifier.Calibrate([0.5f, 0.5f, 1], [0, 1], 2, new())).Message);
        Assert.Equal("The label of example 1 is 2; it must be 0 to 1. (Parameter 'labels')",
            Assert.Throws<ArgumentException>(
                () => ConformalClassifier.Calibrate([0.5f, 0.5f, 1, 0], [0, 2], 2, new())).Message);
        Assert.Equal("Example 1 has a probability that is not finite. (Parameter 'probabilities')",
            Assert.Throws<ArgumentException>(
                () => ConformalClassifier.Calibrate([0.5f, 0.5f, float.NaN, 0], [0, 1], 2, new())).Message);
        Assert.StartsWith("numberOfClasses is 1; it must be 2 to 1000000.", Assert.Throws<ArgumentOutOfRangeException>(
            () => ConformalClassifier.Calibrate([1], [0], 1, new())).Message);
        Assert.StartsWith("RankPenalty is 1.5; it must be 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(
            () => new ConformalSettings { RankPenalty = 1.5 }).Message);
        Assert.StartsWith("FreeRanks is -1; it must be at least 0.", Assert.Throws<ArgumentOutOfRangeException>(
            () => new ConformalSettings { FreeRanks = -1 }).Message);
        ConformalClassifier classifier = ConformalClassifier.Calibrate([0.5f, 0.5f], [0], 2, new());
        Assert.Equal("There are 3 probabilities and 2 p-values for 2 classes.",
            Assert.Throws<ArgumentException>(() => classifier.GetPValues([0.5f, 0.5f, 0], new float[2])).Message);
    }

    private static double[] RandomParts(float[] probabilities, int seed)
    {
        var scores = new NonconformityScores(new() { Score = ConformalScore.Aps, Seed = seed }, 3);
        long[] values = new long[3];
        return
        [
            .. probabilities.Chunk(3).Select(row =>
            {
                scores.Compute(row, values);
                return values.Min() / Unit / row.Max();
            }),
        ];
    }

    // Probabilities of any shape, and labels that are drawn from them.
    private static (float[] Probabilities, int[] Labels) Draw(int classes, int rows, ulong seed)
    {
        var random = new SeededRandom(seed);
        var probabilities = new float[rows * classes];
        var labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            double[] weights = [.. Enumerable.Range(0, classes).Select(_ => -Math.Log(1 - random.NextDouble()))];
            double sum = weights.Sum();
            double drawn = random.NextDouble() * sum;
            for (int k = 0; k < classes; k++)
            {
                probabilities[i * classes + k] = (float)(weights[k] / sum);
                if (drawn >= 0)
                    labels[i] = k;
                drawn -= weights[k];
            }
        }

        return (probabilities, labels);
    }
}
