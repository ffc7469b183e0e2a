namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Fitted MultiRocket kernels in files.</summary>
internal static class MultiRocketFormat
{
    // *** Binary format ***
    // the kernels of the series, see MiniRocketFormat
    // the kernels of the difference
    // from version 0x00010002: the kept features, see KeptFeaturesFormat
    public static void Write(BinaryWriter writer, MultiRocketModel model)
    {
        MiniRocketFormat.Write(writer, model.Series);
        MiniRocketFormat.Write(writer, model.Difference);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static MultiRocketModel Read(BinaryReader reader, uint version) => new(
        MiniRocketFormat.Read(reader, version), MiniRocketFormat.Read(reader, version),
        KeptFeaturesFormat.Read(reader, version));
}
