using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// QUANT as ONNX nodes: the representations; all intervals of one length gathered, sorted by <c>TopK</c> and
/// interpolated at once; and the ranks among the knots by halving. Quantiles have the bits of the native transform;
/// means and magnitudes are sums in float64 of another order, which float32 seldom shows.
/// </summary>
internal static class IntervalQuantilesGraph
{
    private const string Root = "IntervalQuantiles";

    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The fitted transform.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    /// <exception cref="InvalidOperationException">The length is open.</exception>
    public static string Write(GraphWriter graph, IntervalQuantilesModel model, string series, int? length)
    {
        if (length is not int points)
            throw new InvalidOperationException("IntervalQuantiles divides a series by its length and can be written "
                + "to ONNX for a fixed length only. Set OnnxExportOptions.SeriesLength, or fit the pipeline without "
                + "IntervalQuantiles.");
        var parts = new FeatureParts(graph, Root);
        IntervalPlan plan = model.PlanOf(points);
        var representations = new RepresentationGraph(graph, Root, series, points);
        for (int i = 0; i < plan.Representations.Length; i++)
        {
            if (!plan.Representations[i].IsNeeded)
                continue;
            var representation = (SeriesRepresentation)i;
            string values = representations.Write(representation);
            PlannedInterval[] needed =
                [.. plan.Representations[i].Intervals.Where(interval => interval.NeededChannels.Contains(true))];
            foreach (IGrouping<QuantileRanks, PlannedInterval> group in needed.GroupBy(interval => interval.Ranks))
            {
                string name = $"{Root}/{representation}/{group.Key.Count} of {group.Key.Points} points";
                parts.Add(Quantiles(graph, model, name, values, group.Key, [.. group]), Places(model, group));
            }
        }

        string features = parts.JoinColumns();
        return model.Scores is null ? features : Scores(graph, model.Scores, features);
    }

    // [channel, interval, quantile], as the nodes give them; -1 where one is not kept.
    private static IEnumerable<long> Places(IntervalQuantilesModel model, IEnumerable<PlannedInterval> intervals)
        => Enumerable.Range(0, model.NumberOfChannels).SelectMany(channel => intervals.SelectMany(interval =>
            Enumerable.Range(0, interval.Ranks.Count).Select(quantile => (long)Math.Max(-1,
                model.Selection.IndexOf(interval.First + channel * interval.Ranks.Count + quantile)))));

    // [N, C, T] -> [N, channel * interval * quantile]
    private static string Quantiles(GraphWriter graph, IntervalQuantilesModel model, string name, string values,
        QuantileRanks ranks, PlannedInterval[] intervals)
    {
        int channels = model.NumberOfChannels;
        long[] points = [.. intervals.SelectMany(interval =>
            Enumerable.Range(interval.Start, ranks.Points).Select(t => (long)t))];
        string gathered = graph.Add("Gather", $"{name}/points",
            [values, graph.Constant($"{name}/places of points", points, points.Length)], ("axis", 2L));
        string split = graph.Reshape($"{name}/intervals", gathered, 0, channels * intervals.Length, ranks.Points);
        string sorted = ranks.Points == 1 ? split : graph.AddPair("TopK", $"{name}/sorted",
            [split, graph.Constant($"{name}/all", [(long)ranks.Points], 1)],
            ("axis", -1L), ("largest", 0L), ("sorted", 1L)).First;
        string quantiles = Interpolate(graph, name, sorted, ranks);
        if (ranks.Count > 1)
        {
            string mean = graph.Add("Cast", $"{name}/mean", [graph.Add("ReduceMean", $"{name}/exact mean",
                [graph.Add("Cast", $"{name}/exact", [split], ("to", typeof(double)))],
                ("axes", new[] { 2L }), ("keepdims", 1L))], ("to", typeof(float)));
            float[] centred = [.. Enumerable.Range(0, ranks.Count).Select(i => QuantileRanks.IsCentred(i) ? 1f : 0)];
            quantiles = graph.Add("Sub", $"{name}/centred",
                [quantiles, graph.Add("Mul", $"{name}/means", [mean, graph.Constant($"{name}/is centred", centred,
                    1, 1, ranks.Count)])]);
        }

        return graph.Reshape($"{name}/features", quantiles, 0, channels * intervals.Length * ranks.Count);
    }

    // nearest + weight (upper - lower)
    private static string Interpolate(GraphWriter graph, string name, string sorted, QuantileRanks ranks)
    {
        string nearest = Take("nearest", ranks.Nearest);
        if (ranks.Weights.All(weight => weight == 0))
            return nearest;
        string range = graph.Add("Sub", $"{name}/range", [Take("upper", ranks.Upper), Take("lower", ranks.Lower)]);
        return graph.Add("Add", $"{name}/quantiles", [nearest, graph.Add("Mul", $"{name}/steps",
            [range, graph.Constant($"{name}/weights", ranks.Weights, 1, 1, ranks.Count)])]);

        string Take(string what, int[] places) => graph.Add("Gather", $"{name}/{what}",
            [sorted, graph.Constant($"{name}/places of {what}", Array.ConvertAll(places, place => (long)place),
                places.Length)], ("axis", 2L));
    }

    private static string Scores(GraphWriter graph, NormalScores scores, string features)
    {
        const string name = $"{Root}/scores";
        string knots = graph.Constant($"{name}/knots", scores.Knots.ToArray(), scores.Knots.Length);
        long[] places = [.. Enumerable.Range(0, scores.NumberOfFeatures).Select(i => (long)i * scores.PerFeature)];
        string firsts = graph.Constant($"{name}/first knots", places, 1, places.Length);
        string below = CountKnots(graph, $"{name}/below", "Less", scores.PerFeature, knots, firsts, features);
        string belowOrEqual =
            CountKnots(graph, $"{name}/below or equal", "LessOrEqual", scores.PerFeature, knots, firsts, features);
        return graph.Add("Gather", $"{Root}/features",
            [graph.Constant($"{name}/table", scores.Table.ToArray(), scores.Table.Length),
                graph.Add("Add", $"{name}/twice the rank", [below, belowOrEqual])]);
    }

    // The number of a feature's knots that come before its value, [N, feature]: half of those that may be are compared
    // by their last one, until one is left.
    private static string CountKnots(
        GraphWriter graph, string name, string comparison, int perFeature, string knots, string firsts, string features)
    {
        string zero = graph.Constant($"{name}/zero", [0L], 1);
        string? count = null;
        for (int left = perFeature; left > 0;)
        {
            int half = Math.Max(1, left / 2);
            string step = $"{name}/{left} left";
            string probe = graph.Add("Add", $"{step}/probe",
                [firsts, graph.Constant($"{step}/last of half", [half - 1L], 1)]);
            if (count is not null)
                probe = graph.Add("Add", $"{step}/probe of each", [probe, count]);
            string before = graph.Add(comparison, $"{step}/before",
                [graph.Add("Gather", $"{step}/knot", [knots, probe]), features]);
            string more = graph.Add("Where", $"{step}/more",
                [before, graph.Constant($"{step}/half", [(long)half], 1), zero]);
            count = count is null ? more : graph.Add("Add", $"{step}/count", [count, more]);
            left = left == 1 ? 0 : left - half;
        }

        return count!;
    }
}
