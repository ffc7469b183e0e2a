using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.AccumulatedRows;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What sums of ridge refuse; what they have is left as it was.</summary>
public sealed class RidgeAccumulatorBadInputTests
{
    private readonly AccumulatedRows _data = new();

    private MLContext Context => _data.Context;

    [Fact]
    public void A_part_that_breaks_midway_leaves_the_sums_as_they_were()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        using RidgeAccumulator accumulator = _data.Accumulator(preparation);
        accumulator.Add(_data.View(_data.Rows.GetRange(0, 300)));
        double[] before = accumulator.Solutions()[0].Coefficients;

        List<SeriesRow> bad = Noisy(1500);
        bad[1400].Series[3] = float.NaN;
        Assert.StartsWith("Column 'Series' has NaN at point 3 of channel 0 in row 1400;",
            Message<InvalidOperationException>(() => accumulator.Add(_data.View(bad))));

        int reading = 0;
        IEnumerable<SeriesRow> EndsEarly()
        {
            foreach (SeriesRow row in _data.Rows.Take(reading++ == 0 ? 200 : 150))
                yield return row;
        }

        Assert.StartsWith("Column 'LabelKey' differs near row 150 from its first reading;",
            Message<InvalidOperationException>(() => accumulator.Add(_data.View(EndsEarly()))));
        Assert.StartsWith("Column 'Series' has 29 points a channel; the model was fitted on 30.",
            Message<ArgumentOutOfRangeException>(
                () => accumulator.Add(SineWaves.View(Context, Noisy(20, 29), 29))));
        Assert.Equal(300, accumulator.Count);
        Assert.Equal(before, accumulator.Solutions()[0].Coefficients);
    }

    [Fact]
    public void Cancelling_a_part_leaves_the_sums_as_they_were()
    {
        var context = new MLContext(1);
        ITransformer preparation = _data.Preparation(_data.Rows);
        using var source = new CancellationTokenSource();
        using var accumulator = new RidgeAccumulator(
            context, Multiclass(context), preparation, _data.View(_data.Rows).Schema);
        accumulator.Add(_data.View(_data.Rows.GetRange(0, 300)));
        using IDisposable registration = context.CancelOn(source.Token);
        using IDisposable progress = context.OnFitProgress(state =>
        {
            if (state.Stage == "summing features" && state.Done > 1000)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => accumulator.Add(_data.View(Noisy(3000))));
        Assert.Equal(300, accumulator.Count);
    }

    [Fact]
    public void Only_sums_of_one_configuration_are_merged()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        using RidgeAccumulator accumulator = _data.Accumulator(preparation);
        accumulator.Add(_data.View(_data.Rows));

        using RidgeAccumulator penalties = _data.Accumulator(preparation,
            new() { LabelColumnName = LabelKey, Alphas = [1, 10] });
        Assert.StartsWith("The other accumulator has Alphas 1, 10, this one 0.001, ",
            Message<ArgumentException>(() => accumulator.Merge(penalties)));
        using RidgeAccumulator weighted = _data.Accumulator(preparation,
            new() { LabelColumnName = LabelKey, ClassWeights = new Dictionary<string, double> { ["c1"] = 2 } });
        Assert.StartsWith("The other accumulator has ClassWeights c1 2, this one none;",
            Message<ArgumentException>(() => accumulator.Merge(weighted)));
        using RidgeAccumulator otherFeaturizer = _data.Accumulator(_data.Preparation(_data.Rows, seed: 2));
        Assert.StartsWith("The other accumulator has another preparation:",
            Message<ArgumentException>(() => accumulator.Merge(otherFeaturizer)));
        using RidgeAccumulator otherLabels =
            _data.Accumulator(_data.Preparation([.. _data.Rows.Where(row => row.Label != "c0")]));
        Assert.StartsWith("The other accumulator has the classes c1, c2 in column 'LabelKey'; the sums are of c0, c1, "
            + "c2.", Message<ArgumentException>(() => accumulator.Merge(otherLabels)));
        using var regression = new RidgeAccumulator(
            Context, Context.Regression.Trainers.Ridge("Target"), preparation, _data.View(_data.Rows).Schema);
        Assert.StartsWith("The other accumulator has the task RidgeRegressionTrainer, this one RidgeMulticlassTrainer;",
            Message<ArgumentException>(() => accumulator.Merge(regression)));
        Assert.StartsWith("An accumulator cannot be merged with itself",
            Message<ArgumentException>(() => accumulator.Merge(accumulator)));
        Assert.Equal(900, accumulator.Count);
    }

    [Fact]
    public void Options_that_need_all_rows_are_refused()
    {
        ITransformer preparation = _data.Preparation(_data.Rows);
        Assert.StartsWith("AlphaSelection is LeaveOneOut, which needs all rows at once;",
            Message<ArgumentException>(() => _data.Accumulator(preparation,
                new() { LabelColumnName = LabelKey, AlphaSelection = AlphaSelection.LeaveOneOut })));
        Assert.StartsWith("BalanceClasses is true,", Message<ArgumentException>(
            () => _data.Accumulator(preparation, new() { LabelColumnName = LabelKey, BalanceClasses = true })));
        using RidgeAccumulator empty = _data.Accumulator(preparation);
        Assert.Equal("The accumulator has 0 rows with a label; ridge needs at least two. Add rows.",
            Message<InvalidOperationException>(() => empty.Solve()));
    }

    [Fact]
    public void A_disposed_accumulator_says_so()
    {
        using RidgeAccumulator other = _data.Accumulator(_data.Preparation(_data.Rows));
        other.Add(_data.View(_data.Rows));
        RidgeAccumulator disposed = _data.Accumulator(_data.Preparation(_data.Rows));
        disposed.Add(_data.View(_data.Rows));
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Add(_data.View(_data.Rows)));
        Assert.Throws<ObjectDisposedException>(() => disposed.Solve());
        Assert.Throws<ObjectDisposedException>(() => other.Merge(disposed));
        Assert.Equal(900, other.Count);
        other.Solve();
    }

    private static string Message<TError>(Action action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;
}
