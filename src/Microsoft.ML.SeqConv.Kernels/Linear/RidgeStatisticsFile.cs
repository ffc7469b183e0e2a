using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <content>Sums as bytes, so that parts can be summed on one machine and merged on another.</content>
public sealed unsafe partial class RidgeStatistics
{
    // *** Binary format ***, little-endian int: features, at least 1 int: targets, at least 1 bool: merges exactly
    // bool: has an origin long: examples double: sum of weights double[feature]: origin double[feature]: sums of
    // differences double[target]: origin double[target]: sums of differences double[target]: sums of squares
    // double[target, feature]: sums of products with targets for each feature i, double[i + 1]: sums of products with
    // features 0 to i

    /// <summary>Writes the sums. Their size is that of half a matrix [feature, feature] of float64.</summary>
    /// <param name="writer">Is written to at its position.</param>
    internal void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(NumberOfFeatures);
        writer.Write(NumberOfTargets);
        writer.Write(MergesExactly);
        writer.Write(_hasOrigin);
        writer.Write(Count);
        writer.Write(TotalWeight);
        foreach (double[] values in Arrays())
            writer.Write(MemoryMarshal.AsBytes<double>(values));
        for (int i = 0; i < NumberOfFeatures; i++)
            writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(Gram + (long)i * Size, i + 1)));
        GC.KeepAlive(this);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">
    /// Of a stream that knows its length, which a number of features is checked against before memory is taken.
    /// </param>
    /// <exception cref="FormatException">A number breaks a rule, or the stream is too short for it.</exception>
    internal static RidgeStatistics Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            return ReadSums(reader);
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException("The sums are cut short.", error);
        }
    }

    private static RidgeStatistics ReadSums(BinaryReader reader)
    {
        int features = reader.ReadInt32();
        int targets = reader.ReadInt32();
        bool mergesExactly = reader.ReadBoolean();
        bool hasOrigin = reader.ReadBoolean();
        long count = reader.ReadInt64();
        double weight = reader.ReadDouble();
        if (features < 1 || targets < 1 || count < 0 || !(weight >= 0 && double.IsFinite(weight)))
            throw new FormatException(FormattableString.Invariant($"The sums are of {count} examples of weight ")
                + FormattableString.Invariant(
                    $"{weight}, {features} features and {targets} targets, which no data has."));
        double bytes = sizeof(double) * (features * (2.0 + targets) + 3.0 * targets + features * (features + 1.0) / 2);
        if (reader.BaseStream.Length - reader.BaseStream.Position < bytes)
            throw new FormatException(FormattableString.Invariant($"The sums are cut short: {features} features need ")
                + FormattableString.Invariant(
                    $"{bytes} bytes, {reader.BaseStream.Length - reader.BaseStream.Position} are left."));
        var statistics = new RidgeStatistics(features, targets, mergesExactly)
        {
            Count = count,
            TotalWeight = weight,
            _hasOrigin = hasOrigin
        };
        try
        {
            foreach (double[] values in statistics.Arrays())
                ReadFinite(reader, values);
            for (int i = 0; i < features; i++)
                ReadFinite(reader, new Span<double>(statistics.Gram + (long)i * statistics.Size, i + 1));
            return statistics;
        }
        catch
        {
            statistics.Dispose();
            throw;
        }
    }

    private static void ReadFinite(BinaryReader reader, Span<double> values)
    {
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values));
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                throw new FormatException(FormattableString.Invariant(
                    $"One of the sums is {value}, which no data gives."));
        }
    }

    private double[][] Arrays() => [_origin, _sums, _targetOrigin, _targetSums, _squares, _cross];
}
