namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>QUANT's intervals and normal scores in files.</summary>
internal static class IntervalQuantilesFormat
{
    // *** Binary format ***
    // int: channels
    // int: points of the series that the numbers of intervals and quantiles are for
    // int: levels of intervals
    // int: points of an interval for each quantile
    // int: knots of a feature; 0: no normal scores
    // float[]: knots, [feature, knot]
    // the kept features, see KeptFeaturesFormat; knots are of these
    public static void Write(BinaryWriter writer, IntervalQuantilesModel model)
    {
        writer.Write(model.NumberOfChannels);
        writer.Write(model.Length);
        writer.Write(model.Depth);
        writer.Write(model.PointsPerQuantile);
        writer.Write(model.Scores?.PerFeature ?? 0);
        writer.WriteArray(model.Scores is null ? [] : model.Scores.Knots);
        KeptFeaturesFormat.Write(writer, model.IsPruned, model.KeptFeatures);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static IntervalQuantilesModel Read(BinaryReader reader, uint version)
    {
        int channels = reader.ReadInt32();
        int length = reader.ReadInt32();
        int depth = reader.ReadInt32();
        int pointsPerQuantile = reader.ReadInt32();
        int perFeature = reader.ReadInt32();
        float[] knots = reader.ReadArray<float>();
        NormalScores? scores = perFeature == 0 && knots.Length == 0 ? null : new(knots, perFeature);
        return new(channels, length, depth, pointsPerQuantile, scores, KeptFeaturesFormat.Read(reader, version));
    }
}
