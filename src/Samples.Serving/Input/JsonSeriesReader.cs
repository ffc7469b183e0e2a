using System.Text;
using System.Text.Json;
using Microsoft.ML.SeqConv.Samples.Serving.Http;

namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>
/// Reads <c>{"series": S}</c> or <c>{"instances": [S, S]}</c>, where a series S is <c>[1, 2, null]</c>, one channel, or
/// <c>[[1, 2], [3, 4]]</c>, [channel][time]. null is a missing value. Values go straight from the bytes into arrays;
/// every error names its place.
/// </summary>
internal static class JsonSeriesReader
{
    private const string Shape = "a body is {\"series\": [...]} or {\"instances\": [[...], [...]]}";
    private const string PointRule = "a point is a number of single precision, or null where it is missing";
    private const string SeriesRule = "a series is a list of numbers, or of one list of numbers for each channel";

    /// <exception cref="ProblemException">The body is no JSON, or no series.</exception>
    public static PostedSeries Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            return ReadBody(ref reader);
        }
        catch (JsonException error)
        {
            string place = $"The JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
            throw new ProblemException(
                new Problem(
                    "json", StatusCodes.Status400BadRequest, place, "not well formed",
                    error.Message.Split(" LineNumber:")[0].TrimEnd('.'), $"Correct it: {Shape}."),
                error);
        }
    }

    private static PostedSeries ReadBody(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong("The body", ref reader, Shape, "Wrap the series in an object.");
        PostedSeries? posted = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isBatch = reader.ValueTextEquals("instances"u8);
            if (posted is not null || !(isBatch || reader.ValueTextEquals("series"u8)))
                throw Wrong(posted is null ? "A property of the body" : "A second property of the body",
                    ref reader, Shape, "Leave it out.");
            reader.Read();
            posted = isBatch
                ? new PostedSeries(ReadInstances(ref reader), true)
                : new PostedSeries([ReadSeries(ref reader, "series")], false);
        }

        reader.Read();      // throws where something follows
        return posted ?? throw new ProblemException(new Problem("json", StatusCodes.Status400BadRequest, "The body",
            "an empty object", Shape, "Add the series."));
    }

    private static List<Series> ReadInstances(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong("instances", ref reader, "instances is a list of series", "Put the series into a list.");
        var series = new List<Series>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            series.Add(ReadSeries(ref reader, $"instances[{series.Count}]"));
        return series.Count > 0 ? series : throw Empty("instances", "instances is a list of one or more series");
    }

    private static Series ReadSeries(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(name, ref reader, SeriesRule, "Write the points as [1, 2, 3].");
        reader.Read();
        var values = new List<float>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            ReadPoints(ref reader, name, values);
            return new Series(1, [.. values]);
        }

        int channels = 0;
        int points = 0;
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            string channel = $"{name}[{channels}]";
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Wrong(channel, ref reader, "the other channels are lists of numbers",
                    "Write every channel as a list.");
            int before = values.Count;
            reader.Read();
            ReadPoints(ref reader, channel, values);
            if (channels > 0 && values.Count - before != points)
            {
                throw new ProblemException(new Problem("channels", StatusCodes.Status422UnprocessableEntity,
                    $"The length of {channel}", $"{values.Count - before} points",
                    $"channel 0 has {points}, and the channels of a series must be equally long",
                    "Pad with null where values are missing."));
            }

            points = values.Count - before;
            channels++;
        }

        return new Series(channels, [.. values]);
    }

    // The reader stands behind '['; afterwards it stands on ']'.
    private static void ReadPoints(ref Utf8JsonReader reader, string name, List<float> values)
    {
        int first = values.Count;
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null)
                values.Add(float.NaN);
            else if (reader.TokenType == JsonTokenType.Number
                && reader.TryGetSingle(out float value) && float.IsFinite(value))
                values.Add(value);
            else
                throw Wrong($"{name}[{values.Count - first}]", ref reader, PointRule, "Write the number, or null.");
        }

        if (values.Count == first)
            throw Empty(name, "a series has one or more points");
    }

    private static ProblemException Empty(string name, string rule)
        => new(new Problem("json", StatusCodes.Status400BadRequest, name, "an empty list", rule, "Add the points."));

    private static ProblemException Wrong(string what, ref Utf8JsonReader reader, string rule, string remedy)
    {
        string value = reader.TokenType switch
        {
            JsonTokenType.StartArray => "a list",
            JsonTokenType.StartObject => "an object",
            _ => Problems.Show(Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 400)])),
        };
        return new ProblemException(new Problem("json", StatusCodes.Status400BadRequest, what, value, rule, remedy));
    }
}
