using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Fitted MiniRocket kernels in model files.</summary>
internal static class SavedMiniRocket
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

    public static MiniRocketModel Read(SavedSection section)
    {
        BinaryReader reader = section.Reader;
        return new(
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean(), reader.ReadArray<int>(),
            reader.ReadArray<int>(), reader.ReadArray<float>(), reader.ReadArray<int>(), reader.ReadArray<int>(),
            KeptFeaturesFormat.Read(section));
    }
}
