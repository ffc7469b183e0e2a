using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Convolution;

/// <summary>Convolution with given kernels, computed by hand, natively and as ONNX.</summary>
public class ConvolutionTests
{
    private const double Tolerance = 1e-6;

    private static readonly float[] Series = [0.1f, 0.6f, -0.2f, 0.9f, 0.4f, 0.7f, 0];

    // Seven tokens of three channels.
    private static readonly float[,] Tokens = { { .1f, -.2f, .4f }, { .6f, .2f, .1f }, { -.2f, .1f, 0 },
        { .9f, .1f, .2f },
        { .4f, .2f, .6f },
        { .7f, -1.2f, 1 },
        { 0, .5f, .5f }
    };
    private static readonly float[,] First = { { 3, 2, -1 }, { 1, 1, 1 }, { 2, -1, 0 } };
    private static readonly float[,] Second = { { 2, 2, -1 }, { 1, 1, 1 }, { 2, -1, 0 } };

    private readonly MLContext _context = new(1);

    [Fact]
    public void A_series_without_padding() => AssertSeries([0.5f, -0.8f, 1.1f, -0.5f, 0.3f], new ConvolutionOptions());

    [Fact]
    public void Token_vectors_and_two_kernels()
        => AssertTokens([-0.1f, 3.7f, 1.4f, 6.5f, 1.0f, -0.2f, 3.1f, 1.6f, 5.6f, 0.6f], new ConvolutionOptions());

    // Zeros before and after: (0, .1, .6) gives .1 and (.7, 0, 0) gives -.7.
    [Fact]
    public void Zero_padding_gives_as_many_positions_as_points()
        => AssertSeries([0.1f, 0.5f, -0.8f, 1.1f, -0.5f, 0.3f, -0.7f],
            new ConvolutionOptions { Padding = ConvolutionPadding.Zero });

    // At the ends one token is missing: (1,1,1)(.1,-.2,.4) + (2,-1,0)(.6,.2,.1) = .3 + 1 and (3,2,-1)(.7,-1.2,1) +
    // (1,1,1)(0,.5,.5) = -1.3 + 1; with the second kernel -2 + 1.
    [Fact]
    public void Zero_padding_of_token_vectors()
        => AssertTokens([1.3f, -0.1f, 3.7f, 1.4f, 6.5f, 1.0f, -0.3f, 1.3f, -0.2f, 3.1f, 1.6f, 5.6f, 0.6f, -1.0f],
            new ConvolutionOptions { Padding = ConvolutionPadding.Zero });

    [Fact]
    public void Stride_two_takes_every_other_position()
    {
        AssertSeries([0.5f, 1.1f, 0.3f], new ConvolutionOptions { Stride = 2 });
        AssertSeries([0.1f, -0.8f, -0.5f, -0.7f],
            new ConvolutionOptions { Stride = 2, Padding = ConvolutionPadding.Zero });
    }

    // Points two apart: x[t + 2] - x[t]; with padding x[t] - x[t - 2].
    [Fact]
    public void Dilation_two_skips_a_point()
    {
        AssertSeries([-0.3f, 0.3f, 0.6f], new ConvolutionOptions { Dilation = 2 });
        AssertSeries([0.1f, 0.6f, -0.3f, 0.3f, 0.6f, -0.2f, -0.4f],
            new ConvolutionOptions { Dilation = 2, Padding = ConvolutionPadding.Zero });
    }

    // Of a window of two the odd zero is at the end: x[t + 1] - x[t].
    [Fact]
    public void An_even_window_is_padded_at_the_end_first()
        => AssertSeries([0.5f, -0.8f, 1.1f, -0.5f, 0.3f, -0.7f, 0],
            new ConvolutionOptions { Kernels = [Column(-1, 1)], Padding = ConvolutionPadding.Zero });

    [Fact]
    public void Poolings()
    {
        AssertSeries([1.1f], new ConvolutionOptions { Pooling = ConvolutionPooling.Max });
        // 0.6 / 5
        AssertSeries([0.12f], new ConvolutionOptions { Pooling = ConvolutionPooling.Mean });
        // in the order of positions
        AssertSeries([0.5f, 1.1f], new ConvolutionOptions { Pooling = ConvolutionPooling.TopKMax });
        AssertSeries([0.5f, 1.1f, 0.3f], new ConvolutionOptions { Pooling = ConvolutionPooling.TopKMax, TopK = 3 });
        AssertSeries([0.5f, -0.8f, 1.1f, -0.5f, 0.3f, 0, 0],
            new ConvolutionOptions { Pooling = ConvolutionPooling.TopKMax, TopK = 7 });
        AssertSeries([0.6f], new ConvolutionOptions { Pooling = ConvolutionPooling.Ppv });
        // 0.3 falls below
        AssertSeries([0.4f], new ConvolutionOptions { Pooling = ConvolutionPooling.Ppv, Biases = [-0.3f - 1e-4f] });
        AssertTokens([6.5f, 5.6f], new ConvolutionOptions { Pooling = ConvolutionPooling.Max });
        // 12.5 / 5, 10.7 / 5
        AssertTokens([2.5f, 2.14f], new ConvolutionOptions { Pooling = ConvolutionPooling.Mean });
        AssertTokens([3.7f, 6.5f, 3.1f, 5.6f], new ConvolutionOptions { Pooling = ConvolutionPooling.TopKMax });
        AssertTokens([0.8f, 0.8f], new ConvolutionOptions { Pooling = ConvolutionPooling.Ppv });
        AssertTokens([7.5f, 3.6f], new ConvolutionOptions { Pooling = ConvolutionPooling.Max, Biases = [1, -2] });
    }

