using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Arrays and texts in files, little-endian. A length in a file is not believed: memory grows with the bytes that are
/// there, so that an edited length ends in an error and not in an allocation.
/// </summary>
internal static class SavedArrays
{
    private const int BytesAtOnce = 1 << 20;

    // *** Binary format ***
    // int: length
    // the values
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="FormatException">The length is negative.</exception>
    /// <exception cref="EndOfStreamException">The file ends before the array does.</exception>
    public static T[] ReadArray<T>(this BinaryReader reader)
        where T : unmanaged
        => reader.ReadValues<T>(reader.ReadInt32());

    /// <summary>Reads what <see cref="BinaryWriter.Write(string)"/> wrote.</summary>
    /// <exception cref="FormatException">The length is negative, or the bytes are no UTF-8.</exception>
    /// <exception cref="EndOfStreamException">The file ends before the text does.</exception>
    public static string ReadText(this BinaryReader reader)
    {
        byte[] bytes = reader.ReadValues<byte>(reader.Read7BitEncodedInt());
        try
        {
            return StrictUtf8.Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException($"A text is no UTF-8: {error.Message}", error);
        }
    }

    private static T[] ReadValues<T>(this BinaryReader reader, int length)
        where T : unmanaged
    {
        if (length < 0)
            throw new FormatException(FormattableString.Invariant($"An array has the length {length}."));
        int atOnce = BytesAtOnce / Unsafe.SizeOf<T>();
        var values = new T[Math.Min(length, atOnce)];
        for (int read = 0; read < length;)
        {
            if (read == values.Length)
                Array.Resize(ref values, (int)Math.Min(length, 2L * values.Length));
            Span<T> part = values.AsSpan(read, Math.Min(values.Length - read, atOnce));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(part));
            read += part.Length;
        }

        return values;
    }
}
