namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Rocket's random kernels in files.</summary>
internal static class RocketFormat
{
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
    public static void Write(BinaryWriter writer, RocketModel model)
    {
        writer.Write(model.NumberOfChannels);
        writer.Write(model.SinglePrecision);
        writer.WriteArray<int>([.. model.Kernels.Select(kernel => kernel.Length)]);
        writer.WriteArray<int>([.. model.Kernels.Select(kernel => kernel.Dilation)]);
        writer.WriteArray<int>([.. model.Kernels.Select(kernel => kernel.Padding)]);
        writer.WriteArray<double>([.. model.Kernels.Select(kernel => kernel.Bias)]);
        writer.WriteArray<int>([.. model.Kernels.Select(kernel => kernel.Channels.Length)]);
        writer.WriteArray<int>([.. model.Kernels.SelectMany(kernel => kernel.Channels)]);
        writer.WriteArray<double>([.. model.Kernels.SelectMany(kernel => kernel.Weights)]);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    /// <exception cref="FormatException">Kernels do not fit their channels and weights.</exception>
    public static RocketModel Read(BinaryReader reader, uint version)
    {
        int numberOfChannels = reader.ReadInt32();
        bool singlePrecision = reader.ReadBoolean();
        int[] lengths = reader.ReadArray<int>();
        int[] dilations = reader.ReadArray<int>();
        int[] paddings = reader.ReadArray<int>();
        double[] biases = reader.ReadArray<double>();
        int[] channelCounts = reader.ReadArray<int>();
        int[] channels = reader.ReadArray<int>();
        double[] weights = reader.ReadArray<double>();
        int[]? kept = KeptFeaturesFormat.Read(reader, version);
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

        return new(numberOfChannels, kernels, singlePrecision, kept);
    }
}
