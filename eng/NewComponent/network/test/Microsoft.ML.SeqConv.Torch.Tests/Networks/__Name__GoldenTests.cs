using System.Text.Json;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Networks;

/// <summary>Parity with the published __Name__ code: test/Golden/__name__.json, described in MANIFEST.json.</summary>
public class __Name__GoldenTests
{
    // The file holds "filters", "weights" (name: values in a row, a state dict's), "series" [N, channels, T] and the
    // published "outputs" [N, outputs] (docs/add-a-network.md).
    [Fact]
    public void Outputs_are_the_published_ones()
    {
        TorchLibrary.EnsureLoaded();
        string file = Path.Combine(Folders.Golden, "__name__.json");
        Assert.True(File.Exists(file), $"There are no reference vectors: {file}.");
        JsonElement golden = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        float[][][] series = golden.GetProperty("series").Deserialize<float[][][]>()!;
        float[][] expected = golden.GetProperty("outputs").Deserialize<float[][]>()!;
        using var scope = NewDisposeScope();
        int filters = golden.GetProperty("filters").GetInt32();
        var settings = new __Name__Settings(series[0].Length, expected[0].Length, filters, ConvolutionKind.Full);
        using var network = new __Name__Network(settings);
        Dictionary<string, Tensor> weights = network.state_dict();
        using (no_grad())
        {
            foreach (JsonProperty published in golden.GetProperty("weights").EnumerateObject())
                weights[published.Name].copy_(
                    tensor(published.Value.Deserialize<float[]>()!).reshape(weights[published.Name].shape));
        }

        network.eval();
        Tensor input = tensor(series.SelectMany(channels => channels.SelectMany(points => points)).ToArray())
            .reshape(series.Length, series[0].Length, series[0][0].Length);
        float[] actual = network.call(input, null).data<float>().ToArray();
        float[] flat = [.. expected.SelectMany(outputs => outputs)];
        Assert.Equal(flat.Length, actual.Length);
        for (int i = 0; i < flat.Length; i++)
            Assert.Equal(flat[i], actual[i], 1e-4);
    }
}
