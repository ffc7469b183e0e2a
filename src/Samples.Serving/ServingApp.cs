using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Microsoft.ML.SeqConv.Samples.Serving;

/// <summary>Puts the server together: limits, metrics, addresses.</summary>
internal static class ServingApp
{
    /// <summary>A builder that finds the settings and the page beside the program, wherever that was started.</summary>
    public static WebApplicationBuilder CreateBuilder()
        => WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, WebRootPath = "wwwroot" });

    /// <summary>Makes the server, not started yet.</summary>
    /// <param name="builder">From <see cref="CreateBuilder"/>.</param>
    /// <param name="options">The limits.</param>
    /// <param name="model">Is disposed of by the caller.</param>
    /// <param name="examples">Series for the page.</param>
    /// <param name="url">Where to listen.</param>
    public static WebApplication Build(WebApplicationBuilder builder, ServingOptions options, ServedModel model,
        IReadOnlyList<SeriesFileRow> examples, string url)
    {
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Services.AddSingleton(options).AddSingleton(model).AddSingleton(examples);
        builder.Services.AddSingleton<ServingMetrics>().AddSingleton<ScoringGate>().AddSingleton<PredictEndpoint>()
            .AddSingleton<ParseEndpoint>();
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("seqconv-serving"))
            .WithMetrics(metrics => metrics
                .AddMeter(ServingMetrics.MeterName)
                .AddView("seqconv.*.duration",
                    new ExplicitBucketHistogramConfiguration { Boundaries = ServingMetrics.SecondsBounds })
                .AddView("seqconv.batch.size",
                    new ExplicitBucketHistogramConfiguration { Boundaries = ServingMetrics.BatchBounds })
                .AddPrometheusExporter());

        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            SecurityHeaders.Set(context.Response.Headers);
            return next(context);
        });
        app.UseMiddleware<ProblemMiddleware>();
        app.UsePageFiles();
        app.UseRouting();
        Map(app, model, ModelDescription.Of(model, options, examples.Count > 0));
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ServingOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.MinimumBytesPerSecond,
            TimeSpan.FromSeconds(options.GraceSeconds));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeaderSeconds);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.KeepAliveSeconds);
        kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;
    }

    private static void Map(WebApplication app, ServedModel model, ModelDescription description)
    {
        app.MapPost("/predict", (HttpContext context, PredictEndpoint predict) => predict.HandleAsync(context));
        app.MapPost("/parse", (HttpContext context, ParseEndpoint parse) => parse.HandleAsync(context));
        app.MapGet("/examples", (ParseEndpoint parse) => parse.Examples());
        app.MapGet("/model", () => Results.Json(description, ServingJson.Options));
        app.MapGet("/model.onnx",
            () => Results.Bytes(model.Bytes, "application/octet-stream", entityTag: new($"\"{model.Hash}\"")));
        app.MapGet("/health", Ready);
        app.MapGet("/health/live", () => Results.Json(new HealthAnswer("live"), ServingJson.Options));
        app.MapGet("/health/ready", Ready);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    // A server that listens has a model, which has scored a series. It is no longer ready when it has
    // been asked to stop.
    private static IResult Ready(IHostApplicationLifetime lifetime)
        => lifetime.ApplicationStopping.IsCancellationRequested
            ? Results.Json(new HealthAnswer("stopping"), ServingJson.Options,
                statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new HealthAnswer("ready"), ServingJson.Options);

    private sealed record HealthAnswer(string Status);
}
