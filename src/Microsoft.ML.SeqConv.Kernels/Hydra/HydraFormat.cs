namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hydra's kernels and their scaling in files.</summary>
internal static class HydraFormat
{
    // *** Binary format ***
    // int: channels
    // int[]: dilations
    // int: representations
    // int: kernels of a group
    // float[]: weights, [dilation, representation, group, kernel, tap]
    // int: channels of a group
    // int[]: those channels, [dilation, representation, group, channel]
    // float[]: means of the scaling, float[]: deviations; both empty where there is none
    // from version 0x00010002: the kept features, see KeptFeaturesFormat; weights and channels are then of the
    //   groups that have one
    // int, where the model is pruned: groups of a dilation and representation in the full model
    public static void Write(BinaryWriter writer, HydraModel model)
    {
        writer.Write(model.NumberOfChannels);
        writer.WriteArray(model.Dilations);
        writer.Write(model.Representations);
        writer.Write(model.KernelsPerGroup);
        writer.WriteArray(model.Weights);
        writer.Write(model.ChannelsPerGroup);
        writer.WriteArray(model.Channels);
        writer.WriteArray(model.Scaling is null ? [] : model.Scaling.Means);
        writer.WriteArray(model.Scaling is null ? [] : model.Scaling.Deviations);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
        if (model.IsPruned)
            writer.Write(model.Groups);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static HydraModel Read(BinaryReader reader, uint version)
    {
        int channels = reader.ReadInt32();
        int[] dilations = reader.ReadArray<int>();
        int representations = reader.ReadInt32();
        int kernelsPerGroup = reader.ReadInt32();
        float[] weights = reader.ReadArray<float>();
        int channelsPerGroup = reader.ReadInt32();
        int[] groupChannels = reader.ReadArray<int>();
        float[] means = reader.ReadArray<float>();
        float[] deviations = reader.ReadArray<float>();
        SparseScaling? scaling = means.Length + deviations.Length == 0 ? null : new(means, deviations);
        if (KeptFeaturesFormat.Read(reader, version) is { } kept)
            return new HydraModel(channels, dilations, representations, reader.ReadInt32(), kernelsPerGroup, weights,
                channelsPerGroup, groupChannels, scaling, kept);
        return new HydraModel(channels, dilations, representations, kernelsPerGroup, weights, channelsPerGroup,
            groupChannels, scaling);
    }
}