    [Fact]
    public void Of_equal_outputs_the_first_is_kept()
        => AssertFeatures([1, 3], [[1, 1, 3, 1, 0]], 5, 1,
            new ConvolutionOptions { Kernels = [Column(1)], Pooling = ConvolutionPooling.TopKMax });

    [Fact]
    public void A_series_shorter_than_a_window_has_one_position()
        => AssertFeatures([2], [[1, 3]], 2, 1,
            new ConvolutionOptions { Kernels = [Column(-1, 1, 5)], Pooling = ConvolutionPooling.Max });

    [Fact]
    public void Ragged_series_are_pooled_each_by_itself()
    {
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = [1, 2, 4] },
            new SeriesRow { Series = [1, 5, 6, 8, 9] }, new SeriesRow { Series = [3] }]);
        var options = new ConvolutionOptions { Kernels = [Column(-1, 1)], Pooling = ConvolutionPooling.Max };
        ITransformer model = _context.Transforms.Convolution1D("Features", options, "Series").Fit(data);
        Assert.Equal([2, 4, -3], model.Transform(data).GetColumn<float[]>("Features").Select(row => row.Single()));
    }

    [Fact]
    public void Slot_names_say_what_a_feature_is()
    {
        Assert.Equal(["conv k0 t0", "conv k0 t2", "conv k0 t4"], Names(new ConvolutionOptions { Stride = 2 }));
        Assert.Equal(["top k0 0", "top k0 1"], Names(new ConvolutionOptions { Pooling = ConvolutionPooling.TopKMax }));
        Assert.Equal(["mean k0"], Names(new ConvolutionOptions { Pooling = ConvolutionPooling.Mean }));
    }

    [Fact]
    public void As_a_component() => ComponentChecks.All(
        context => context.Transforms.Convolution1D("Features",
            new ConvolutionOptions { Kernels = [First, Second], Padding = ConvolutionPadding.Zero, Stride = 2 },
            "Series"), SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void As_a_component_of_ragged_series() => ComponentChecks.All(
        new ComponentRules { NoGraph = "can be written to ONNX for a fixed length only" },
        context => context.Transforms.Convolution1D("Features",
            new ConvolutionOptions { Kernels = [Column(-1, 1)], Dilation = 3, Pooling = ConvolutionPooling.TopKMax },
            "Series"), SineWaves.Make(12, 40, ragged: true));

    public static TheoryData<string, string> BadOptions => new()
    {
        { "none", "Kernels is empty; a convolution needs at least one kernel, [window, channel]." },
        { "empty", "Kernel 0 is [0, 1]; it needs at least one point and one channel." },
        { "shapes", "Kernel 1 is [2, 1], kernel 0 is [3, 1]; kernels of one transform must have one shape. "
            + "Use a transform for each shape, and Concatenate." },
        { "NaN", "Kernel 1 has NaN at point 2 of channel 0; weights must be finite." },
        { "biases", "There are 2 biases for 1 kernels; there must be one a kernel, or null." },
        { "bias", "Bias 0 is NaN; it must be finite." },
        { "stride", "Stride is 0; it must be at least 1." },
        { "dilation", "Dilation is 0; it must be at least 1." },
        { "topk", "TopK is 0; it must be at least 1." },
        { "pooling", "Pooling is 9; it must be one of None, Max, Mean, TopKMax, Ppv." },
        { "channels", "NumberOfChannels is 2, but the kernels have 1 channels." },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Bad_options_are_named(string what, string message)
    {
        ConvolutionOptions options = what switch
        {
            "none" => new(),
            "empty" => new() { Kernels = [new float[0, 1]] },
            "shapes" => new() { Kernels = [Column(1, 2, 3), Column(1, 2)] },
            "NaN" => new() { Kernels = [Column(1, 2, 3), Column(1, 2, float.NaN)] },
            "biases" => new() { Kernels = [Column(1)], Biases = [1, 2] },
            "bias" => new() { Kernels = [Column(1)], Biases = [float.NaN] },
            "stride" => new() { Kernels = [Column(1)], Stride = 0 },
            "dilation" => new() { Kernels = [Column(1)], Dilation = 0 },
            "topk" => new() { Kernels = [Column(1)], TopK = 0 },
            "pooling" => new() { Kernels = [Column(1)], Pooling = (ConvolutionPooling)9 },
            _ => new() { Kernels = [Column(1)], NumberOfChannels = 2 },
        };
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(
            () => _context.Transforms.Convolution1D("Features", options, "Series")).Message);
    }

    [Fact]
    public void Columns_that_do_not_fit_the_kernels_are_named()
    {
        ConvolutionEstimator estimator = _context.Transforms.Convolution1D("Features",
            new ConvolutionOptions { Kernels = [First] }, "Series");
        ArgumentOutOfRangeException channels = Assert.Throws<ArgumentOutOfRangeException>(
            () => estimator.Fit(SineWaves.View(_context, SineWaves.Make(3, 20, channels: 2), 2, 20)));
        Assert.StartsWith("Column 'Series' has 2 channels; the kernels have 3. Give kernels of [window, "
            + "channel] for its channels; where the column has lost its shape, set NumberOfChannels; "
            + "where it is [time, channel], set Layout to TimeChannel.", channels.Message);
        ArgumentOutOfRangeException ragged = Assert.Throws<ArgumentOutOfRangeException>(
            () => estimator.Fit(SineWaves.View(_context, SineWaves.Make(3, 20, channels: 3), 3, 0)));
        Assert.StartsWith("Column 'Series' has series of any length; without pooling every series must have one. "
            + "Choose a Pooling, or a column of known size.", ragged.Message);
        var options =
            new ConvolutionOptions { Kernels = [Column(1, 1, 1, 1)], Dilation = 7, ShortSeries = ShortSeries.Error };
        InvalidOperationException shorter = Assert.Throws<InvalidOperationException>(() => _context.Transforms
            .Convolution1D("Features", options, "Series").Fit(SineWaves.View(_context, SineWaves.Make(3, 20), 20)));
        Assert.Equal("Column 'Series' has 20 points a channel in row 0; a kernel needs at least 22. "
            + "Pad shorter series or set ShortSeries to Pad.", shorter.Message);
    }

    [Fact]
    public void Kernels_that_change_after_the_estimator_is_made_do_not_reach_it()
    {
        float[,] kernel = Column(1);
        ConvolutionEstimator estimator = _context.Transforms.Convolution1D("Features",
            new ConvolutionOptions { Kernels = [kernel] }, "Series");
        kernel[0, 0] = 5;
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = [1, 2] }], 2);
        Assert.Equal([1, 2], estimator.Fit(data).Transform(data).GetColumn<float[]>("Features").Single());
    }

    private static float[,] Column(params float[] weights)
    {
        var kernel = new float[weights.Length, 1];
        for (int i = 0; i < weights.Length; i++)
            kernel[i, 0] = weights[i];
        return kernel;
    }

    private string[] Names(ConvolutionOptions options)
    {
        options.Kernels = [Column(-1, 1, 0)];
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = Series }], 7);
        VBuffer<ReadOnlyMemory<char>> names = default;
        _context.Transforms.Convolution1D("Features", options, "Series").Fit(data)
            .Transform(data).Schema["Features"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private void AssertSeries(float[] expected, ConvolutionOptions options)
    {
        if (options.Kernels.Count == 0)
            options.Kernels = [Column(-1, 1, 0)];
        AssertFeatures(expected, [Series], 7, 1, options);
    }

    private void AssertTokens(float[] expected, ConvolutionOptions options)
    {
        options.Kernels = [First, Second];
        float[] byChannel = [.. Enumerable.Range(0, 3)
            .SelectMany(channel => Enumerable.Range(0, 7).Select(token => Tokens[token, channel]))];
        AssertFeatures(expected, [byChannel], 7, 3, options);
        options.Layout = SeriesLayout.TimeChannel;
        AssertFeatures(expected, [[.. Tokens.Cast<float>()]], 7, 3, options);
    }

    private void AssertFeatures(
        float[] expected, float[][] series, int length, int channels, ConvolutionOptions options)
    {
        int[] dimensions = channels == 1 ? [length] : options.Layout == SeriesLayout.ChannelTime ? [channels,
            length] : [length, channels];
        IDataView data = SineWaves.View(_context,
            series.Select(values => new SeriesRow { Series = values }), dimensions);
        ITransformer model = _context.Transforms.Convolution1D("Features", options, "Series").Fit(data);
        float[] native = model.Transform(data).GetColumn<float[]>("Features").Single();
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        float[] written = run.Get<float>("Features", "Series", series, channels == 1 ? [] : dimensions);
        Assert.Equal(expected.Length, native.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], native[i], Tolerance);
            Assert.Equal(expected[i], written[i], Tolerance);
        }
    }
}
