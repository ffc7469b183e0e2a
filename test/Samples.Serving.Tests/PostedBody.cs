using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>Series as a client writes them.</summary>
internal static class PostedBody
{
    public static string Json(params float[][] channels) => $"{{\"series\": {List(channels)}}}";

    public static string Batch(params float[][][] instances)
        => $"{{\"instances\": [{string.Join(", ", instances.Select(List))}]}}";

    public static string Csv(params float[][] channels)
        => string.Join('\n', channels.Select(channel => string.Join(',', channel.Select(Text))));

    /// <summary>A recording of 16 bits.</summary>
    public static byte[] Wave(float[] samples, int rate)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wav");
        try
        {
            WaveFile.Write(path, samples, rate);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A .ts file of labelled series of one channel.</summary>
    public static byte[] Ts(params (float[] Series, string Label)[] rows)
    {
        string classes = string.Join(' ', rows.Select(row => row.Label).Distinct());
        return Encoding.UTF8.GetBytes($"@classLabel true {classes}\n@data\n"
            + $"{string.Concat(rows.Select(row => $"{Csv(row.Series)}:{row.Label}\n"))}");
    }

    public static Dictionary<string, float> Numbers(JsonElement byClass)
        => byClass.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetSingle());

    private static string List(float[][] channels)
        => $"[{string.Join(", ", channels.Select(channel => $"[{string.Join(",", channel.Select(Text))}]"))}]";

    private static string Text(float value)
        => float.IsNaN(value) ? "null" : value.ToString("R", CultureInfo.InvariantCulture);
}
