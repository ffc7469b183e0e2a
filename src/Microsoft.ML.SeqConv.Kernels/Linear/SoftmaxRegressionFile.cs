using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <content>A training as bytes, from which it goes on as if it had never stopped.</content>
internal sealed unsafe partial class SoftmaxRegression
{
    // *** Binary format ***, little-endian
    // int: features
    // int: classes
    // long: steps
    // for weights, first moments, second moments and the best weights, for each class: float[feature],
    //   then float: the bias's
    /// <summary>Writes the weights, the best ones and the optimiser's memory.</summary>
    /// <param name="writer">Is written to at its position.</param>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(NumberOfFeatures);
        writer.Write(NumberOfClasses);
        writer.Write(Steps);
        for (int row = 0; row < 4 * NumberOfClasses; row++)
        {
            foreach (int first in new[] { 0, _stride })
                writer.Write(MemoryMarshal.AsBytes(Saved(row, first)));
        }

        GC.KeepAlive(this);
    }

    /// <summary>Takes the place of a training that <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is of another size, is cut short, or a number is not finite.</exception>
    /// <param name="reader">Stands at what <see cref="Write"/> wrote.</param>
    public void Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            int features = reader.ReadInt32();
            int classes = reader.ReadInt32();
            long steps = reader.ReadInt64();
            if (features != NumberOfFeatures || classes != NumberOfClasses || steps < 0)
                throw new FormatException($"It holds {steps} steps of {classes} classes and {features} features "
                    + $"instead of {NumberOfClasses} classes and {NumberOfFeatures} features.");
            for (int row = 0; row < 4 * NumberOfClasses; row++)
            {
                foreach (int first in new[] { 0, _stride })
                {
                    Span<float> values = Saved(row, first);
                    reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values));
                    foreach (float value in values)
                    {
                        if (!float.IsFinite(value))
                            throw new FormatException(FormattableString.Invariant($"It holds the weight {value}."));
                    }
                }
            }

            Steps = steps;
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException("The weights are cut short.", error);
        }
    }

    // The features of a class in one of the four saved matrices, or its bias.
    private Span<float> Saved(int row, int first)
        => new(Matrix(row / NumberOfClasses) + (long)(row % NumberOfClasses) * _length + first,
            first == 0 ? NumberOfFeatures : 1);
}
