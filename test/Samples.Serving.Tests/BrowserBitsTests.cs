using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>
/// Features that a browser computes from an exported file have the bits of the native transform, also where series are
/// flat or rounded, and outputs tie with biases but for rounding.
/// </summary>
public sealed class BrowserBitsTests(ServedModels models)
{
    private const int Length = 70;

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData("MiniRocket", 1, OnnxForm.Standard)]
    [InlineData("MiniRocket", 3, OnnxForm.Standard)]
    [InlineData("MiniRocket", 1, OnnxForm.Gpu)]
    [InlineData("MiniRocket", 3, OnnxForm.Function)]
    [InlineData("MultiRocket", 1, OnnxForm.Standard)]
    [InlineData("MultiRocket", 1, OnnxForm.Function)]
    [InlineData("Rocket", 3, OnnxForm.Standard)]
    public async Task Features_have_the_native_bits(string featurizer, int channels, OnnxForm form)
    {
        Assert.SkipUnless(PageFiles.HasBrowserRuntime, "onnxruntime-web was not fetched when this was built: "
            + "npm was not there, or fetched nothing.");
        List<SeriesRow> rows = SineWaves.Make(12, Length, channels);
        for (int i = 0; i < rows.Count; i++)
            Flatten(rows[i].Series, i);
        IDataView data = SineWaves.View(_context, rows, channels == 1 ? [Length] : [channels, Length]);
        IEstimator<ITransformer> estimator = featurizer switch
        {
            "MiniRocket" => _context.Transforms.MiniRocket("Features", "Series", 840, seed: 1),
            "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 1344, seed: 1),
            _ => _context.Transforms.Rocket("Features", "Series", 400, seed: 1),
        };
        ITransformer model = estimator.Fit(data);
        using var file = new MemoryStream();
        _context.Model.SaveAsOnnx(
            model, data, file, new OnnxExportOptions { OutputColumnNames = ["Features"], Form = form });
        float[] native = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        VBuffer<ReadOnlyMemory<char>> names = default;
        model.Transform(data).Schema["Features"].GetSlotNames(ref names);
        ReadOnlyMemory<char>[] all = [.. names.DenseValues()];

        await using OpenPage page = await OpenPage.AtAsync(models.Pairs);
        float[] browser = await page.RunAsync(file.ToArray(), "Series", [.. rows.SelectMany(row => row.Series)],
            channels == 1 ? [rows.Count, Length] : [rows.Count, channels, Length], "Features");
        Assert.Equal(native.Length, browser.Length);
        for (int i = 0; i < native.Length; i++)
        {
            // Means of values are sums in another order, and Rocket's maxima are in float64 here.
            string name = all[i % all.Length].ToString();
            bool same = name.StartsWith("mpv", StringComparison.Ordinal)
                || name.StartsWith("max", StringComparison.Ordinal)
                ? Math.Abs(native[i] - browser[i]) <= 1e-5 * Math.Max(1, Math.Abs(native[i]))
                : BitConverter.SingleToInt32Bits(native[i]) == BitConverter.SingleToInt32Bits(browser[i]);
            Assert.True(same, $"'{name}' of series {i / all.Length} is {browser[i]:R}; native {native[i]:R}.");
        }
    }

    private static void Flatten(float[] series, int row)
    {
        for (int i = 0; i < series.Length; i++)
        {
            series[i] = (row % 4) switch
            {
                0 when i % Length > Length / 3 => 0.1f * row + 0.3f,
                1 => MathF.Round(10 * series[i]) / 10,
                2 => 0.7f,
                _ => series[i],
            };
        }
    }
}
