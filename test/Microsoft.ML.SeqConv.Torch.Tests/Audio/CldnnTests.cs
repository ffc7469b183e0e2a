using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Audio;

public class CldnnTests
{
    private const double OnnxTolerance = 1e-4;

    private readonly MLContext _context = new(1);

    [Fact]
    public void Component()
        => ComponentChecks.AllWithin(1e-5, context => Pipeline(context, Small(epochs: 2)), Tones.Make(24, 1200));

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    public void Every_part_learns_and_its_graph_scores_raw_samples_alike(bool convolution, bool lstm, bool dense)
    {
        CldnnTrainer.Options options = Small(epochs: 12);
        (options.UseConvolution, options.UseLstm, options.UseDense) = (convolution, lstm, dense);
        IDataView data = SineWaves.View(_context, Tones.Make(60, 1200));
        ITransformer model = Pipeline(_context, options).Fit(data);
        IDataView test = SineWaves.View(_context, Tones.Make(30, 1200, seed: 2));
        Assert.True(_context.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey").MicroAccuracy > 0.9);

        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Equal(["Series"], run.Inputs);
        Assert.Empty(run.Get<float>("Score", "Series", [], 1200));
        Assert.Contains($" rate={Tones.SampleRate}", run.Metadata["seqconv.series.Series"], StringComparison.Ordinal);
        foreach (SeriesRow row in Tones.Make(5, 1200, seed: 3))
        {
            float[] expected = [.. model.Transform(SineWaves.View(_context, [row]))
                .GetColumn<float[]>("Score").Single()];
            float[] actual = run.Get<float>("Score", "Series", [row.Series]);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], OnnxTolerance);
        }

        ((IDisposable)model).Dispose();
    }

    [Theory]
    [InlineData(FramePadding.Reflect, MelLogarithm.Decibel, 13)]
    [InlineData(FramePadding.None, MelLogarithm.Natural, 0)]
    public void The_front_end_is_in_the_graph_whatever_it_is(
        FramePadding padding, MelLogarithm logarithm, int coefficients)
    {
        CldnnTrainer.Options options = Small(epochs: 2);
        options.FrontEnd = new MelOptions
        {
            SampleRate = Tones.SampleRate,
            NumberOfBands = 16,
            Padding = padding,
            Logarithm = logarithm,
            NumberOfCoefficients = coefficients
        };
        IDataView data = SineWaves.View(_context, Tones.Make(24, 1200));
        using var model = Pipeline(_context, options).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Empty(run.Get<float>("Score", "Series", [], 1200));
        SeriesRow row = Tones.Make(1, 1200, seed: 3)[0];
        float[] expected = [.. model.Transform(SineWaves.View(_context, [row])).GetColumn<float[]>("Score").Single()];
        float[] actual = run.Get<float>("Score", "Series", [row.Series]);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], OnnxTolerance);
    }

    [Fact]
    public void Augmented_training_is_the_same_for_a_seed_and_another_than_plain_training()
    {
        float[] plain = Losses(null);
        var augmentation = new AudioAugmentation { MaxShiftMilliseconds = 20, MinSignalToNoise = 5 };
        float[] augmented = Losses(augmentation);
        Assert.Equal(augmented, Losses(augmentation));
        Assert.NotEqual(plain, augmented);
        Assert.All(augmented, loss => Assert.True(float.IsFinite(loss)));

        float[] Losses(AudioAugmentation? change)
        {
            CldnnTrainer.Options options = Small(epochs: 3);
            options.Augmentation = change;
            using var model = Pipeline(_context, options).Fit(SineWaves.View(_context, Tones.Make(24, 1200)));
            return [.. model.LastTransformer.History.Epochs.Select(epoch => (float)epoch.Loss)];
        }
    }

    [Fact]
    public void A_clip_of_one_sample_and_one_shorter_than_a_window_are_scored()
    {
        using var model = Pipeline(_context, Small(epochs: 1)).Fit(SineWaves.View(_context, Tones.Make(24, 1200)));
        IDataView clips = SineWaves.View(_context,
            [new SeriesRow { Series = [0.5f] }, new SeriesRow { Series = new float[50] }, Tones.Make(1, 1200)[0]]);
        Assert.All(model.Transform(clips).GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-5));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        IDataView data = SineWaves.View(_context, Tones.Make(24, 1200));
        CldnnTrainer.Options none = Small(1);
        none.UseConvolution = none.UseLstm = none.UseDense = false;
        Message<ArgumentException>("UseConvolution, UseLstm and UseDense are all false; "
            + "a network needs at least one of its parts.", () => Pipeline(_context, none));
        CldnnTrainer.Options mask = Small(1);
        mask.Augmentation = new AudioAugmentation { MaxTimeMaskFraction = 2 };
        Message<ArgumentOutOfRangeException>("MaxTimeMaskFraction is 2; it must be 0 to 1.",
            () => Pipeline(_context, mask));
        CldnnTrainer.Options rate = Small(1);
        rate.FrontEnd.SampleRate = null;
        Message<ArgumentException>("Column 'Series' does not say its sample rate. Set SampleRate, in samples a second.",
            () => Pipeline(_context, rate).Fit(data));
        List<SeriesRow> broken = Tones.Make(24, 1200);
        broken[7].Series[3] = float.NaN;
        Message<InvalidOperationException>("Column 'Series' has NaN at point 3 of channel 0 in row 7;",
            () => Pipeline(_context, Small(1)).Fit(SineWaves.View(_context, broken)));
    }

    private static void Message<T>(string expected, Func<object> act)
        where T : Exception
        => Assert.StartsWith(expected, Assert.Throws<T>(act).Message, StringComparison.Ordinal);

    private static EstimatorChain<CldnnTransformer> Pipeline(MLContext context, CldnnTrainer.Options options)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.Cldnn(options));

    private static CldnnTrainer.Options Small(int epochs) => new()
    {
        LabelColumnName = "LabelKey",
        AudioColumnName = "Series",
        FrontEnd =
            new MelOptions { SampleRate = Tones.SampleRate, NumberOfBands = 16, Logarithm = MelLogarithm.Natural },
        NumberOfEpochs = epochs,
        BatchSize = 8,
        NumberOfFilters = 4,
        NumberOfReducedFeatures = 8,
        NumberOfLstmLayers = 1,
        NumberOfLstmCells = 12,
        NumberOfDenseUnits = 16,
        LearningRate = 3e-3,
        Seed = 1,
    };
}
