using System.Runtime.ExceptionServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Runs independent jobs on several threads, in short waves between which the calling thread reports progress and may stop.</summary>
internal sealed class ParallelWork(int threads, IProgress<double>? progress, CancellationToken cancellation)
{
    private const int JobsPerThread = 8;

    private readonly int _threads = threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>Runs jobs 0 to <paramref name="jobs"/> - 1; what they compute must not depend on their order.</summary>
    /// <param name="jobs">Number of jobs.</param>
    /// <param name="from">Fraction of all work done before.</param>
    /// <param name="to">Fraction of all work done after.</param>
    /// <param name="job">One job.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(int jobs, double from, double to, Action<int> job)
    {
        int wave = _threads * JobsPerThread;
        for (int first = 0; first < jobs; first += wave)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(jobs, first + wave);
            if (_threads == 1 || end - first == 1)
            {
                for (int i = first; i < end; i++)
                    job(i);
            }
            else
            {
                RunWave(first, end, job);
            }

            progress?.Report(from + (to - from) * end / jobs);
        }
    }

    private void RunWave(int first, int end, Action<int> job)
    {
        try
        {
            Parallel.For(first, end, new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellation }, job);
        }
        catch (AggregateException errors)
        {
            // What one job found is what the caller did wrong; that several found it at once tells nothing.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
