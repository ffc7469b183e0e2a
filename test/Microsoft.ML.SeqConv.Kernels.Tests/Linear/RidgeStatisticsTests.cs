using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>Ridge on sums must be ridge on the examples.</summary>
public sealed class RidgeStatisticsTests
{
    private static readonly double[] OnePenalty = [0.5];

    [Theory]
    [InlineData(30, 12, 2, true, true)]
    [InlineData(200, 31, 3, true, false)]
    [InlineData(90, 100, 1, false, true)]
    [InlineData(700, 5, 14, false, false)]
    public void Sums_give_the_model_of_the_examples(int examples, int columns, int targets, bool intercept, bool scale)
    {
        RidgeSample sample = RidgeSample.Draw(1, examples, columns, targets);
        var settings = new RidgeSettings { Alphas = OnePenalty, FitIntercept = intercept, ScaleFeatures = scale };
        using RidgeStatistics statistics = Sum(sample);
        RidgeSolution expected = sample.Solve(settings);
        RidgeSolution actual = Ridge.Solve(statistics, settings);

        AssertClose(expected.Coefficients, actual.Coefficients, 1e-5);
        AssertClose(expected.Intercepts, actual.Intercepts, 1e-5);
        Assert.Equal(expected.MeanLeverage, actual.MeanLeverage, 1e-6);
        Assert.Equal(AlphaSelection.GeneralizedCrossValidation, actual.Selection);
        Assert.Equal(examples, statistics.Count);
        Assert.Equal(sample.Weights.Sum(), statistics.TotalWeight, 1e-9);
    }

