using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Networks;

/// <summary>Every network, small and as published.</summary>
public static class NetworkCases
{
    public const int Channels = 3;
    public const int Outputs = 4;

    public static TheoryData<string> Published => [.. PublishedNetworks.Keys];

    public static TheoryData<string> Small => [.. SmallNetworks.Keys];

    internal static Dictionary<string, Func<Device?, SequenceNetwork>> PublishedNetworks { get; } = new()
    {
        ["inception"] = new InceptionSettings(1, 2).Make,
        ["inception-multivariate-separable"] =
            new InceptionSettings(6, 4, Convolution: ConvolutionKind.DepthwiseSeparable).Make,
        ["fcn"] = new FcnSettings(1, 2, 128, ConvolutionKind.Full).Make,
        ["resnet"] = new ResNetSettings(1, 2, 64, ConvolutionKind.Full).Make,
        ["textcnn-rand"] = device => new TextCnnNetwork(Text(20_000, TextCnnVariant.Rand), device),
        ["textcnn-static"] = device => new TextCnnNetwork(Text(20_000, TextCnnVariant.Static), device),
        ["textcnn-multichannel-separable"] = device => new TextCnnNetwork(
            Text(20_000, TextCnnVariant.Multichannel) with { Convolution = ConvolutionKind.DepthwiseSeparable },
            device),
        ["vdcnn-9"] = device => new VdcnnNetwork(Vdcnn, device),
        ["vdcnn-29-shortcuts-separable"] = device => new VdcnnNetwork(
            Vdcnn with { Depth = 29, Shortcuts = true, Convolution = ConvolutionKind.DepthwiseSeparable }, device),
        ["cldnn"] = device => new CldnnNetwork(new CldnnSettings(40, 10, 256, 256, 2, 832, 1, 1024, 10, 0.2), device),
        ["wavenet"] = device => new WaveNetAudioNetwork(WaveNet, device),
        ["wavenet-forecast"] = device => new ForecastNetwork(Forecast.Settings(), device),
    };

    internal static Dictionary<string, Func<Device?, SequenceNetwork>> SmallNetworks { get; } = new()
    {
        ["inception"] = new InceptionSettings(Channels, Outputs, Depth: 6, Filters: 4,
            KernelSize: 12, Bottleneck: 3).Make,
        ["inception-separable"] = new InceptionSettings(
            Channels, Outputs, Depth: 3, Filters: 4, KernelSize: 12, Bottleneck: 3,
            ConvolutionKind.DepthwiseSeparable).Make,
        ["inception-without-bottleneck"] =
            new InceptionSettings(Channels, Outputs, Depth: 3, Filters: 4, KernelSize: 6, Bottleneck: 0).Make,
        ["fcn"] = new FcnSettings(Channels, Outputs, 6, ConvolutionKind.Full).Make,
        ["fcn-separable"] = new FcnSettings(Channels, Outputs, 6, ConvolutionKind.DepthwiseSeparable).Make,
        ["resnet"] = new ResNetSettings(Channels, Outputs, 5, ConvolutionKind.Full).Make,
        ["textcnn-rand"] = device => new TextCnnNetwork(SmallText(TextCnnVariant.Rand), device),
        ["textcnn-static"] = device => new TextCnnNetwork(SmallText(TextCnnVariant.Static), device),
        ["textcnn-non-static"] = device => new TextCnnNetwork(SmallText(TextCnnVariant.NonStatic), device),
        ["textcnn-multichannel-separable"] = device => new TextCnnNetwork(
            SmallText(TextCnnVariant.Multichannel) with { Convolution = ConvolutionKind.DepthwiseSeparable }, device),
        ["vdcnn-max"] = device => new VdcnnNetwork(SmallVdcnn, device),
        ["vdcnn-stride-shortcuts"] = device =>
            new VdcnnNetwork(SmallVdcnn with { Downsampling = VdcnnDownsampling.Stride, Shortcuts = true }, device),
        ["vdcnn-k-max-separable"] = device => new VdcnnNetwork(SmallVdcnn with
        {
            Downsampling = VdcnnDownsampling.KMaxPooling,
            Convolution = ConvolutionKind.DepthwiseSeparable
        }, device),
        ["cldnn"] = device => new CldnnNetwork(SmallCldnn, device),
        ["cldnn-cnn"] = device => new CldnnNetwork(SmallCldnn with { LstmLayers = 0, DenseLayers = 0 }, device),
        ["cldnn-lstm"] = device => new CldnnNetwork(SmallCldnn with { Maps = 0, DenseLayers = 0 }, device),
        ["cldnn-dnn"] = device =>
            new CldnnNetwork(SmallCldnn with { Maps = 0, LstmLayers = 0, DenseLayers = 2 }, device),
    };

