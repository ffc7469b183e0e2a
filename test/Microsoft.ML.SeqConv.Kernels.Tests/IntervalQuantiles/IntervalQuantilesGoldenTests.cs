using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.IntervalQuantiles;

/// <summary>Parity with the published QUANT code.</summary>
public class IntervalQuantilesGoldenTests
{
    public static TheoryData<string> Files => GoldenCase.Names("quantiles");

    [Theory]
    [MemberData(nameof(Files))]
    public void Features_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        var settings = new IntervalQuantilesSettings
        {
            Depth = golden.Int("depth"),
            PointsPerQuantile = golden.Int("pointsPerQuantile"),
            NormalScores = false,
        };
        IntervalQuantilesModel model = Kernels.IntervalQuantiles.Fit(series, settings, seed: 1);
        double[][] expected = golden.Rows("features");
        var actual = new float[model.NumberOfFeatures];
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                Assert.Equal(expected[row].Length, actual.Length);
                double tolerance = 2e-6 * Math.Max(1, expected[row].Max(Math.Abs));
                for (int i = 0; i < actual.Length; i++)
                    Assert.True(Math.Abs(expected[row][i] - actual[i]) <= tolerance, $"Row {row} feature {i} "
                        + $"({model.FeatureName(i)}) is {actual[i]} on path {path}, published {expected[row][i]}.");
            }
        }
    }

    // A checksum for each number of points from 1.
    [Fact]
    public void Intervals_are_the_published_ones()
    {
        var golden = GoldenCase.Read("intervals_of_quantiles.json");
        int modulus = golden.Int("modulus");
        int[] depths = golden.Ints("depths");
        double[][] checksums = golden.Rows("checksums");
        for (int i = 0; i < depths.Length; i++)
        {
            for (int length = 1; length <= checksums[i].Length; length++)
            {
                long checksum = 0;
                foreach (DyadicInterval interval in DyadicInterval.Of(length, depths[i]))
                {
                    (int start, int end) = interval.Within(length);
                    checksum = ((checksum * 31 + start + 1) % modulus * 31 + end + 1) % modulus;
                }

                Assert.True(checksum == (long)checksums[i][length - 1],
                    $"The intervals of {length} points at depth {depths[i]} are others.");
            }
        }
    }
}
