using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Audio;

public class MelSpectrogramTests
{
    private static readonly ComponentRules Mapping = new()
    {
        LearnsFromRows = false,
        NoThreads = "Clips are transformed one by one, by the cursor that asks for them.",
    };

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Component(bool ragged)
        => ComponentChecks.All(Mapping,
            context => context.Transforms.MelSpectrogram("Mel", "Series", numberOfBands: 20, sampleRate: 8000),
            SineWaves.Make(12, 900, ragged: ragged), ragged ? [] : [900]);

    [Fact]
    public void Coefficients_are_a_component_too()
        => ComponentChecks.All(Mapping, context => context.Transforms.Mfcc("Mfcc", "Series", sampleRate: 8000),
            SineWaves.Make(12, 900), 900);

    [Fact]
    public void Bands_are_channels_that_a_featurizer_takes()
    {
        List<SeriesRow> rows = SineWaves.Make(30, 2000, ragged: true);
        IDataView data = SineWaves.View(_context, rows);
        var model = _context.Transforms.MelSpectrogram("Mel", "Series", numberOfBands: 20, sampleRate: 8000)
            .Append(_context.Transforms.MiniRocket("Features", "Mel", numberOfFeatures: 840)).Fit(data);
        Assert.Equal("Vector<Single, 20, *>", model.Transform(data).Schema["Mel"].Type.ToString());
        Assert.Equal(840, model.Transform(data).GetColumn<float[]>("Features").First().Length);
    }

    [Theory]
    [InlineData(FramePadding.Zeros, MelLogarithm.Decibel, 0, 900, false)]
    [InlineData(FramePadding.Zeros, MelLogarithm.Natural, 0, 900, true)]
    [InlineData(FramePadding.Reflect, MelLogarithm.Decibel, 13, 900, false)]
    [InlineData(FramePadding.None, MelLogarithm.None, 0, 900, false)]
    [InlineData(FramePadding.None, MelLogarithm.Natural, 0, 100, false)]
    [InlineData(FramePadding.Zeros, MelLogarithm.Natural, 0, 1, false)]
    public void The_graph_gives_the_same_spectrogram_from_raw_samples(
        FramePadding padding, MelLogarithm logarithm, int coefficients, int length, bool open)
    {
        List<SeriesRow> rows = SineWaves.Make(12, length);
        IDataView data = SineWaves.View(_context, rows, open ? [] : [length]);
        var options = new MelOptions
        {
            SampleRate = 8000,
            NumberOfBands = 20,
            Padding = padding,
            Logarithm = logarithm,
            NumberOfCoefficients = coefficients
        };
        ITransformer model = _context.Transforms.MelSpectrogram("Mel", options, "Series").Fit(data);
        float[] expected = [.. model.Transform(data).GetColumn<float[]>("Mel").SelectMany(values => values)];
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        float[] actual = run.Get<float>("Mel", "Series", [.. rows.Select(row => row.Series)]);
        Assert.Equal(expected.Length, actual.Length);
        double scale = logarithm == MelLogarithm.None ? expected.Max() : 10;
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * scale,
                $"value {i}: {actual[i]} instead of {expected[i]}");
    }

    [Fact]
    public void Bad_input_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 900), 900);
        Message<ArgumentException>("Column 'Series' does not say its sample rate. Set SampleRate, in samples a second.",
            () => _context.Transforms.MelSpectrogram("Mel", "Series").Fit(data));
        Message<ArgumentOutOfRangeException>("NumberOfBands is 5000; it must be 1 to 4096.",
            () => _context.Transforms.MelSpectrogram("Mel", "Series", 5000, 8000));
        Message<ArgumentOutOfRangeException>("WindowMilliseconds is 0, which is 0 samples at 8000 samples a second; "
            + "1 to 65,536 are possible.",
            () => _context.Transforms.MelSpectrogram("Mel",
                new MelOptions { SampleRate = 8000, WindowMilliseconds = 0 }, "Series"));
        Message<ArgumentOutOfRangeException>(
            "WindowMilliseconds is 40; it is 320 samples, which must be 2 to TransformSize, 256.",
            () => _context.Transforms.MelSpectrogram("Mel",
                new MelOptions { SampleRate = 8000, WindowMilliseconds = 40, TransformSize = 256 }, "Series"));
        Message<ArgumentOutOfRangeException>(
            "HopMilliseconds is 1; it is 8 samples, which must be at least 64, 1/1,024 "
            + "of TransformSize (65536) and 1/256 of NumberOfBands (40). Raise HopMilliseconds.",
            () => _context.Transforms.MelSpectrogram("Mel",
                new MelOptions { SampleRate = 8000, HopMilliseconds = 1, TransformSize = 65_536 }, "Series"));
        IDataView pair = SineWaves.View(_context, SineWaves.Make(12, 100, channels: 2), 2, 100);
        Message<ArgumentOutOfRangeException>("Column 'Series' has 2 channels; a recording has one. "
            + "Mix the channels to one.",
            () => _context.Transforms.MelSpectrogram("Mel", "Series", sampleRate: 8000).Fit(pair).Transform(pair));

        List<SeriesRow> rows = SineWaves.Make(3, 900, ragged: true);
        rows[1].Series = [];
        IDataView empty = SineWaves.View(_context, rows);
        Exception error = Assert.ThrowsAny<Exception>(
            () => _context.Transforms.MelSpectrogram("Mel", "Series", sampleRate: 8000).Fit(empty).Transform(empty)
                .GetColumn<float[]>("Mel").ToArray());
        Assert.StartsWith("Column 'Series' has no points in row 1;",
            error.GetBaseException().Message, StringComparison.Ordinal);
    }

    private static void Message<T>(string expected, Func<object> act)
        where T : Exception
        => Assert.StartsWith(expected, Assert.Throws<T>(act).Message, StringComparison.Ordinal);
}
