using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>The models that the sample sets side by side: the network and its parts alone, and random kernels.</summary>
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

    /// <summary>The network with all of its parts.</summary>
    public static (string Name, bool Convolution, bool Lstm, bool Dense) Whole => All[^1];

    /// <summary>Labels become keys, a network learns, and the predicted key becomes text again.</summary>
    public static IEstimator<ITransformer> Network(MLContext context, (string Name, bool Convolution, bool Lstm, bool Dense) parts, int epochs, int seed)
        => Between(context, context.MulticlassClassification.Trainers.Cldnn(new CldnnTrainer.Options
        {
            AudioColumnName = "Audio",
            UseConvolution = parts.Convolution,
            UseLstm = parts.Lstm,
            UseDense = parts.Dense,
            Augmentation = new AudioAugmentation { ShiftMilliseconds = 20 },
            NumberOfEpochs = epochs,
            Seed = seed,
        }));

    /// <summary>Random kernels over samples or spectrograms, and ridge.</summary>
    public static IEstimator<ITransformer> RandomKernels(MLContext context, bool mini, bool spectrogram, int seed)
    {
        string input = spectrogram ? "Mel" : "Audio";
        IEstimator<ITransformer> featurizer = mini ? context.Transforms.MiniRocket("Features", input, seed: seed) : context.Transforms.Rocket("Features", input, seed: seed);
        IEstimator<ITransformer> before = spectrogram
            ? context.Transforms.MelSpectrogram("Mel", new MelOptions { Logarithm = MelLogarithm.Natural }, "Audio").Append(featurizer)
            : featurizer;
        return Between(context, before.Append(context.MulticlassClassification.Trainers.Ridge()));
    }

    private static IEstimator<ITransformer> Between(MLContext context, IEstimator<ITransformer> learn)
        => context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(learn).Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}
