using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>
/// Gives a reader damaged files, and holds it to its documented errors, to two seconds and to 64 MB for each.
/// </summary>
public sealed class FuzzRun
{
    private const int MaxFindings = 20;
    private const long MaxAllocated = 64L << 20;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HangTime = TimeSpan.FromSeconds(30);

    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly List<FuzzFinding> _findings = [];
    private readonly FuzzTarget _target;
    private readonly int _seed;
    private long _index;
    private long _begun;

    private FuzzRun(FuzzTarget target, int seed)
    {
        _target = target;
        _seed = seed;
    }

    /// <summary>What the reader did, and how often: <c>read</c> or the name of an exception.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => _outcomes;

    /// <summary>What is wrong with the reader: at most 20.</summary>
    public IReadOnlyList<FuzzFinding> Findings => _findings;

    /// <summary>The longest time of an input.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>The most bytes that an input made its thread allocate.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>Runs until the inputs or the time are spent, or an input has not ended after 30 seconds.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">The seed of the mutations.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <param name="time">The most time.</param>
    /// <param name="first">The index of the first input, to try one again.</param>
    public static FuzzRun Run(FuzzTarget target, int seed, long inputs, TimeSpan time, long first = 0)
    {
        ArgumentNullException.ThrowIfNull(target);
        var run = new FuzzRun(target, seed);
        foreach (byte[] file in target.Seeds)
            target.Read(file);      // a seed that is refused would test little; it also loads what is loaded once
        var clock = Stopwatch.StartNew();
        Volatile.Write(ref run._begun, Stopwatch.GetTimestamp());
        var worker = new Thread(() =>
        {
            for (long index = first;
                index < first + inputs && clock.Elapsed < time && run._findings.Count < MaxFindings;
                index++)
                run.Try(index);
        })
        {
            IsBackground = true,
        };
        worker.Start();
        while (!worker.Join(TimeSpan.FromSeconds(1)))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref run._begun)) > HangTime)
            {
                run.Find(Volatile.Read(ref run._index), $"did not end in {HangTime.TotalSeconds} s");
                break;
            }
        }

        return run;
    }

    /// <summary>Counts of outcomes, and the worst time and allocation, in a line.</summary>
    public override string ToString()
    {
        IEnumerable<string> outcomes = _outcomes.Select(
            outcome => FormattableString.Invariant($"{outcome.Key} {outcome.Value}"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{_target.Name}: {_outcomes.Values.Sum()} inputs; {string.Join(", ", outcomes)}; "
            + $"slowest {Slowest.TotalMilliseconds:F0} ms, most allocated {MostAllocated / 1e6:F1} MB; "
            + $"{_findings.Count} findings");
    }

    private void Try(long index)
    {
        byte[] file = FileMutator.Mutate(_target, _seed, index);
        Volatile.Write(ref _index, index);
        Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        string outcome = "read";
        try
        {
            _target.Read(file);
        }
        catch (Exception error)
        {
            outcome = error.GetType().Name;
            if (error is not FormatException && !_target.Documented.Any(type => type.IsInstanceOfType(error)))
                Find(index, $"{outcome}: {error.Message.ReplaceLineEndings(" ")}"
                    + $"{Environment.NewLine}{error.StackTrace}");
        }

        TimeSpan taken = clock.Elapsed;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        Slowest = taken > Slowest ? taken : Slowest;
        MostAllocated = Math.Max(MostAllocated, allocated);
        if (taken > MaxTime && TimeAgain(file) > MaxTime)
            Find(index, FormattableString.Invariant($"took {taken.TotalSeconds:F1} s for {file.Length} bytes"));
        if (allocated > MaxAllocated)
            Find(index, FormattableString.Invariant($"allocated {allocated / 1e6:F0} MB for {file.Length} bytes"));
    }

    // What runs beside may have held the processor or a lock.
    private TimeSpan TimeAgain(byte[] file)
    {
        Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
        var clock = Stopwatch.StartNew();
        try
        {
            _target.Read(file);
        }
        catch (Exception)
        {
            // It was judged the first time.
        }

        return clock.Elapsed;
    }

    private void Find(long index, string problem) => _findings.Add(new(_target.Name, _seed, index, problem));
}
