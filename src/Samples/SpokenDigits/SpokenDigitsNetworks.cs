using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>
/// The models that the sample sets side by side: the network and its parts alone, and random kernels.
/// </summary>
internal static class SpokenDigitsNetworks
{
    /// <summary>The networks of the ablation table: which of the three parts each has.</summary>
    public static IReadOnlyList<(string Name, bool Convolution, bool Lstm, bool Dense)> All { get; } =
    [
        ("DNN", false, false, true),
        ("CNN", true, false, false),
        ("LSTM", false, true, false),
        ("CNN+LSTM", true, true, false),
        ("LSTM+DNN", false, true, true),
        ("CLDNN", true, true, true),
    ];

    /// <summary>A network with some of its parts.</summary>
    public static IEstimator<ITransformer> Network(
        MLContext context, (string Name, bool Convolution, bool Lstm, bool Dense) parts, int epochs, int seed)
        => SpokenDigitsModel.BuildPipeline(context, epochs, seed, parts.Convolution, parts.Lstm, parts.Dense);

    /// <summary>Random kernels over samples or spectrograms, and ridge.</summary>
    public static IEstimator<ITransformer> RandomKernels(MLContext context, bool mini, bool spectrogram, int seed)
    {
        string input = spectrogram ? "Mel" : "Audio";
        IEstimator<ITransformer> featurizer = mini
            ? context.Transforms.MiniRocket("Features", input, seed: seed)
            : context.Transforms.Rocket("Features", input, seed: seed);
        IEstimator<ITransformer> before = spectrogram
            ? context.Transforms.MelSpectrogram("Mel", new MelOptions { Logarithm = MelLogarithm.Natural }, "Audio")
                .Append(featurizer)
            : featurizer;
        return context.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(before)
            .Append(context.MulticlassClassification.Trainers.Ridge())
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    }
}
