using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>The server as it runs, Kestrel and all, on a free port of this machine.</summary>
internal sealed class ServingHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServedModel _model;

    private ServingHost(WebApplication app, ServedModel model)
    {
        (_app, _model) = (app, model);
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public OnnxSequenceScorer Scorer => _model.Scorer;

    /// <summary>Starts the server of a developer, who by ASP.NET Core's default sees the stack traces of
    /// errors.</summary>
    /// <param name="model">The .onnx file.</param>
    /// <param name="address">An address that fails.</param>
    public static Task<ServingHost> StartFailingAsync(string model, string address)
        => StartAsync(model, [], [], Environments.Development,
            app => app.MapGet(address, string () => throw new InvalidTimeZoneException("A handler has failed.")));

    /// <param name="model">The .onnx file.</param>
    /// <param name="examples">Series for the page.</param>
    /// <param name="limits">Names and values of <see cref="ServingOptions"/> that differ from appsettings.json.</param>
    public static Task<ServingHost> StartAsync(
        string model, IReadOnlyList<SeriesFileRow>? examples = null, params (string Name, object Value)[] limits)
        => StartAsync(model, examples ?? [], limits, environment: null, _ => { });

    private static async Task<ServingHost> StartAsync(
        string model, IReadOnlyList<SeriesFileRow> examples, (string Name, object Value)[] limits,
        string? environment, Action<WebApplication> add)
    {
        WebApplicationBuilder builder = ServingApp.CreateBuilder();
        builder.Environment.EnvironmentName = environment ?? builder.Environment.EnvironmentName;
        builder.Configuration.AddInMemoryCollection(limits.Select(limit => KeyValuePair.Create(
            $"{ServingOptions.Section}:{limit.Name}", (string?)FormattableString.Invariant($"{limit.Value}"))));
        ServingOptions options = ServingOptions.Read(builder.Configuration);
        ServedModel served = ServedModel.Open(model, options);
        WebApplication app = ServingApp.Build(builder, options, served, examples, "http://127.0.0.1:0");
        add(app);
        await app.StartAsync();
        return new ServingHost(app, served);
    }

    public T Service<T>()
        where T : notnull
        => _app.Services.GetRequiredService<T>();

    public Task StopAsync() => _app.StopAsync();

    public Task<HttpResponseMessage> PostAsync(string address, byte[] body, string? mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return Client.PostAsync(address, content);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string mediaType = "application/json")
        => PostAsync("/predict", Encoding.UTF8.GetBytes(body), mediaType);

    /// <summary>A prediction, or any other answer with status 200.</summary>
    public static async Task<JsonElement> ReadAsync(Task<HttpResponseMessage> request)
    {
        using HttpResponseMessage response = await request;
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>A refusal: status and detail as given, and in the form of RFC 9457 with all its parts.</summary>
    public static async Task RefusesAsync(Task<HttpResponseMessage> request, int status, string detail)
    {
        using HttpResponseMessage response = await request;
        string text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        foreach (string part in new[] { "type", "title", "what", "value", "rule", "remedy" })
            Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty(part).GetString()), part);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _model.Dispose();
    }
}
