using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>
/// Outermost: every request is counted and timed, and whatever ends one without an answer is answered with a problem.
/// </summary>
internal sealed class ProblemMiddleware(
    RequestDelegate next, ServingOptions limits, ServingMetrics metrics, ILogger<ProblemMiddleware> log)
{
    private const int ClientClosedRequest = 499;

    private static readonly Action<ILogger, string, Exception?> ServerFailed = LoggerMessage.Define<string>(
        LogLevel.Error, new EventId(1, nameof(ServerFailed)), "{Path} failed.");

    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        Problem? problem = null;
        metrics.Begin();
        try
        {
            await next(context);
            if (!context.Response.HasStarted)
                problem = Unanswered(context);
        }
        catch (ProblemException error)
        {
            problem = error.Problem;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            metrics.End(Endpoint(context), ClientClosedRequest, Stopwatch.GetElapsedTime(start), "client-gone");
            return;
        }
        catch (BadHttpRequestException error)
        {
            problem = Problems.BadHttp(error.StatusCode, error.Message);
        }
        catch (Exception error)
        {
            ServerFailed(log, context.Request.Path, error);
            problem = Problems.Internal();
        }

        metrics.End(Endpoint(context), problem?.Status ?? context.Response.StatusCode,
            Stopwatch.GetElapsedTime(start), problem?.Reason);
        if (problem is not null && !context.Response.HasStarted)
            await Write(context, problem);
    }

    private async Task Write(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        SecurityHeaders.Set(context.Response.Headers);
        context.Response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = limits.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        if (problem.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge)
            context.Response.Headers.Connection = "close";         // what is left of the body is not waited for
        await context.Response.WriteAsJsonAsync(problem.Body, ServingJson.Options,
            "application/problem+json", context.RequestAborted);
    }

    private static Problem? Unanswered(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problems.NotFound(context.Request.Path),
        StatusCodes.Status405MethodNotAllowed => Problems.Method(context.Request.Method),
        _ => null,
    };

    // Few names: metrics keep one line for each.
    private static string Endpoint(HttpContext context)
        => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "page";
}
