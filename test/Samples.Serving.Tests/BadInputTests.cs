using System.Net;
using System.Text;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>
/// Junk: every refusal names what, value, rule and remedy, and nothing that is sent makes the server fail.
/// </summary>
public sealed class BadInputTests(ServedModels models)
{
    private const int Mutations = 300;

    public static TheoryData<string, string, int, string> Cases => new()
    {
        { "", "application/json", 400, "The body is empty; it must hold a series." },
        { "{", "application/json", 400, "The JSON at line 1, byte 2 is not well formed; " },
        { "nonsense", "application/json", 400, "The JSON at line 1, byte 2 is not well formed; " },
        { "[1, 2]", "application/json", 400, "The body is a list; a body is {\"series\": [...]} or" },
        { "{}", "application/json", 400, "The body is an empty object; " },
        { "{\"rows\": [1]}", "application/json", 400, "A property of the body is 'rows'; " },
        { "{\"series\": [1], \"series\": [2]}", "application/json", 400,
            "A second property of the body is 'series'; " },
        { "{\"series\": 7}", "application/json", 400,
            "series is '7'; a series is a list of numbers, or of one list of numbers for each channel." },
        { "{\"series\": []}", "application/json", 400, "series is an empty list; a series has one or more points." },
        { "{\"series\": [[1, 2], 3]}", "application/json", 400,
            "series[1] is '3'; the other channels are lists of numbers." },
        { "{\"series\": [[1, 2], [3]]}", "application/json", 422, "The length of series[1] is 1 points; channel 0 has "
            + "2, and the channels of a series must be equally long." },
        { "{\"series\": [1, \"2\"]}", "application/json", 400,
            "series[1] is '2'; a point is a number of single precision, or null where it is missing." },
        { "{\"series\": [1, 1e99]}", "application/json", 400,
            "series[1] is '1e99'; a point is a number of single precision" },
        { "{\"series\": [1, NaN]}", "application/json", 400, "The JSON at line 1, byte 16 is not well formed; " },
        { "{\"series\": [[[1]]]}", "application/json", 400, "series[0][0] is a list; " },
        { "{\"series\": [1, 2]} {}", "application/json", 400, "The JSON at line 1, byte 20 is not well formed; " },
        { "{\"instances\": {}}", "application/json", 400, "instances is an object; instances is a list of series." },
        { "{\"instances\": []}", "application/json", 400,
            "instances is an empty list; instances is a list of one or more series." },
        { "{\"instances\": [[1, true]]}", "application/json", 400, "instances[0][1] is 'true'; " },
        { "{\"series\": [1, 2, 3]}", "application/json", 422, "The number of channels of series is 1; "
            + "the model takes 3. Send the channels of the training data, in their order." },
        { "{\"series\": [[1], [2], [3]]}", "application/json", 422, "The length of series is 1 points a channel; "
            + "the model takes 9 or more. Pad the series." },
        { "1,2\n3,x", "text/csv", 400, "Number 2 of line 2 is 'x'; a point is a number of single precision with a "
            + "decimal point, or ? where it is missing." },
        { "1,2\n\n3", "text/csv", 422, "The length of line 3 is 1 points; channel 0 has 2, " },
        { "\n\n", "text/csv", 400, "The text is blank; it holds a line of numbers for each channel." },
        { "RIFF", "audio/wav", 400,
            "The file 'recording' is not readable (recording: the file has 4 bytes; WAV files are read." },
        { "{}", "text/plain", 415, "Content-Type is 'text/plain'; this address takes application/json, text/csv, "
            + "audio/wav, audio/x-wav." },
        { "{}", "application/json; charset=utf-16", 415, "The charset is 'utf-16'; text is read as utf-8." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Junk_is_refused_with_what_value_rule_and_remedy(
        string body, string mediaType, int status, string detail)
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels);
        await ServingHost.RefusesAsync(host.PostAsync(body, mediaType), status, detail);
    }

