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
        Assert.Equal(("Series", 1, 8000, "Error"),
            (input.GetProperty("name").GetString(), input.GetProperty("channels").GetInt32(),
                input.GetProperty("sampleRate").GetInt32(), input.GetProperty("missingValues").GetString()));
        Assert.False(input.TryGetProperty("length", out _));
        Assert.Equal(17, model.GetProperty("operatorSets").GetProperty("ai.onnx").GetInt32());
        Assert.Equal(["c0", "c1", "c2"],
            model.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(20_000, model.GetProperty("limits").GetProperty("points").GetInt32());

        using HttpResponseMessage file = await host.Client.GetAsync("/model.onnx");
        byte[] bytes = await file.Content.ReadAsByteArrayAsync();
        Assert.Equal(File.ReadAllBytes(models.Recordings), bytes);
        Assert.Equal(model.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/model.onnx")
        {
            Headers = { IfNoneMatch = { file.Headers.ETag! } }
        };
        using HttpResponseMessage unchanged = await host.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Health_and_the_page_are_there_with_their_headers()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        Assert.Equal("ready", (await ServingHost.ReadAsync(host.Client.GetAsync("/health")))
            .GetProperty("status").GetString());
        Assert.Equal("ready", (await ServingHost.ReadAsync(host.Client.GetAsync("/health/ready")))
            .GetProperty("status").GetString());
        Assert.Equal("live", (await ServingHost.ReadAsync(host.Client.GetAsync("/health/live")))
            .GetProperty("status").GetString());
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

    /// <summary>Also in the environment of developers, where ASP.NET Core's own answer is a page with the stack
    /// trace.</summary>
    [Fact]
    public async Task A_handler_that_throws_is_answered_with_one_line_of_JSON_and_no_stack_trace()
    {
        await using ServingHost host = await ServingHost.StartFailingAsync(models.Shapes, "/failing");
        using HttpResponseMessage response = await host.Client.GetAsync(
            new Uri("/failing", UriKind.Relative), TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(500, (int)response.StatusCode);
        Assert.Single(text.Split('\n'));
        Assert.Equal(500, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("status").GetInt32());
        foreach (string inside in new[] { "InvalidTimeZone", "A handler has failed", "   at ", ".cs:line" })
            Assert.DoesNotContain(inside, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        using var request =
            new HttpRequestMessage(HttpMethod.Get, "/model") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public void What_cannot_be_served_is_told_at_the_start()
    {
        var limits = new ServingOptions();
        Assert.StartsWith("There is no ONNX file 'nowhere.onnx'.",
            Assert.Throws<FileNotFoundException>(() => Models.ServedModel.Open("nowhere.onnx", limits)).Message);
        string path = models.PathOf("broken");
        byte[] bytes = File.ReadAllBytes(models.Numbers);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Contains(path, Assert.Throws<FormatException>(() => Models.ServedModel.Open(path, limits)).Message,
            StringComparison.Ordinal);
        Assert.Contains("takes series of 50 points, but Serving:MaximumPoints is 20.",
            Assert.Throws<FormatException>(() => Models.ServedModel.Open(models.Numbers,
                new ServingOptions { MaximumPoints = 20 })).Message, StringComparison.Ordinal);

        var context = new MLContext(1);
        IDataView data = TestKit.SineWaves.View(context, TestKit.SineWaves.Make(10, 50), 50);
        context.Model.SaveAsOnnx(
            context.Transforms.MiniRocket("Features", "Series", 84, seed: 1).Fit(data), data, path);
        Assert.Contains("gives Features; a server needs Score.",
            Assert.Throws<FormatException>(() => Models.ServedModel.Open(path, limits)).Message,
            StringComparison.Ordinal);
    }
}
