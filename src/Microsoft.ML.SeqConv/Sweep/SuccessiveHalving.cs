namespace Microsoft.ML.SeqConv;

/// <summary>
/// Successive halving by thirds (Jamieson and Talwalkar 2016, arXiv:1502.07943): a bracket begins with nine draws at a
/// ninth of the resource; the best third of them get a third of it, the best third of those all of it. Then the next
/// bracket begins: narrow ones, so that whole pipelines are among the trials whenever the time is over. A trial that is
/// the same as one before, because its resource is at its least, is not run again.
/// </summary>
/// <param name="draws">What is tried.</param>
/// <param name="trials">The budget; <see langword="null"/>: no limit.</param>
/// <param name="rank">Puts trials in order, the best first, and leaves out those that failed.</param>
internal sealed class SuccessiveHalving(
    SweepDraws draws, int? trials, Func<IEnumerable<SweepTrial>, IEnumerable<SweepTrial>> rank) : ITrialSource
{
    private const int Widest = 9;

    private static readonly double[] Shares = [1.0 / 9, 1.0 / 3, 1];

    private readonly Dictionary<string, SweepTrial> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<SweepTrial, SweepPlan> _results = [];      // of this rung
    private double[] _shares = [];      // of this bracket
    private int _share;
    private SweepPlan[] _rung = [];
    private int _place;                 // in the rung
    private SweepPlan? _given;
    private bool _hasNew = true;        // in this bracket
    private int _done;

    public SweepPlan? Next(SweepTrial? last)
    {
        if (_given is null)
            return _given = draws.Baseline;
        Take(last ?? throw new InvalidOperationException("A trial is missing: the plan before was not tried."));
        do
        {
            for (; _place < _rung.Length; _place++)
            {
                SweepPlan drawn = _rung[_place];
                SweepPlan plan = new(drawn.Candidate, drawn.Drawn, _shares[_share]);
                if (!_known.TryGetValue(plan.Key, out SweepTrial? trial))
                {
                    _hasNew = true;
                    return _given = plan;
                }

                _results[trial] = drawn;
            }
        }
        while (BeginRung() || BeginBracket());
        return null;
    }

    private void Take(SweepTrial trial)
    {
        _done++;
        _known[_given!.Key] = trial;
        if (_place < _rung.Length)
            _results[trial] = _rung[_place++];
    }

    private bool BeginRung()
    {
        if (_share + 1 >= _shares.Length)
            return false;
        _rung = [.. rank(_results.Keys).Take((_results.Count + 2) / 3).Select(trial => _results[trial])];
        _share++;
        _place = 0;
        _results.Clear();
        return true;
    }

    private bool BeginBracket()
    {
        if (!_hasNew)
            return false;
        (int width, _shares) = Bracket(trials is int most ? most - _done : int.MaxValue);
        _rung = [.. Enumerable.Range(0, width).Select(_ => draws.Next()).OrderBy(plan => plan.Candidate.Cost)];
        _share = 0;
        _place = 0;
        _hasNew = false;
        _results.Clear();
        return true;
    }

    // As many draws as the rest of the budget takes through all three rungs; too little for that: one whole trial.
    internal static (int Width, double[] Shares) Bracket(int left)
    {
        int width = Widest;
        while (width > 1 && width + (width + 2) / 3 + (width + 8) / 9 > left)
            width--;
        return left < 3 ? (1, [1.0]) : (width, Shares);
    }
}
