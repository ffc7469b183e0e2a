using System.Text.RegularExpressions;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// AutoML's AutoZero tuner knows ML.NET's own trainers alone and throws for pipelines of others. This one tries every
/// alternative of a pipeline at the values that it starts from, the cheapest first; then, in turn, it moves from the
/// best place of one of the three best alternatives, and draws at random.
/// </summary>
internal sealed partial class CheapestFirstTuner : ITuner
{
    public const string Pipeline = "_pipeline_";
    private const string Schema = "_SCHEMA_";
    private const double Step = 0.2;

    private readonly SweepablePipeline _pipeline;
    private readonly string[] _alternatives;
    private readonly double[] _costs;
    private readonly SeededRandom _random;
    private readonly Dictionary<int, (int Alternative, double[] Place)> _proposed = [];
    private readonly Dictionary<int, (double Loss, double[] Place)> _best = [];
    private int _count;

    public CheapestFirstTuner(SweepablePipeline pipeline, int seed)
    {
        _pipeline = pipeline;
        _random = new SeededRandom((ulong)seed);
        _alternatives = [.. ((ChoiceOption)pipeline.SearchSpace[Schema]).Choices
            .Select(choice => choice.AsType<string>()).OrderBy(CostOf)];
        _costs = [.. _alternatives.Select(CostOf)];
    }

    public Parameter Propose(TrialSettings settings)
    {
        (int alternative, double[] place) = Next();
        _proposed[settings.TrialId] = (alternative, place);

        SearchSpace.SearchSpace space = _pipeline.SearchSpace;
        Parameter parameter = space.SampleFromFeatureSpace(space.Default);
        parameter[Schema] = Parameter.FromString(_alternatives[alternative]);
        int from = 0;
        foreach (string name in Parts(_alternatives[alternative]))
        {
            var part = (SearchSpace.SearchSpace)space[name];
            parameter[name] = part.SampleFromFeatureSpace(place[from..(from + part.FeatureSpaceDim)]);
            from += part.FeatureSpaceDim;
        }

        return Parameter.CreateNestedParameter(KeyValuePair.Create(Pipeline, parameter));
    }

    public void Update(TrialResult result)
    {
        (int alternative, double[] place) = _proposed[result.TrialSettings.TrialId];
        if (double.IsFinite(result.Loss)
            && (!_best.TryGetValue(alternative, out (double Loss, double[] Place) best) || result.Loss < best.Loss))
            _best[alternative] = (result.Loss, place);
    }

    private (int Alternative, double[] Place) Next()
    {
        int trial = _count++;
        if (trial < _alternatives.Length)
            return (trial, [.. Parts(_alternatives[trial]).SelectMany(name => _pipeline.SearchSpace[name].Default!)]);
        if (trial % 2 == 0 && _best.Count > 0)
        {
            KeyValuePair<int, (double Loss, double[] Place)>[] leaders = [.. _best.OrderBy(pair => pair.Value.Loss)
                .ThenBy(pair => pair.Key).Take(3)];
            (int leader, (_, double[] place)) = leaders[_random.NextInt32(leaders.Length)];
            return (leader, [.. place.Select(value => Math.Clamp(value + Step * _random.NextNormal(), 0, 1))]);
        }

        int drawn = Draw();
        return (drawn, [.. Parts(_alternatives[drawn]).SelectMany(name => _pipeline.SearchSpace[name].Default!)
            .Select(_ => _random.NextDouble())]);
    }

    // In proportion to 1 / cost.
    private int Draw()
    {
        double place = _random.NextDouble() * _costs.Sum(cost => 1 / cost);
        int drawn = 0;
        while (drawn < _costs.Length - 1 && (place -= 1 / _costs[drawn]) >= 0)
            drawn++;
        return drawn;
    }

    private double CostOf(string alternative)
        => Parts(alternative).Aggregate(1.0, (cost, name) =>
            cost * (_pipeline.Estimators[name] is SweepableCandidate candidate ? candidate.Candidate.Cost : 1));

    // An alternative is written "e0 * e2".
    private static string[] Parts(string alternative)
        => [.. EstimatorName().Matches(alternative).Select(match => match.Value)];

    [GeneratedRegex(@"e\d+")]
    private static partial Regex EstimatorName();
}