    // One speaker's vector and frames of features beside the samples.
    private static WaveNetAudioSettings WaveNet
        => new(new WaveNetOptions().Shape(16 + 20), 109, 16, 20, 80, FeatureUpsampling.TransposedConvolution);

    private static WaveNetForecastEstimator.Options Forecast
        => new() { WindowSize = 168, Horizon = 24, SeasonalPeriods = [24, 168] };

    private static VdcnnSettings Vdcnn
        => new(69, 4, 9, 1014, VdcnnDownsampling.MaxPooling, Shortcuts: false, 2048, ConvolutionKind.Full);

    private static VdcnnSettings SmallVdcnn
        => new(30, Outputs, 9, VdcnnSettings.ShortestLength, VdcnnDownsampling.MaxPooling, Shortcuts: false,
            16, ConvolutionKind.Full, 0.2);

    private static CldnnSettings SmallCldnn => new(Channels, Outputs, 4, 6, 2, 5, 1, 7, 2, 0.2);

    internal static SequenceNetwork Make(string name, ulong seed = 1)
    {
        TorchLibrary.EnsureLoaded();
        SequenceNetwork network = SmallNetworks[name](null);
        using var generator = new Generator(seed);
        if (network is TextCnnNetwork text)
            text.Initialize(generator, vectors: null);
        else if (network is CldnnNetwork cldnn)
            cldnn.Initialize(generator, [0.1f, -0.2f, 0.3f], [1, 2, 0.5f]);
        else if (network is VdcnnNetwork vdcnn)
            vdcnn.Initialize(generator);
        else
            Initialization.Glorot(network, generator);
        return network;
    }

    /// <summary>
    /// Sequences that determine their classes: sine waves of one frequency a class, or words
    /// (characters) of one class.
    /// </summary>
    internal static TrainingExamples Examples(string name, int count, bool ragged)
    {
        float[] labels = [.. Enumerable.Range(0, count).Select(i => (float)(i % Outputs))];
        float[] weights = [.. Enumerable.Repeat(1f, count)];
        bool characters = name.StartsWith("vdcnn", StringComparison.Ordinal);
        if (!characters && !name.StartsWith("textcnn", StringComparison.Ordinal))
            return new SeriesExamples(
                [.. SineWaves.Make(count, 24, Channels, Outputs, ragged).Select(row => row.Series)],
                Channels, labels, weights);
        var random = new Random(1);
        int[][] texts = [.. labels.Select(label => Enumerable.Range(0, ragged ? random.Next(1, 9) : 6)
            .Select(_ => TextCnnNetwork.FirstWordId + (int)label * 5 + random.Next(5)).ToArray())];
        if (characters)
            // one length, as the trainer makes them
            texts = [.. texts.Select(text => (int[])[.. text, .. new int[VdcnnSettings.ShortestLength - text.Length]])];
        return new TokenExamples(texts, labels, weights);
    }

    private static TextCnnSettings Text(int words, TextCnnVariant variant)
        => new(words, 300, 2, [3, 4, 5], 100, variant, 0.5, 3, ConvolutionKind.Full);

    private static TextCnnSettings SmallText(TextCnnVariant variant)
        => new(30, 6, Outputs, [2, 3], 8, variant, 0.2, 3, ConvolutionKind.Full);
}
