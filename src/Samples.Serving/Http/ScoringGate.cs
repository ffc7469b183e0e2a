using System.Threading.RateLimiting;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>
/// Lets as many requests do work at once as the processors carry, a number wait in turn, and refuses the others at
/// once. Bodies are read before it.
/// </summary>
internal sealed class ScoringGate(ServingOptions limits) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Concurrency,
        QueueLimit = limits.WaitingRequests,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for the turn.</summary>
    /// <returns>Disposing of it ends the turn.</returns>
    /// <exception cref="ProblemException">Too many wait.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        RateLimitLease lease = await _limiter.AcquireAsync(1, cancellation);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new ProblemException(Problems.Busy(limits));
    }

    public void Dispose() => _limiter.Dispose();
}
