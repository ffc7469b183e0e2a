using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>
/// What /metrics counts. The exporter listens to the meters of all hosts of a process, and forgets a number when any
/// host that counts it stops: so this runs alone.
/// </summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests(ServedModels models)
{
    [Fact]
    public async Task Metrics_count_requests_failures_batches_and_time()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels);
        float[][] good = [new float[20], new float[20], new float[20]];
        Dictionary<string, double> before = await MetricsAsync(host);
        await ServingHost.ReadAsync(host.PostAsync(PostedBody.Batch(good, good, good)));
        await ServingHost.RefusesAsync(host.PostAsync("{"), 400, "The JSON");
        await ServingHost.RefusesAsync(host.PostAsync(PostedBody.Json(good[0])), 422, "The number of channels");
        (string Name, double Growth)[] expected =
        [
            ("seqconv_requests_total{endpoint=\"/predict\",status=\"200\"}", 1),
            ("seqconv_requests_total{endpoint=\"/predict\",status=\"400\"}", 1),
            ("seqconv_requests_total{endpoint=\"/predict\",status=\"422\"}", 1),
            ("seqconv_failures_total{reason=\"json\"}", 1),
            ("seqconv_failures_total{reason=\"channels\"}", 1),
            ("seqconv_batch_size_sum", 3),
            ("seqconv_batch_size_bucket{le=\"4\"}", 1),
            ("seqconv_scoring_duration_seconds_count", 1),
            ("seqconv_request_duration_seconds_count{endpoint=\"/predict\"}", 3),
        ];

        // A request is counted after its answer is sent, and a scrape is kept for 0.3 s.
        Dictionary<string, double> after = await MetricsAsync(host);
        bool HasGrown((string Name, double Growth) number)
            => after.GetValueOrDefault(number.Name) - before.GetValueOrDefault(number.Name) >= number.Growth;
        for (int attempt = 0; attempt < 40 && !expected.All(HasGrown); attempt++)
        {
            await Task.Delay(400);
            after = await MetricsAsync(host);
        }

        Assert.All(expected,
            number => Assert.True(HasGrown(number), $"{number.Name} is {after.GetValueOrDefault(number.Name)} after "
                + $"{before.GetValueOrDefault(number.Name)}\n{string.Join('\n', after.Keys)}"));
        Assert.True(after["seqconv_requests_active"] >= 1);
        Assert.Contains("seqconv_scoring_duration_seconds_bucket{le=\"0.0001\"}", after.Keys);
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(ServingHost host)
    {
        using HttpResponseMessage response = await host.Client.GetAsync("/metrics");
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        // Other hosts of this process, stopped or not, have lines of their own.
        return lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' '))
            .GroupBy(parts => Regex.Replace(parts[0], "otel_scope_name=\"[^\"]*\",?", "").Replace("{}", "")
                .Replace(",}", "}"), parts => double.Parse(parts[1], CultureInfo.InvariantCulture))
            .ToDictionary(group => group.Key, group => group.Sum());
    }
}
