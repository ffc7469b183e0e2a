using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Prediction sets as ONNX nodes. Scores are whole numbers, as in <see cref="NonconformityScores"/>, so that equal
/// probabilities give equal p-values. Each p-value counts the calibration scores by comparing with all of them: [N,
/// class, calibration row].
/// </summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="classifier">Gives p-values.</param>
/// <param name="rule">Rejects rows.</param>
/// <param name="significance">Of sets.</param>
internal sealed class ConformalGraph(
    GraphWriter graph, ConformalClassifier classifier, RejectionRule rule, float significance)
{
    private const string Name = "Conformal";

    private readonly long _classes = classifier.NumberOfClasses;
    private readonly NonconformityScores _scores = classifier.Scores;

    /// <summary>Writes the columns.</summary>
    /// <param name="probabilities">[N, class].</param>
    /// <param name="outputs">The columns, see <see cref="ConformalColumns.Of"/>.</param>
    public void Write(string probabilities, DataViewSchema.DetachedColumn[] outputs)
    {
        // Zero, or NaN for a row with a score that is not finite.
        string undefined = Sum("undefined", Node("Sub", "difference", probabilities, probabilities), axis: 1);
        string pValues = Node("Add", "p-values", PValues(Scores(probabilities, Whole(probabilities))), undefined);
        (string largest, string second) = LargestTwo(pValues);
        string credibility = Node("Add", "credibility", largest, undefined);
        string confidence = Node("Sub", "confidence",
            Node("Sub", "less the second", Constant("one", 1f), second), undefined);
        string set = Not("members",
            Node("Less", "left out", pValues, Constant("significance", MathF.BitIncrement(significance))));
        string rejected = rule.Kind switch
        {
            ConformalRejection.SetSize => Not("rejected", Node("Equal", "has one class",
                Sum("set size", Cast("members as numbers", set, typeof(float)), axis: 1), Constant("one class", 1f))),
            ConformalRejection.Credibility => Rejected(credibility),
            _ => Rejected(Node("Add", "largest probability",
                graph.Add("ReduceMax", $"{Name}/largest of probabilities", [probabilities], ("axes", new[] { 1L }),
                    ("keepdims", 1L)), undefined)),
        };
        string[] values = [set, pValues, confidence, credibility, rejected];
        for (int i = 0; i < outputs.Length; i++)
        {
            string column = graph.AddColumn(outputs[i].Type, outputs[i].Name);
            graph.AddTo(column, "Identity", $"{Name}/{outputs[i].Name}", [values[i]]);
        }
    }

    // [N, class]: round(2^24 p)
    private string Whole(string probabilities)
    {
        string scaled = Node("Mul", "scaled", probabilities, Constant("scale", (float)NonconformityScores.One));
        string above = Node("Max", "at least zero", scaled, Constant("zero", 0f));
        string limited = Node("Min", "limited", above, Constant("limit", (float)NonconformityScores.One));
        string half = Cast("half as double", Constant("half", 0.5f), typeof(double));
        return Cast("whole", Node("Add", "and a half", Cast("as double", limited, typeof(double)), half), typeof(long));
    }

    // [N, class]
    private string Scores(string probabilities, string whole)
    {
        if (!_scores.IsCumulative)
            return Node("Sub", "scores", Constant("whole of one", NonconformityScores.One), whole);
        string precedes = Precedes(whole);
        string products = Node("Mul", "likelier", precedes, graph.Unsqueeze($"{Name}/others", whole, 1));
        string before = Sum("before", products, axis: 2, keep: false);
        string share = Node("Mul", "random times own", RandomPart(probabilities), whole);
        string own = Node("Div", "part of own", share, Constant("whole of one", NonconformityScores.One));
        string scores = Node("Add", "cumulative", before, own);
        if (_scores.RankPenalty == 0)
            return scores;
        string ranks = Node("Sub", "ranks after free ones", Sum("classes before", precedes, axis: 2, keep: false),
            Constant("free ranks", _scores.FreeRanks - 1L));
        string cost = Node("Mul", "penalties", Node("Max", "charged ranks", ranks, Constant("no rank", 0L)),
            Constant("penalty", _scores.RankPenalty));
        return Node("Add", "penalised", scores, cost);
    }

    // [N, class k, class j]: 1 where j is before k
    private string Precedes(string whole)
    {
        string own = graph.Unsqueeze($"{Name}/own", whole, 2);
        string others = graph.Unsqueeze($"{Name}/other", whole, 1);
        var lower = new long[_classes * _classes];
        for (long i = 0; i < lower.Length; i++)
            lower[i] = i % _classes < i / _classes ? 1 : 0;
        string hasLowerNumber = Cast("has lower number",
            graph.Constant($"{Name}/lower numbers", lower, _classes, _classes), typeof(bool));
        string equal = Node("And", "equal and lower", Node("Equal", "equal", others, own), hasLowerNumber);
        return Cast("precedes", Node("Or", "likelier or lower", Node("Greater", "greater", others, own), equal),
            typeof(long));
    }

    // [N, 1]
    private string RandomPart(string probabilities)
    {
        string modulus = Constant("modulus", NonconformityScores.Modulus);
        string above = Node("Max", "at least least", probabilities,
            Constant("least probability", NonconformityScores.MinProbability));
        string limited = Node("Min", "at most one", above, Constant("probability one", 1f));
        string steps = Node("Mul", "steps", Node("Log", "logarithms", limited),
            Constant("negative steps", (float)(-NonconformityScores.LogarithmSteps / Math.Log(2))));
        string shifted = Node("Add", "to be rounded", steps, Constant("half step", 0.5f));
        string rounded = Cast("rounded", shifted, typeof(long));
        string products = Node("Mul", "mixed", rounded, Constant("factors", _scores.Factors, _classes));
        string sum = Node("Add", "with seed", Sum("mixture", products, axis: 1), Constant("seed", _scores.Offset));
        string residue = Node("Mod", "residue", sum, modulus);
        return Node("Mod", "random part",
            Node("Mul", "multiplied", residue, Constant("multiplier", NonconformityScores.Multiplier)), modulus);
    }

    // [N, class]
    private string PValues(string scores)
    {
        long tables = classifier.Settings.PerClass ? _classes : 1;
        long[][] calibration =
            [.. Enumerable.Range(0, (int)tables).Select(k => classifier.CalibrationOf(k).ToArray())];
        long longest = calibration.Max(of => (long)of.Length);
        const long below = -1;                  // less than any score
        long[] table = [.. calibration.SelectMany(of => of.Concat(Enumerable.Repeat(below, (int)longest - of.Length)))];
        string isBelow = Node("Less", "below", Constant("calibration", table, tables, longest),
            graph.Unsqueeze($"{Name}/score", scores, 2));
        string counts = Sum("count", Cast("at least", Not("not below", isBelow), typeof(float)), axis: 2, keep: false);
        string total = graph.Constant($"{Name}/rows", [.. calibration.Select(of => 1f + of.Length)], tables);
        return Node("Div", "share", Node("Add", "and itself", counts, Constant("itself", 1f)), total);
    }

    private (string Largest, string Second) LargestTwo(string pValues)
    {
        (string values, _) =
            graph.AddPair("TopK", $"{Name}/largest two",
                [pValues, graph.Constant($"{Name}/two", [2L], 1)], ("axis", 1L));
        return graph.AddPair("Split", $"{Name}/each", [values], ("axis", 1L));
    }

    private string Rejected(string value)
        => Not("rejected", Node("Greater", "reaches", value, Constant("least", MathF.BitDecrement(rule.Limit))));

    private string Node(string op, string name, params string[] inputs) => graph.Add(op, $"{Name}/{name}", inputs);

    private string Not(string name, string input) => Node("Not", name, input);

    private string Cast(string name, string input, Type type)
        => graph.Add("Cast", $"{Name}/{name}", [input], ("to", type));

    private string Sum(string name, string input, long axis, bool keep = true)
        => graph.Add("ReduceSum", $"{Name}/{name}", [input], ("axes", new[] { axis }), ("keepdims", keep ? 1L : 0L));

    private string Constant(string name, float value) => graph.Constant($"{Name}/{name}", value);

    private string Constant(string name, long value) => Constant(name, [value], 1);

    // Readers of files take integers for sizes, which have limits, so whole numbers are written as numbers of single
    // precision: one where that is exact, else two, of the upper and the lower digits.
    private string Constant(string name, long[] values, params long[] dims)
    {
        const long exact = 1L << 24;
        if (values.All(value => Math.Abs(value) <= exact))
            return Numbers(name, values, dims);
        string upper = Node("Mul", $"{name}/shifted",
            Numbers($"{name}/upper", Array.ConvertAll(values, value => value / exact), dims),
            Numbers($"{name}/unit", [exact], 1));
        string lower = Numbers($"{name}/lower", Array.ConvertAll(values, value => value % exact), dims);
        return Node("Add", $"{name}/whole", upper, lower);
    }

    private string Numbers(string name, long[] values, params long[] dims) => Cast($"{name} as whole numbers",
        graph.Constant($"{Name}/{name}", [.. values.Select(value => (float)value)], dims), typeof(long));
}
