using System.Text.Json;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

/// <summary>Inputs and outputs of a published implementation, from one file of the golden folder.</summary>
internal sealed class GoldenCase
{
    private readonly JsonElement _root;

    private GoldenCase(JsonElement root) => _root = root;

    /// <summary>The names of the files whose <c>method</c> begins with a word, for theories.</summary>
    public static TheoryData<string> Names(string prefix)
    {
        var names = new TheoryData<string>();
        foreach (string path in Directory.EnumerateFiles(Folders.Golden, prefix + "*.json")
            .Order(StringComparer.Ordinal))
            names.Add(Path.GetFileName(path));
        return names;
    }

    public static GoldenCase Read(string name)
        => new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folders.Golden, name))).RootElement);

    public string Method => _root.GetProperty("method").GetString()!;

    public int Int(string name) => _root.GetProperty(name).GetInt32();

    /// <summary>What is nested under a name.</summary>
    public GoldenCase Part(string name) => new(_root.GetProperty(name));

    public bool Has(string name) => _root.TryGetProperty(name, out _);

    public int[] Ints(string name) => [.. _root.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    public float[] Singles(string name)
        => [.. _root.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    public double[] Doubles(string name)
        => [.. _root.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    public double[][] Rows(string name)
        => [.. _root.GetProperty(name).EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];

    /// <summary>The series, [channel, time]; the file nests channels where there are several.</summary>
    public SeriesSet Series()
    {
        JsonElement[] series = [.. _root.GetProperty("series").EnumerateArray()];
        bool nested = series[0][0].ValueKind == JsonValueKind.Array;
        return new SeriesSet([.. series.Select(one => Flatten(one).ToArray())],
            nested ? series[0].GetArrayLength() : 1);
    }

    private static IEnumerable<float> Flatten(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().SelectMany(Flatten)
        : [element.GetSingle()];
}
