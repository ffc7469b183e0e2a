using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.__Name__;

/// <summary>Parity with the published __Name__ code: test/Golden/__name__*.json, described in MANIFEST.json.</summary>
public class __Name__GoldenTests
{
    // A file holds "series", the drawn "weights" and the "features" that the published code gives for them
    // (docs/add-a-featurizer.md).
    [Fact]
    public void Features_are_the_published_ones()
    {
        string[] files = [.. GoldenCase.Names("__name__").Select(row => row.Data)];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            var golden = GoldenCase.Read(file);
            SeriesSet series = golden.Series();
            var model = new __Name__Model(series.NumberOfChannels, golden.Singles("weights"));
            double[][] expected = golden.Rows("features");
            var actual = new float[model.NumberOfFeatures];
            foreach (KernelPath path in KernelPaths.Available)
            {
                FeaturizerWorker worker = model.CreateWorker(path);
                for (int row = 0; row < expected.Length; row++)
                {
                    worker.Transform(series[row], actual);
                    Assert.Equal(expected[row].Length, actual.Length);
                    for (int i = 0; i < actual.Length; i++)
                    {
                        double tolerance = 1e-5 * Math.Max(1, Math.Abs(expected[row][i]));
                        Assert.True(Math.Abs(expected[row][i] - actual[i]) <= tolerance,
                            $"Row {row} feature {i} ({model.FeatureName(i)}) is {actual[i]} on path {path}, "
                            + $"published {expected[row][i]}.");
                    }
                }
            }
        }
    }
}
