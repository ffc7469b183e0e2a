using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.DilatedShapelets;

/// <summary>
/// Parity with the published code of RDST: test/Golden/dilatedshapelets*.json, described in MANIFEST.json.
/// </summary>
public class DilatedShapeletsGoldenTests
{
    public static TheoryData<string> Files => GoldenCase.Names("dilatedshapelets");

    [Theory]
    [MemberData(nameof(Files))]
    public void Features_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        DilatedShapeletsModel model = WithPublishedShapelets(golden, out int[] published);
        SeriesSet series = golden.Series();
        double[][] expected = golden.Rows("features");
        var actual = new float[model.NumberOfFeatures];
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    double value = expected[row][3 * published[i / 3] + i % 3];
                    double tolerance = i % 3 == 0 ? 1e-5 * Math.Max(1, value) : 0;
                    Assert.True(Math.Abs(value - actual[i]) <= tolerance, $"Row {row} feature {i} "
                        + $"({model.FeatureName(i)}) is {actual[i]} on path {path}, published {value}.");
                }
            }
        }
    }

    // In the order of this project's models.
    private static DilatedShapeletsModel WithPublishedShapelets(GoldenCase golden, out int[] published)
    {
        int points = golden.Int("points");
        int[] dilations = golden.Ints("dilations");
        int[] normalized = golden.Ints("normalized");
        float[] thresholds = golden.Singles("thresholds");
        float[] values = golden.Singles("values");
        published = [.. Enumerable.Range(0, dilations.Length).OrderBy(i => (dilations[i], normalized[i]))];
        return new(1, points,
            [.. published.Select((i, place) => new DilatedShapelet(
                dilations[i], normalized[i] == 1, thresholds[i], [0], place * points))],
            [.. published.SelectMany(i => values.AsSpan(i * points, points).ToArray())]);
    }
}
