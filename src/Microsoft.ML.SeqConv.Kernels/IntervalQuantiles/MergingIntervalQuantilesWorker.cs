using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// QUANT's transform without sorting each interval by itself. The shortest intervals are sorted, and the sorted runs of
/// each longer level are merged from those of the level before: intervals that cover a representation from the two
/// halves that they consist of, shifted ones from the two neighbouring halves of two intervals, which their bounds miss
/// by at most one point.
/// </summary>
internal sealed class MergingIntervalQuantilesWorker(IntervalQuantilesModel model) : IntervalQuantilesWorker(model)
{
    private int[] _keys = [];           // [time]
    private int[] _shorter = [];        // [time]: the sorted runs of the level before
    private int[] _runs = [];           // [time]: those of the level
    private int[] _run = [];            // that of a shifted interval
    private int[] _scratch = [];

    /// <inheritdoc/>
    private protected override void Write(
        ReadOnlySpan<float> values, PlannedRepresentation plan, int channel, Span<float> all)
    {
        Load(values);
        for (int i = plan.Levels.Length - 1; i >= 0; i--)
        {
            IntervalLevel level = plan.Levels[i];
            bool hasHalves = i < plan.Levels.Length - 1 && values.Length >= 2 * level.Parts;
            foreach (PlannedInterval interval in level.Covering)
            {
                ref int run = ref _runs[interval.Start];
                if (hasHalves)
                    MergeHalves(values.Length, interval, ref run);
                else
                    Sort(interval, ref run);
                Write(values, interval, ref run, channel, all);
            }

            foreach (PlannedInterval interval in level.Shifted)
            {
                if (!interval.NeededChannels[channel])
                    continue;
                ref int run = ref _run[0];
                if (hasHalves)
                    MergeNeighbours(values.Length, interval);
                else
                    Sort(interval, ref run);
                Write(values, interval, ref run, channel, all);
            }

            (_runs, _shorter) = (_shorter, _runs);
        }
    }

    /// <inheritdoc/>
    private protected override void Score(NormalScores scores, Span<float> features, int first)
        => scores.ApplyVectorised(features, first);

    private void Load(ReadOnlySpan<float> values)
    {
        int needed = values.Length + KeySort.Spare;
        if (_keys.Length < needed)
        {
            _keys = new int[needed];
            _shorter = new int[needed];
            _runs = new int[needed];
            _run = new int[needed];
            _scratch = new int[needed];
        }

        for (int t = 0; t < values.Length; t++)
            _keys[t] = OrderedKey.Of(values[t]);
    }

    private void Sort(PlannedInterval interval, ref int run)
        => KeySort.Sort(ref _keys[interval.Start], interval.End - interval.Start, ref run, ref _scratch[0]);

    private void MergeHalves(int length, PlannedInterval interval, ref int run)
    {
        (int parts, int index, _) = interval.Interval;
        int middle = (int)DyadicInterval.Bound(length, 2 * parts, 2 * index + 1);
        KeySort.Merge(ref _shorter[interval.Start], middle - interval.Start,
            ref _shorter[middle], interval.End - middle, ref run);
    }

    // The second half of one interval and the first half of the next. A shift is rounded up, so that the interval may
    // begin one point after them and end one point after them.
    private void MergeNeighbours(int length, PlannedInterval interval)
    {
        (int parts, int index, _) = interval.Interval;
        int start = (int)DyadicInterval.Bound(length, 2 * parts, 2 * index + 1);
        int middle = (int)DyadicInterval.Bound(length, 2 * parts, 2 * index + 2);
        int end = (int)DyadicInterval.Bound(length, 2 * parts, 2 * index + 3);
        KeySort.Merge(ref _shorter[start], middle - start, ref _shorter[middle], end - middle, ref _run[0]);
        Span<int> run = _run.AsSpan(0, end - start);
        if (interval.Start > start)
        {
            int place = run.BinarySearch(_keys[start]);
            run[(place + 1)..].CopyTo(run[place..]);
            run = run[..^1];
        }

        if (interval.End > end)
        {
            int place = run.BinarySearch(_keys[end]);
            place = place < 0 ? ~place : place;
            run[place..].CopyTo(_run.AsSpan(place + 1));
            _run[place] = _keys[end];
        }
    }

    private static void Write(
        ReadOnlySpan<float> values, PlannedInterval interval, ref int run, int channel, Span<float> all)
    {
        if (!interval.NeededChannels[channel])
            return;
        QuantileRanks ranks = interval.Ranks;
        float mean = ranks.Count > 1 ? IntervalMean.Vectorised(values[interval.Start..interval.End]) : 0;
        Quantiles(ref run, ranks, mean, interval.FeaturesIn(all, channel));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantiles(ref int sorted, QuantileRanks ranks, float mean, Span<float> quantiles)
    {
        ref int lower = ref MemoryMarshal.GetArrayDataReference(ranks.Lower);
        ref int upper = ref MemoryMarshal.GetArrayDataReference(ranks.Upper);
        ref int nearest = ref MemoryMarshal.GetArrayDataReference(ranks.Nearest);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(ranks.Weights);
        for (int i = 0; i < quantiles.Length; i++)
        {
            float range = OrderedKey.ToSingle(Unsafe.Add(ref sorted, Unsafe.Add(ref upper, i)))
                - OrderedKey.ToSingle(Unsafe.Add(ref sorted, Unsafe.Add(ref lower, i)));
            float start = OrderedKey.ToSingle(Unsafe.Add(ref sorted, Unsafe.Add(ref nearest, i)));
            quantiles[i] = start + Unsafe.Add(ref weights, i) * range - (QuantileRanks.IsCentred(i) ? mean : 0);
        }
    }
}
