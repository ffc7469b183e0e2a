using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Microsoft.ML.SeqConv.Samples.Serving;

/// <summary>What the server counts, by System.Diagnostics.Metrics: any listener may read it; /metrics is one.</summary>
internal sealed class ServingMetrics
{
    public const string MeterName = "SeqConv.Serving";

    /// <summary>Histograms of seconds, from a tenth of a millisecond.</summary>
    public static readonly double[] SecondsBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
        0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Histograms of series a request.</summary>
    public static readonly double[] BatchBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly UpDownCounter<int> _inFlight;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _requestSeconds;
    private readonly Histogram<double> _scoringSeconds;
    private readonly Histogram<int> _batchSize;

    public ServingMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(MeterName);
        _inFlight = meter.CreateUpDownCounter<int>("seqconv.requests.active",
            description: "Requests that are being answered.");
        _requests = meter.CreateCounter<long>("seqconv.requests", description: "Requests, by endpoint and status.");
        _failures = meter.CreateCounter<long>("seqconv.failures",
            description: "Requests that were refused or failed, by reason.");
        _requestSeconds = meter.CreateHistogram<double>("seqconv.request.duration", "s",
            "From the headers to the answer, by endpoint.");
        _scoringSeconds = meter.CreateHistogram<double>("seqconv.scoring.duration", "s", "In ONNX Runtime.");
        _batchSize = meter.CreateHistogram<int>("seqconv.batch.size", description: "Series a request.");
    }

    public void Begin() => _inFlight.Add(1);

    public void End(string endpoint, int status, TimeSpan elapsed, string? reason)
    {
        _inFlight.Add(-1);
        _requests.Add(1, new("endpoint", endpoint), new("status", status));
        _requestSeconds.Record(elapsed.TotalSeconds, new TagList { { "endpoint", endpoint } });
        if (reason is not null)
            _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Scored(int series, TimeSpan elapsed)
    {
        _batchSize.Record(series);
        _scoringSeconds.Record(elapsed.TotalSeconds);
    }
}
