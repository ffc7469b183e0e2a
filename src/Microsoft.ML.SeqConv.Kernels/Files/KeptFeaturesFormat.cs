namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Which features of the full model a pruned one keeps, in files.</summary>
internal static class KeptFeaturesFormat
{
    /// <summary>
    /// The version of every featurizer's format that holds them; models of older versions are not pruned.
    /// </summary>
    public const uint Version = 0x00010002;

    // *** Binary format ***
    // bool: whether the model is pruned
    // int[], where it is: numbers of the kept features, ascending
    public static void Write(BinaryWriter writer, bool isPruned, ReadOnlySpan<int> kept)
    {
        writer.Write(isPruned);
        if (isPruned)
            writer.WriteArray(kept);
    }

    public static int[]? Read(BinaryReader reader, uint version)
        => version >= Version && reader.ReadBoolean() ? reader.ReadArray<int>() : null;
}
