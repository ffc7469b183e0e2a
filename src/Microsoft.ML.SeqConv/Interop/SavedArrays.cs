using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Arrays in model files, little-endian. A length in a file is not believed: memory grows with the bytes that are there, so that an edited length ends in an
/// error and not in an allocation.
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
    {
        int length = reader.ReadInt32();
        if (length < 0)
            throw new FormatException($"An array has the length {length}.");
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
