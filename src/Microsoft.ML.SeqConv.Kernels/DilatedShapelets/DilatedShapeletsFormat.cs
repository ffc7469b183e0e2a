namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Dilated shapelets in files.</summary>
internal static class DilatedShapeletsFormat
{
    /// <summary>This version. Models of the one before have no ranges: their features are not limited.</summary>
    public const uint Version = 0x00010003;

    // *** Binary format ***
    // int: channels
    // int: points of a shapelet
    // int[]: dilations, [shapelet]
    // int[]: 1 where windows are normalised, else 0, [shapelet]
    // float[]: thresholds, [shapelet]
    // int[]: numbers of channels, [shapelet]
    // int[]: those channels, [shapelet, one of its channels]
    // float[]: values, [shapelet, one of its channels, point]
    // the kept features, see KeptFeaturesFormat; the shapelets are then those that have one
    // int, where the model is pruned: shapelets of the full model
    // float[], float[]: least and largest values that features are limited to, [kept feature]; empty: not limited
    public static void Write(BinaryWriter writer, DilatedShapeletsModel model)
    {
        DilatedShapelet[] shapelets = model.Shapelets;
        writer.Write(model.NumberOfChannels);
        writer.Write(model.ShapeletLength);
        writer.WriteArray<int>(Array.ConvertAll(shapelets, shapelet => shapelet.Dilation));
        writer.WriteArray<int>(Array.ConvertAll(shapelets, shapelet => shapelet.IsNormalized ? 1 : 0));
        writer.WriteArray<float>(Array.ConvertAll(shapelets, shapelet => shapelet.Threshold));
        writer.WriteArray<int>(Array.ConvertAll(shapelets, shapelet => shapelet.Channels.Length));
        writer.WriteArray<int>([.. shapelets.SelectMany(shapelet => shapelet.Channels)]);
        writer.WriteArray(model.Values);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
        if (model.IsPruned)
            writer.Write(model.ShapeletsInFull);
        writer.WriteArray(model.Range is null ? [] : model.Range.Least);
        writer.WriteArray(model.Range is null ? [] : model.Range.Largest);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static DilatedShapeletsModel Read(BinaryReader reader, uint version)
    {
        int channels = reader.ReadInt32();
        int points = reader.ReadInt32();
        int[] dilations = reader.ReadArray<int>();
        int[] normalized = reader.ReadArray<int>();
        float[] thresholds = reader.ReadArray<float>();
        int[] counts = reader.ReadArray<int>();
        int[] ofShapelets = reader.ReadArray<int>();
        float[] values = reader.ReadArray<float>();
        int[]? kept = KeptFeaturesFormat.Read(reader, version);
        int? inFull = kept is null ? null : reader.ReadInt32();
        TrainingRange? range = version < Version ? null : ReadRange(reader);
        if (normalized.Length != dilations.Length || thresholds.Length != dilations.Length
            || counts.Length != dilations.Length)
            throw new FormatException($"There are {dilations.Length} dilations, {normalized.Length} kinds of windows, "
                + $"{thresholds.Length} thresholds and {counts.Length} numbers of channels; there is one a shapelet.");
        var shapelets = new DilatedShapelet[dilations.Length];
        int channel = 0;
        for (int i = 0; i < shapelets.Length; i++)
        {
            if (normalized[i] is not (0 or 1))
                throw new FormatException($"Shapelet {i} has the kind of windows {normalized[i]}; it is 0 or 1.");
            if (counts[i] < 1 || counts[i] > ofShapelets.Length - channel)
                throw new FormatException($"Shapelet {i} has {counts[i]} channels; "
                    + $"{ofShapelets.Length - channel} are left.");
            shapelets[i] = new(dilations[i], normalized[i] == 1, thresholds[i],
                ofShapelets[channel..(channel + counts[i])], checked(channel * points));
            channel += counts[i];
        }

        if (channel != ofShapelets.Length)
            throw new FormatException($"There are {ofShapelets.Length} channels; the shapelets have {channel}.");
        return new DilatedShapeletsModel(channels, points, shapelets, values, range, inFull, kept);
    }

    private static TrainingRange? ReadRange(BinaryReader reader)
    {
        float[] least = reader.ReadArray<float>();
        float[] largest = reader.ReadArray<float>();
        return least.Length == 0 && largest.Length == 0 ? null : new(least, largest);
    }
}
