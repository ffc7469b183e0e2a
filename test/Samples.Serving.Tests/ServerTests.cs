using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>What is said of the model, of health and of work done, and what is refused at the start.</summary>
public sealed class ServerTests(ServedModels models)
{
    [Fact]
    public async Task The_model_is_described_and_can_be_fetched()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Recordings);
        JsonElement model = await ServingHost.ReadAsync(host.Client.GetAsync("/model"));
        JsonElement input = model.GetProperty("input");
        Assert.Equal(("Series", 1, 8000, "Error"), (input.GetProperty("name").GetString(), input.GetProperty("channels").GetInt32(), input.GetProperty("sampleRate").GetInt32(), input.GetProperty("missingValues").GetString()));
        Assert.False(input.TryGetProperty("length", out _));
        Assert.Equal(17, model.GetProperty("operatorSets").GetProperty("ai.onnx").GetInt32());
        Assert.Equal(["c0", "c1", "c2"], model.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(20_000, model.GetProperty("limits").GetProperty("points").GetInt32());

        using HttpResponseMessage file = await host.Client.GetAsync("/model.onnx");
        byte[] bytes = await file.Content.ReadAsByteArrayAsync();
        Assert.Equal(File.ReadAllBytes(models.Recordings), bytes);
        Assert.Equal(model.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/model.onnx") { Headers = { IfNoneMatch = { file.Headers.ETag! } } };
        using HttpResponseMessage unchanged = await host.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Health_and_the_page_are_there_with_their_headers()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        Assert.Equal("ready", (await ServingHost.ReadAsync(host.Client.GetAsync("/health"))).GetProperty("status").GetString());
        Assert.Equal("ready", (await ServingHost.ReadAsync(host.Client.GetAsync("/health/ready"))).GetProperty("status").GetString());
        Assert.Equal("live", (await ServingHost.ReadAsync(host.Client.GetAsync("/health/live"))).GetProperty("status").GetString());
        using HttpResponseMessage page = await host.Client.GetAsync("/");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(page.Headers.Contains("Server"));
        string html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotMatch(@"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://", html);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/model") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

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

        // A request is counted after its answer is sent, and a scrape is kept for 0.3 s. Other hosts of this process count too.
        Dictionary<string, double> after = await MetricsAsync(host);
        bool HasGrown((string Name, double Growth) number) => after.GetValueOrDefault(number.Name) - before.GetValueOrDefault(number.Name) >= number.Growth;
        for (int attempt = 0; attempt < 40 && !expected.All(HasGrown); attempt++)
        {
            await Task.Delay(400);
            after = await MetricsAsync(host);
        }

        Assert.All(expected, number => Assert.True(HasGrown(number), $"{number.Name} is {after.GetValueOrDefault(number.Name)} after {before.GetValueOrDefault(number.Name)}\n{string.Join('\n', after.Keys)}"));
        Assert.Contains("seqconv_requests_active", after.Keys);     // how many, other hosts have a part in
        Assert.Contains("seqconv_scoring_duration_seconds_bucket{le=\"0.0001\"}", after.Keys);
    }

    [Fact]
    public void What_cannot_be_served_is_told_at_the_start()
    {
        var limits = new ServingOptions();
        Assert.StartsWith("There is no ONNX file 'nowhere.onnx'.", Assert.Throws<FileNotFoundException>(() => Models.ServedModel.Open("nowhere.onnx", limits)).Message);
        string path = models.PathOf("broken");
        byte[] bytes = File.ReadAllBytes(models.Numbers);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Contains(path, Assert.Throws<FormatException>(() => Models.ServedModel.Open(path, limits)).Message, StringComparison.Ordinal);
        Assert.Contains("takes series of 50 points, but Serving:MaximumPoints is 20.", Assert.Throws<FormatException>(() => Models.ServedModel.Open(models.Numbers, new ServingOptions { MaximumPoints = 20 })).Message, StringComparison.Ordinal);

        var context = new MLContext(1);
        IDataView data = TestKit.SineWaves.View(context, TestKit.SineWaves.Make(10, 50), 50);
        context.Model.SaveAsOnnx(context.Transforms.MiniRocket("Features", "Series", 84, seed: 1).Fit(data), data, path);
        Assert.Contains("gives Features; a server needs Score.", Assert.Throws<FormatException>(() => Models.ServedModel.Open(path, limits)).Message, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(ServingHost host)
    {
        using HttpResponseMessage response = await host.Client.GetAsync("/metrics");
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // Servers of other tests in this process have meters of the same name, which make lines of their own.
        return lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' '))
            .GroupBy(parts => Regex.Replace(parts[0], "otel_scope_name=\"[^\"]*\",?", "").Replace("{}", "").Replace(",}", "}"), parts => double.Parse(parts[1], CultureInfo.InvariantCulture))
            .ToDictionary(group => group.Key, group => group.Sum());
    }
}
