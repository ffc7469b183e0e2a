using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>What a program that fits wants of its <see cref="MLContext"/>: to see progress and to stop.</summary>
public static class MLContextExtensions
{
    /// <summary>
    /// Calls a listener while components of this library fit, on the thread that fits. Exceptions of the
    /// listener end the fit.
    /// </summary>
    /// <param name="context">The context whose components are watched.</param>
    /// <param name="listener">
    /// Gets each report; there may be thousands a second, so it should only note the last.
    /// </param>
    /// <returns>Dispose it to stop listening.</returns>
    public static IDisposable OnFitProgress(this MLContext context, Action<FitProgress> listener)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(listener);
        LocalEnvironment environment = EnvironmentOf(context);
        Action<IMessageSource, FitProgress> action = (_, progress) => listener(progress);
        environment.AddListener(action);
        return new Subscription(() => environment.RemoveListener(action));
    }

    /// <summary>
    /// Ends every Fit of this context and of the components made from it when the token is cancelled: they
    /// throw <see cref="OperationCanceledException"/> soon after. A cancelled context stays cancelled; make
    /// a new one to go on.
    /// </summary>
    /// <param name="context">The context to cancel.</param>
    /// <param name="cancellation">The token that cancels it.</param>
    /// <returns>Dispose it to detach the token.</returns>
    public static IDisposable CancelOn(this MLContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ICancelable environment = EnvironmentOf(context);
        return cancellation.Register(environment.CancelExecution);
    }

    private static LocalEnvironment EnvironmentOf(MLContext context)
        => (LocalEnvironment)CatalogUtils.GetEnvironment(context.Transforms);

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref end, () => { })();
    }
}
