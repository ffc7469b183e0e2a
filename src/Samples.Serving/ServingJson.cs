using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.SeqConv.Samples.Serving.Input;

namespace Microsoft.ML.SeqConv.Samples.Serving;

/// <summary>How answers are written: camel case, and a missing value is null.</summary>
internal static class ServingJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        // answers are JSON and are never put into a page as markup
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new SeriesWriter() },
    };

    // [channel][time]
    private sealed class SeriesWriter : JsonConverter<Series>
    {
        public override Series Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("Series are read by JsonSeriesReader.");

        public override void Write(Utf8JsonWriter writer, Series value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (int channel = 0; channel < value.Channels; channel++)
            {
                writer.WriteStartArray();
                foreach (float point in value.Values.AsSpan(channel * value.Points, value.Points))
                {
                    if (float.IsFinite(point))
                        writer.WriteNumberValue(point);
                    else
                        writer.WriteNullValue();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }
}
