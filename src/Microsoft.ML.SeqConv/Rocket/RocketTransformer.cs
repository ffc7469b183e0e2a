using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to Rocket features: for each random kernel the proportion of positive values (PPV) of its output, in [0,
/// 1], and the output's maximum. Made by <see cref="RocketEstimator"/>.
/// </summary>
public sealed class RocketTransformer
    : SeriesTransformer, ISavedComponent<RocketTransformer>, IPrunableTransformer<RocketTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvRocket", "SCROCKET", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal RocketTransformer(IHostEnvironment env, SeriesTransformerState state, RocketModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The random kernels.</summary>
    public RocketModel Model { get; }

    /// <inheritdoc/>
    public RocketTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<RocketTransformer>.Identity => Identity;

    // *** Binary format ***
    // int: channels
    // bool: whether outputs are summed in float32
    // int[]: length of each kernel
    // int[]: dilation of each kernel
    // int[]: padding of each kernel
    // double[]: bias of each kernel
    // int[]: number of channels of each kernel
    // int[]: channels, kernel after kernel
    // double[]: weights, kernel after kernel, [channel, tap]
    // from version 0x00010002: the kept features, see KeptFeaturesFormat; kernels are then those that have one
    private protected override void WriteFeaturizer(BinaryWriter writer)
    {
        writer.Write(Model.NumberOfChannels);
        writer.Write(Model.SinglePrecision);
        writer.WriteArray<int>([.. Model.Kernels.Select(kernel => kernel.Length)]);
        writer.WriteArray<int>([.. Model.Kernels.Select(kernel => kernel.Dilation)]);
        writer.WriteArray<int>([.. Model.Kernels.Select(kernel => kernel.Padding)]);
        writer.WriteArray<double>([.. Model.Kernels.Select(kernel => kernel.Bias)]);
        writer.WriteArray<int>([.. Model.Kernels.Select(kernel => kernel.Channels.Length)]);
        writer.WriteArray<int>([.. Model.Kernels.SelectMany(kernel => kernel.Channels)]);
        writer.WriteArray<double>([.. Model.Kernels.SelectMany(kernel => kernel.Weights)]);
        KeptFeaturesFormat.Write(writer, Model.IsPruned, Model.KeptFeatures);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => RocketGraph.Write(graph, Model, series, length);

    static RocketTransformer ISavedComponent<RocketTransformer>.Read(SavedSection section)
    {
        SeriesTransformerState state = SeriesTransformerState.Read(section);
        BinaryReader reader = section.Reader;
        int numberOfChannels = reader.ReadInt32();
        bool singlePrecision = reader.ReadBoolean();
        int[] lengths = reader.ReadArray<int>();
        int[] dilations = reader.ReadArray<int>();
        int[] paddings = reader.ReadArray<int>();
        double[] biases = reader.ReadArray<double>();
        int[] channelCounts = reader.ReadArray<int>();
        int[] channels = reader.ReadArray<int>();
        double[] weights = reader.ReadArray<double>();
        int[]? kept = KeptFeaturesFormat.Read(section);
        if (dilations.Length != lengths.Length || paddings.Length != lengths.Length || biases.Length != lengths.Length
            || channelCounts.Length != lengths.Length)
            throw new FormatException("Its kernels do not all have a length, a dilation, a padding, "
                + "a bias and a number of channels.");

        var kernels = new RocketKernel[lengths.Length];
        int channelStart = 0;
        int weightStart = 0;
        for (int i = 0; i < kernels.Length; i++)
        {
            int kernelChannels = channelCounts[i];
            long kernelWeights = (long)kernelChannels * lengths[i];
            if (kernelChannels < 1 || kernelChannels > channels.Length - channelStart || lengths[i] < 1
                || kernelWeights > weights.Length - weightStart)
                throw new FormatException($"Kernel {i} asks for more channels or weights than there are.");
            kernels[i] = new RocketKernel
            {
                Length = lengths[i],
                Dilation = dilations[i],
                Padding = paddings[i],
                Bias = biases[i],
                Channels = channels.AsSpan(channelStart, kernelChannels).ToArray(),
                Weights = weights.AsSpan(weightStart, (int)kernelWeights).ToArray(),
            };
            channelStart += kernelChannels;
            weightStart += (int)kernelWeights;
        }

        return new(section.Environment, state, new RocketModel(numberOfChannels, kernels, singlePrecision, kept));
    }
}
