using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>Limits of size, of time and of work, over real sockets.</summary>
public sealed class LimitTests(ServedModels models)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_it_says_its_length()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes,
            limits: [("MaximumBodyBytes", 5000)]);
        byte[] body = Encoding.UTF8.GetBytes(new string(' ', 20_000));
        await ServingHost.RefusesAsync(host.PostAsync("/predict", body, "application/json"), 413,
            "The body is 20000 bytes long; at most 5000 bytes are read.");
        using var unsized =
            new StreamContent(new UnsizedStream(body)) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict")
        {
            Content = unsized,
            Headers = { TransferEncodingChunked = true }
        };
        await ServingHost.RefusesAsync(host.Client.SendAsync(request), 413,
            "The body is longer than 5000 bytes; at most 5000 bytes are read.");
        await ServingHost.RefusesAsync(host.PostAsync("/parse?name=a.ts", body, null), 413,
            "The body is 20000 bytes long;");
    }

    [Fact]
    public async Task A_header_that_promises_much_takes_no_memory()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes,
            limits: [("MaximumBodyBytes", 1 << 30), ("BodySeconds", 1)]);
        long before = GC.GetTotalAllocatedBytes();
        (string answer, _) = await SendAsync(host, "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + "application/json\r\nContent-Length: 1073741824\r\n\r\n{", null, Patience);
        Assert.StartsWith("HTTP/1.1 408 ", answer);
        // half of what was promised; the tests beside this one allocate, too
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 29);
    }

    [Fact]
    public async Task Long_series_and_large_batches_are_refused()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels,
            limits: [("MaximumPoints", 30), ("MaximumBatch", 2)]);
        float[] points = new float[31];
        await ServingHost.RefusesAsync(host.PostAsync(PostedBody.Json(points, points, points)), 422,
            "The length of series is 31 points a channel; at most 30 are taken.");
        float[][] good = [points[..30], points[..30], points[..30]];
        await ServingHost.ReadAsync(host.PostAsync(PostedBody.Batch(good, good)));
        await ServingHost.RefusesAsync(host.PostAsync(PostedBody.Batch(good, good, good)), 422,
            "The number of instances is 3; at most 2 are scored at once.");
    }

    [Theory]
    [InlineData("a body that stops", 1, 240, 60, false)]
    [InlineData("a body that drips, by its rate", 60, 1000, 1.1, true)]
    [InlineData("a body that drips, by the time of the whole", 1, 1, 60, true)]
    public async Task A_slow_body_is_cut(
        string what, double bodySeconds, double bytesPerSecond, double graceSeconds, bool drips)
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes,
            limits: [("BodySeconds", bodySeconds), ("MinimumBytesPerSecond", bytesPerSecond),
                ("GraceSeconds", graceSeconds)]);
        const string start = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + "application/json\r\nContent-Length: 100000\r\n\r\n{\"series\":[";
        (string answer, TimeSpan elapsed) = await SendAsync(host, start, drips ? "1," : null, Patience);
        Assert.True(answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.Contains("The body is not complete; it must be there in ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.InRange(elapsed, TimeSpan.FromSeconds(0.5), Patience - TimeSpan.FromSeconds(1));
        await ServingHost.ReadAsync(host.Client.GetAsync("/health"));
    }

    [Fact]
    public async Task Slow_headers_are_cut()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes, limits: [("HeaderSeconds", 1)]);
        (_, TimeSpan elapsed) = await SendAsync(host, "POST /predict HTTP/1.1\r\nHost: localhost\r\n", null, Patience);
        Assert.InRange(elapsed, TimeSpan.Zero, Patience - TimeSpan.FromSeconds(1));
        await ServingHost.ReadAsync(host.Client.GetAsync("/health"));
    }

    [Fact]
    public async Task A_busy_server_says_so_at_once_and_when_to_come_again()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes,
            limits: [("ConcurrentScorings", 1), ("WaitingRequests", 1), ("RetryAfterSeconds", 7)]);
        string body = PostedBody.Json(new float[128]);
        Task<HttpResponseMessage> waiting;
        using (await host.Service<ScoringGate>().EnterAsync(CancellationToken.None))
        {
            waiting = host.PostAsync(body);
            HttpResponseMessage? refused = null;
            for (int attempt = 0; refused is null && attempt < 50; attempt++)
            {
                // The first request takes the place of those that wait; until it does, the next one may.
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                try
                {
                    refused = await host.Client.PostAsync("/predict", content, patience.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }

            Assert.NotNull(refused);
            Assert.Equal("7", refused.Headers.GetValues("Retry-After").Single());
            await ServingHost.RefusesAsync(Task.FromResult(refused), 503, "The server is at work on all that it may; "
                + "1 requests are scored at once and 1 wait. Come again in 7 s.");
            await ServingHost.ReadAsync(host.Client.GetAsync("/health"));
        }

        using HttpResponseMessage served = await waiting;
        Assert.True(served.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
        await ServingHost.ReadAsync(host.PostAsync(body));
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_failure()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, host.Address.Port);
            await client.GetStream().WriteAsync(
                "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"u8.ToArray());
            await client.GetStream().WriteAsync("Content-Length: 1000\r\n\r\n{"u8.ToArray());
            await Task.Delay(200);
        }

        JsonElement answer = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(new float[128])));
        Assert.True(answer.TryGetProperty("label", out _));
    }

    // Sends a beginning and then, every tenth of a second, a bit more; until the server ends the connection.
    private static async Task<(string Answer, TimeSpan Elapsed)> SendAsync(
        ServingHost host, string start, string? drip, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        long begin = Stopwatch.GetTimestamp();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Address.Port, deadline.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start), deadline.Token);
        Task dripping = drip is null
            ? Task.CompletedTask
            : DripAsync(stream, Encoding.ASCII.GetBytes(drip), deadline.Token);
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read = 1; read > 0;)
            {
                read = await stream.ReadAsync(buffer, deadline.Token);
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // The server closed the connection while bytes were on their way.
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
        await deadline.CancelAsync();
        await dripping;
        return (answer.ToString(), elapsed);
    }

    private static async Task DripAsync(NetworkStream stream, byte[] drip, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(100, cancellation);
                await stream.WriteAsync(drip, cancellation);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
        }
    }

    private sealed class UnsizedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
