using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.MiniRocket;

/// <summary>Parity with the published MiniRocket code: univariate, multivariate and of variable length.</summary>
public class MiniRocketGoldenTests
{
    // The published code was compiled with reassociation allowed: a sum may differ in its last bit and then, rarely,
    // move a bias or flip a tie. In the files of this repository no feature does; other files may have a few.
    private const double ShareOfTies = 0.0003;

    public static TheoryData<string> Files => GoldenCase.Names("minirocket");

    [Theory]
    [MemberData(nameof(Files))]
    public void Dilations_and_feature_counts_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        MiniRocketModel model = Fit(golden);
        Assert.Equal(golden.Ints("dilations"), model.Dilations.ToArray());
        Assert.Equal(golden.Ints("featuresPerDilation"), model.FeaturesPerDilation.ToArray());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Biases_are_the_published_ones_to_the_last_bit(string file)
    {
        var golden = GoldenCase.Read(file);
        float[] expected = golden.Singles("biases");
        float[] actual = Fit(golden).Biases.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        int differing = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            // Where reassociation moved a sum, by its last bits only.
            Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
            differing += expected[i] == actual[i] ? 0 : 1;
        }

        Assert.True(differing == 0 || golden.Method != "MiniRocket",
            $"{differing} of {expected.Length} biases differ.");
        TestContext.Current.SendDiagnosticMessage(
            $"{file}: {differing} of {expected.Length} biases differ in the last bits");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Features_are_the_published_ones_but_for_ties(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        MiniRocketModel model = WithPublishedBiases(golden, Fit(golden));
        double[][] expected = golden.Rows("features");
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            var actual = new float[model.NumberOfFeatures];
            int differing = 0;
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    if ((float)expected[row][i] == actual[i])
                        continue;
                    differing++;
                    int positions = Positions(model, i, series.LengthOf(row));
                    Assert.True(Math.Abs(expected[row][i] - actual[i]) * positions < 1.01, $"Row {row} feature {i} is "
                        + $"{actual[i]}, published {expected[row][i]}: more than one position of {positions}.");
                }
            }

            Assert.True(differing <= ShareOfTies * expected.Length * actual.Length,
                $"{differing} of {expected.Length * actual.Length} features differ on path {path}.");
        }
    }

    private static MiniRocketModel Fit(GoldenCase golden)
    {
        SeriesSet series = golden.Series();
        bool ragged = golden.Method.EndsWith("Variable", StringComparison.Ordinal);
        var settings = new MiniRocketSettings
        {
            NumberOfFeatures = golden.Int("numFeatures"),
            MaxDilationsPerKernel = golden.Int("maxDilationsPerKernel"),
            Ragged = ragged
        };
        int length = golden.Has("referenceLength") ? golden.Int("referenceLength") : series.MaxLength;
        int[] counts = golden.Has("channelsPerCombination") ? golden.Ints("channelsPerCombination") : [];
        int[] indices = golden.Has("channelIndices") ? golden.Ints("channelIndices") : [];
        var plan = new MiniRocketPlan(length, series.NumberOfChannels, settings, counts, indices);
        return Kernels.MiniRocket.Fit(plan, series, golden.Ints("biasSeriesIndex"));
    }

    private static int Positions(MiniRocketModel model, int feature, int length)
    {
        MiniRocketFeature what = model.Feature(feature);
        int margin = 4 * model.Dilations[what.DilationIndex];
        bool padded = !model.AlternatesPadding || (what.DilationIndex + what.Kernel) % 2 == 0;
        return padded || length <= 2 * margin ? length : length - 2 * margin;
    }

    // The transform is compared on the published biases, so that a bias in its last bit does not count twice.
    private static MiniRocketModel WithPublishedBiases(GoldenCase golden, MiniRocketModel model) => new(
        model.NumberOfChannels, model.ReferenceLength, model.AlternatesPadding, model.Dilations.ToArray(),
        model.FeaturesPerDilation.ToArray(),
        golden.Singles("biases"), model.ChannelsPerCombination.ToArray(), model.ChannelIndices.ToArray());
}