    [Theory]
    [InlineData(60, 20)]
    [InlineData(40, 60)]
    public void Generalized_cross_validation_is_that_of_the_hat_matrix(int examples, int columns)
    {
        RidgeSample sample = RidgeSample.Draw(2, examples, columns, targets: 1) with { Weights = [] };
        var settings =
            new RidgeSettings { Alphas = [0.3, 3, 100], AlphaSelection = AlphaSelection.GeneralizedCrossValidation };
        using RidgeStatistics statistics = Sum(sample);
        RidgeSolution onSums = Ridge.Solve(statistics, settings);
        RidgeSolution onExamples = sample.Solve(settings);
        for (int a = 0; a < settings.Alphas.Count; a++)
        {
            RidgeSolution alone = sample.Solve(new RidgeSettings { Alphas = [settings.Alphas[a]] });

            // Leave-one-out gives each leverage: left-out error e / (1 - h), e the residual.
            double residuals = 0;
            double freedom = 0;
            for (int i = 0; i < examples; i++)
            {
                double prediction = alone.Intercepts[0]
                    + sample.Rows[i].Select((x, j) => x * alone.Coefficients[j]).Sum();
                double residual = sample.Targets[i] - prediction;
                residuals += residual * residual / examples;
                freedom += residual / (sample.Targets[i] - alone.LeaveOneOutPredictions[i]) / examples;
            }

            double expected = residuals / (freedom * freedom);
            Assert.Equal(expected, onSums.SelectionErrors[a], 1e-4 * expected);
            Assert.Equal(expected, onExamples.SelectionErrors[a], 1e-4 * expected);
        }

        Assert.Equal(onExamples.Alpha, onSums.Alpha);
        Assert.Equal(AlphaSelection.GeneralizedCrossValidation, onExamples.Selection);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Saved_parts_merge_to_the_model_of_one_pass(float mean)
    {
        RidgeSample sample = RidgeSample.Draw(5, 300, 25) with { Weights = [] };
        sample =
            sample with { Rows = [.. sample.Rows.Select((row, i) => row.Select(x => x + mean + i / 100).ToArray())] };
        using RidgeStatistics whole = SumExactly(sample);
        using var merged = new RidgeStatistics(25, 2, mergesExactly: true);
        foreach (int part in (int[])[2, 0, 1])
        {
            using RidgeStatistics some = SumExactly(sample.Take(Enumerable.Range(100 * part, 100)));
            using RidgeStatistics loaded = RidgeStatistics.Read(new BinaryReader(new MemoryStream(Bytes(some))));
            Assert.Equal(Bytes(some), Bytes(loaded));
            merged.Merge(loaded);
        }

        RidgeSolution expected = Ridge.Solve(whole, new RidgeSettings());
        RidgeSolution actual = Ridge.Solve(merged, new RidgeSettings());
        Assert.Equal(300, merged.Count);
        Assert.Equal(expected.Alpha, actual.Alpha);
        double scale = expected.Coefficients.Max(Math.Abs);
        for (int j = 0; j < expected.Coefficients.Length; j++)
            Assert.Equal(expected.Coefficients[j], actual.Coefficients[j], 1e-10 * scale);
    }

    [Fact]
    public void Parts_merge_to_one_pass_whose_later_blocks_lie_far_from_the_first()
    {
        // The first hundred rows lie near 0.5, so that differences from there are exact in float32; those of
        // the others are not.
        RidgeSample sample = RidgeSample.Draw(6, 300, 25) with { Weights = [] };
        sample = sample with
        {
            Rows = [.. sample.Rows.Select((row, i) => row.Select(x => 0.5f + x / (i < 100 ? 50 : 3)).ToArray())]
        };
        using RidgeStatistics whole = SumExactly(sample, rowsAtOnce: 100);
        using var merged = new RidgeStatistics(25, 2, mergesExactly: true);
        foreach (int part in (int[])[1, 0, 2])
        {
            using RidgeStatistics some = SumExactly(sample.Take(Enumerable.Range(100 * part, 100)));
            merged.Merge(some);
        }

        AssertClose(Ridge.Solve(whole, new RidgeSettings()).Coefficients,
            Ridge.Solve(merged, new RidgeSettings()).Coefficients, 1e-10);
    }

    [Fact]
    public void Sums_that_are_cut_short_or_edited_are_a_format_error()
    {
        using RidgeStatistics statistics = SumExactly(RidgeSample.Draw(5, 30, 4) with { Weights = [] });
        byte[] bytes = Bytes(statistics);
        Assert.Throws<FormatException>(() => RidgeStatistics.Read(new BinaryReader(new MemoryStream(bytes[..7]))));
        Assert.Throws<FormatException>(() => RidgeStatistics.Read(new BinaryReader(new MemoryStream(bytes[..^1]))));
        byte[] notFinite = [.. bytes];
        BitConverter.TryWriteBytes(notFinite.AsSpan(bytes.Length - sizeof(double)), double.NaN);
        Assert.Equal("One of the sums is NaN, which no data gives.", Assert.Throws<FormatException>(
            () => RidgeStatistics.Read(new BinaryReader(new MemoryStream(notFinite)))).Message);
        BitConverter.TryWriteBytes(bytes, int.MaxValue);
        Assert.StartsWith("The sums are cut short: 2147483647 features", Assert.Throws<FormatException>(
            () => RidgeStatistics.Read(new BinaryReader(new MemoryStream(bytes)))).Message);
    }

    [Fact]
    public void Parts_merge_to_the_whole_in_any_order()
    {
        // The parts have means far from each other, so their origins differ.
        RidgeSample sample = RidgeSample.Draw(3, 300, 25);
        sample =
            sample with { Rows = [.. sample.Rows.Select((row, i) => row.Select(x => x + 10 * (i / 100)).ToArray())] };
        using RidgeStatistics whole = Sum(sample);
        RidgeSolution expected = Ridge.Solve(whole, new RidgeSettings());
        foreach (int[] order in (int[][])[[0, 1, 2], [2, 0, 1]])
        {
            using var merged = new RidgeStatistics(25, 2);
            foreach (int part in order)
            {
                using RidgeStatistics some = Sum(sample.Take(Enumerable.Range(100 * part, 100)));
                merged.Merge(some);
            }

            RidgeSolution actual = Ridge.Solve(merged, new RidgeSettings());
            Assert.Equal(expected.Alpha, actual.Alpha);
            AssertClose(expected.Coefficients, actual.Coefficients, 1e-6);
            AssertClose(expected.SelectionErrors, actual.SelectionErrors, 1e-6);
        }
    }

    [Fact]
    public void A_holdout_chooses_by_its_errors_and_the_model_is_fitted_on_all()
    {
        RidgeSample sample = RidgeSample.Draw(4, 150, 20);
        RidgeSample train = sample.Take(Enumerable.Range(0, 110));
        RidgeSample held = sample.Take(Enumerable.Range(110, 40));
        var settings = new RidgeSettings { Alphas = [0.1, 10, 1000], AlphaSelection = AlphaSelection.Holdout };
        using RidgeStatistics statistics = Sum(train);
        using RidgeStatistics holdout = Sum(held);
        RidgeSolution solution = Ridge.Solve(statistics, settings, holdout);
        for (int a = 0; a < 3; a++)
        {
            RidgeSolution alone = train.Solve(new RidgeSettings { Alphas = [settings.Alphas[a]] });
            double error = 0;
            for (int i = 0; i < held.Rows.Length; i++)
            {
                for (int t = 0; t < 2; t++)
                {
                    double prediction = alone.Intercepts[t]
                        + held.Rows[i].Select((x, j) => x * alone.Coefficients[t * 20 + j]).Sum();
                    error += held.Weights[i] * Math.Pow(held.Targets[2 * i + t] - prediction,
                        2) / (2 * held.Weights.Sum());
                }
            }

            Assert.Equal(error, solution.SelectionErrors[a], 1e-5 * error);
        }

        Assert.Equal(AlphaSelection.Holdout, solution.Selection);
        AssertClose(sample.Solve(new RidgeSettings { Alphas = [solution.Alpha] }).Coefficients,
            solution.Coefficients, 1e-5);
    }

    [Fact]
    public void Many_features_are_summed_in_float32_and_still_close()
    {
        RidgeSample sample = RidgeSample.Draw(5, 1300, 1100, targets: 1);
        var settings = new RidgeSettings { Alphas = [100] };
        using RidgeStatistics statistics = Sum(sample);
        AssertClose(sample.Solve(settings).Coefficients, Ridge.Solve(statistics, settings).Coefficients, 1e-4);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        RidgeSample sample = RidgeSample.Draw(6, 400, 80);
        using RidgeStatistics one = Sum(sample, threads: 1);
        using RidgeStatistics three = Sum(sample, threads: 3);
        Assert.Equal(Ridge.Solve(one, new RidgeSettings { NumberOfThreads = 1 }).Coefficients,
            Ridge.Solve(three, new RidgeSettings { NumberOfThreads = 3 }).Coefficients);
    }

    [Fact]
    public void A_constant_feature_does_no_harm()
    {
        RidgeSample sample = RidgeSample.Draw(7, 60, 6).WithRows((x, j) => j == 2 ? 7.7f : x);
        using RidgeStatistics statistics = Sum(sample);
        RidgeSolution solution = Ridge.Solve(statistics, new RidgeSettings { Alphas = OnePenalty });
        Assert.Equal(0, solution.Coefficients[2], 1e-9);
        AssertClose(sample.Solve(new RidgeSettings { Alphas = OnePenalty }).Coefficients, solution.Coefficients, 1e-6);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        RidgeSample sample = RidgeSample.Draw(8, 10, 4);
        using var statistics = new RidgeStatistics(4, 2);
        Assert.StartsWith("The sums are of 0 examples; a fit needs at least 2",
            Message(() => Ridge.Solve(statistics, new RidgeSettings())), StringComparison.Ordinal);
        using var features = new FeatureMatrix(4);
        sample.Rows[0].CopyTo(features.AddRow());
        Assert.StartsWith("'targets' has 3 values; 1 rows of 2 targets need 2.",
            Message(() => statistics.Add(features, new double[3])), StringComparison.Ordinal);
        features[0][1] = float.NaN;
        Assert.StartsWith("'features' has NaN in row 0, column 1;",
            Message(() => statistics.Add(features, new double[2])), StringComparison.Ordinal);
        using var narrow = new FeatureMatrix(3);
        Assert.StartsWith("'features' has 3 columns; the sums are of 4.",
            Message(() => statistics.Add(narrow, [])), StringComparison.Ordinal);
        using var other = new RidgeStatistics(4, 1);
        Assert.StartsWith("The other part has 4 features and 1 targets; this one has 4 and 2.",
            Message(() => statistics.Merge(other)), StringComparison.Ordinal);
        using RidgeStatistics full = Sum(sample);
        Assert.StartsWith("'AlphaSelection' is LeaveOneOut; these sums allow GeneralizedCrossValidation.",
            Message(() => Ridge.Solve(full, new RidgeSettings { AlphaSelection = AlphaSelection.LeaveOneOut })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_ends_the_work()
    {
        RidgeSample sample = RidgeSample.Draw(9, 400, 1200);
        using RidgeStatistics statistics = Sum(sample);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Ridge.Solve(statistics, new RidgeSettings(),
            progress: new CancelAtOnce(source), cancellation: source.Token));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;

    private static RidgeStatistics Sum(RidgeSample sample, int threads = 0)
    {
        var statistics = new RidgeStatistics(sample.Rows[0].Length, sample.NumberOfTargets);
        for (int first = 0; first < sample.Rows.Length; first += 70)
        {
            using var block = new FeatureMatrix(sample.Rows[0].Length);
            RidgeSample part = sample.Take(Enumerable.Range(first, Math.Min(70, sample.Rows.Length - first)));
            foreach (float[] row in part.Rows)
                row.CopyTo(block.AddRow());
            statistics.Add(block, part.Targets, part.Weights, threads, TestContext.Current.CancellationToken);
        }

        return statistics;
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        double largest = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance * largest);
    }

    private sealed class CancelAtOnce(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }

    private static byte[] Bytes(RidgeStatistics statistics)
    {
        using var stream = new MemoryStream();
        statistics.Write(new BinaryWriter(stream));
        return stream.ToArray();
    }

    private static RidgeStatistics SumExactly(RidgeSample sample, int rowsAtOnce = int.MaxValue)
    {
        int columns = sample.Rows[0].Length;
        var statistics = new RidgeStatistics(columns, sample.NumberOfTargets, mergesExactly: true);
        foreach (int[] rows in Enumerable.Range(0, sample.Rows.Length).Chunk(rowsAtOnce))
        {
            RidgeSample part = sample.Take(rows);
            using var block = new FeatureMatrix(columns);
            foreach (float[] row in part.Rows)
                row.CopyTo(block.AddRow());
            statistics.Add(block, part.Targets);
        }

        return statistics;
    }
}
