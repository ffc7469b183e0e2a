using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Runs independent items of work on the calling thread and some helpers. The calling thread works too, and between
/// pieces of its own work reports progress: no other thread does. An exception of any thread, the progress
/// callback's included, ends the work of all. Which thread takes an item is left to chance; items write disjoint
/// memory, so the result is not.
/// </summary>
internal sealed class WorkTeam(int threads, IProgress<double>? progress, CancellationToken cancellation)
{
    private const int ReportEveryMilliseconds = 20;

    private readonly int _threads = threads > 0 ? threads : Environment.ProcessorCount;
    private readonly int _caller = Environment.CurrentManagedThreadId;
    private readonly long _reportTicks = Stopwatch.Frequency * ReportEveryMilliseconds / 1000;
    private long _lastReport = Stopwatch.GetTimestamp();
    private double _total;
    private double _done;
    private double _running;
    private double _reported;
    private Queue? _current;
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Adds work to the total that progress is measured against.</summary>
    internal void Expect(double work) => _total += work;

    /// <summary>
    /// Runs <paramref name="item"/> for 0 up to <paramref name="count"/>; returns when all have ended.
    /// </summary>
    /// <param name="count">Number of items.</param>
    /// <param name="work">
    /// Work of all of them together, in the unit of the total. Too little of it is not worth a second thread.
    /// </param>
    /// <param name="item">One item; calls <see cref="Checkpoint()"/> where it takes long.</param>
    internal void Run(int count, double work, Action<int> item)
    {
        const double worthSharing = 2e5;
        var queue = new Queue(count, item);
        int helpers = work < worthSharing ? 0 : Math.Min(_threads, count) - 1;
        var tasks = new Task[Math.Max(helpers, 0)];
        _running = work;
        _current = queue;
        for (int i = 0; i < tasks.Length; i++)
            tasks[i] = Task.Run(() => Drain(queue));
        Drain(queue);
        // Waiting runs a helper that has found no thread yet here, where it finds the queue empty.
        Task.WaitAll(tasks);
        _failure?.Throw();
        _done += work;
        _running = 0;
        _current = null;
    }

    /// <summary>
    /// Ends the item by an exception when the work is to stop, and on the calling thread reports progress when it is
    /// time.
    /// </summary>
    internal void Checkpoint() => Checkpoint(_current?.FractionDone ?? 0);

    private void Checkpoint(double fractionOfRun)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_failure is not null)
            throw new OperationCanceledException();
        if (progress is null || Environment.CurrentManagedThreadId != _caller
            || Stopwatch.GetTimestamp() - _lastReport < _reportTicks)
            return;
        _lastReport = Stopwatch.GetTimestamp();
        _reported = Math.Max(_reported, Math.Min(1, (_done + fractionOfRun * _running) / _total));
        progress.Report(_reported);
    }

    private void Drain(Queue queue)
    {
        try
        {
            while (_failure is null && queue.Take() is int index)
            {
                queue.Item(index);
                queue.Finish();
                Checkpoint(queue.FractionDone);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private sealed class Queue(int count, Action<int> item)
    {
        private int _next = -1;
        private int _finished;

        internal double FractionDone => (double)Volatile.Read(ref _finished) / count;

        internal Action<int> Item => item;

        internal int? Take() => Interlocked.Increment(ref _next) is int index && index < count ? index : null;

        internal void Finish() => Interlocked.Increment(ref _finished);
    }
}
