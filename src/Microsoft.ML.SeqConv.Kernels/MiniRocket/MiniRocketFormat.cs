namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Fitted MiniRocket kernels in files.</summary>
internal static class MiniRocketFormat
{
    // *** Binary format ***
    // int: channels
    // int: reference length
    // bool: whether padding alternates
    // int[]: dilations
    // int[]: features per dilation
    // float[]: biases
    // int[]: channels per combination
    // int[]: channel indices
    // from version 0x00010002: the kept features, see KeptFeaturesFormat; biases and channels are then of what is kept
    public static void Write(BinaryWriter writer, MiniRocketModel model)
    {
        writer.Write(model.NumberOfChannels);
        writer.Write(model.ReferenceLength);
        writer.Write(model.AlternatesPadding);
        writer.WriteArray(model.Dilations);
        writer.WriteArray(model.FeaturesPerDilation);
        writer.WriteArray(model.Biases);
        writer.WriteArray(model.ChannelsPerCombination);
        writer.WriteArray(model.ChannelIndices);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static MiniRocketModel Read(BinaryReader reader, uint version) => new(
        reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadArray<int>(),
        reader.ReadArray<int>(), reader.ReadArray<float>(), reader.ReadArray<int>(), reader.ReadArray<int>(),
        KeptFeaturesFormat.Read(reader, version));
}