    [Fact]
    public async Task Values_that_the_model_was_not_trained_for_are_refused()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels);
        float[] good = new float[20];
        float[] missing = [.. good];
        missing[3] = float.NaN;
        float[] huge = [.. good];
        huge[4] = -3e30f;
        await ServingHost.RefusesAsync(host.PostAsync(PostedBody.Json(good, missing, good)), 422,
            "series[1][3] is missing; the model was trained without missing values.");
        await ServingHost.RefusesAsync(host.PostAsync(PostedBody.Batch([good, good, good], [good, good, huge])), 422,
            "instances[1][2][4] is -3E+30; values must be within +-1e30. Scale them as in training.");

        await using ServingHost filling = await ServingHost.StartAsync(models.Shapes);
        await ServingHost.RefusesAsync(filling.PostAsync(PostedBody.Json([.. Enumerable.Repeat(float.NaN, 128)])), 422,
            "series[0] is without any value; there is nothing to interpolate from. Leave the series out.");
    }

    [Fact]
    public async Task Other_addresses_methods_and_encodings_are_refused()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels);
        await ServingHost.RefusesAsync(host.Client.GetAsync("/nowhere"), 404,
            "The address is '/nowhere'; there are /, /predict,");
        await ServingHost.RefusesAsync(host.Client.GetAsync("/../appsettings.json"), 404,
            "The address is '/appsettings.json';");
        await ServingHost.RefusesAsync(host.Client.GetAsync("/predict"), 405, "The method is 'GET';");
        await ServingHost.RefusesAsync(host.Client.DeleteAsync("/model"), 405, "The method is 'DELETE';");
        using var packed = new ByteArrayContent([1, 2, 3])
        {
            Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } }
        };
        await ServingHost.RefusesAsync(host.Client.PostAsync("/predict", packed), 415,
            "Content-Encoding is 'gzip'; bodies are not compressed.");
        await ServingHost.RefusesAsync(host.PostAsync("/predict", "{}"u8.ToArray(), null), 415, "Content-Type is '';");
    }

    [Theory]
    [InlineData("/predict", "application/json")]
    [InlineData("/predict", "text/csv")]
    [InlineData("/predict", "audio/wav")]
    [InlineData("/parse?name=a.ts", null)]
    [InlineData("/parse?name=a.csv", null)]
    [InlineData("/parse?name=a.arff", null)]
    [InlineData("/parse?name=a.wav", null)]
    public async Task Mutated_bodies_are_answered_or_refused_and_never_fail(string address, string? mediaType)
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Recordings);
        float[] series = SineWaves.Make(1, 300)[0].Series;
        byte[] good = (mediaType ?? address) switch
        {
            "application/json" => Encoding.UTF8.GetBytes(PostedBody.Json(series[..40])),
            "text/csv" => Encoding.UTF8.GetBytes(PostedBody.Csv(series[..40])),
            "/parse?name=a.ts" => PostedBody.Ts((series[..40], "a"), (series[..30], "b")),
            "/parse?name=a.csv"
                => Encoding.UTF8.GetBytes($"a,{PostedBody.Csv(series[..40])}\nb,{PostedBody.Csv(series[..30])}"),
            "/parse?name=a.arff" => Encoding.UTF8.GetBytes("@relation r\n@attribute m relational\n@attribute t0 "
                + "numeric\n@attribute t1 numeric\n@end m\n@attribute c {x}\n@data\n'1,2\\n3,4',x\n"),
            _ => PostedBody.Wave(series, 8000),
        };
        var random = new Random(1);
        var statuses = new Dictionary<HttpStatusCode, int>();
        for (int i = 0; i < Mutations; i++)
        {
            byte[] body = Mutate(good, random);
            using HttpResponseMessage response = await host.PostAsync(address, body, mediaType);
            statuses[response.StatusCode] = statuses.GetValueOrDefault(response.StatusCode) + 1;
            Assert.True((int)response.StatusCode is 200 or (>= 400 and < 500),
                $"{response.StatusCode} for {Convert.ToBase64String(body)}");
            if (response.StatusCode != HttpStatusCode.OK)
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        Assert.True(statuses.Count > 1,
            $"all answers were {string.Join(", ", statuses)}: the mutations are too weak, or too strong");
        using HttpResponseMessage after = await host.PostAsync(address, good, mediaType);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    // Some bytes changed, a part left out, doubled, or cut off; what structure knows is changed as often as the rest.
    private static byte[] Mutate(byte[] good, Random random)
    {
        List<byte> body = [.. good];
        byte[] telling = "[]{},:\"\n\t?@-+.eE0123456789\0\u00ff"u8.ToArray();
        for (int changes = random.Next(1, 5); changes > 0 && body.Count > 2; changes--)
        {
            int at = random.Next(random.Next(2) == 0 ? Math.Min(body.Count, 60) : body.Count);
            int count = Math.Min(random.Next(1, 20), body.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body[at] = telling[random.Next(telling.Length)];
                    break;
                case 2:
                    body.RemoveRange(at, count);
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, count));
                    break;
                default:
                    body.RemoveRange(at + count, random.Next(4) == 0 ? body.Count - at - count : 0);
                    break;
            }
        }

        return [.. body];
    }
}
