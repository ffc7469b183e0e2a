using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>Makes damaged files of valid ones: the same one for the same seed and index.</summary>
public static class FileMutator
{
    private const int MaxEdits = 4;
    private const int MaxRun = 64;
    private const int MaxLength = 1 << 20;

    private static readonly long[] EdgeSizes =
        [0, 1, -1, 2, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, 1 << 20, int.MaxValue, int.MinValue,
            uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40];

    private static readonly string[] EdgeNumbers =
        ["", "0", "-1", "NaN", "?", "1e39", "-1e400", "2147483647", "2147483648", "99999999999999999999",
            "0x10", "1,5", "\u0661", "1e", "."];

    /// <summary>Makes one file.</summary>
    /// <param name="target">What reads it.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="index">The number of the input in the run.</param>
    public static byte[] Mutate(FuzzTarget target, int seed, long index)
    {
        var random = new Random(HashCode(seed, index));
        byte[] bytes = Pick(random, target.Seeds);
        for (int edits = random.Next(1, MaxEdits + 1); edits > 0; edits--)
            bytes = Edit(target, random, bytes);
        if (bytes.Length > MaxLength)
            bytes = bytes[..MaxLength];
        if (target.HasChecksum && index % 2 == 0 && bytes.Length > SHA256.HashSizeInBytes)
            Correct(bytes);
        return bytes;
    }

    private static byte[] Edit(FuzzTarget target, Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length + 1);
        int end = Math.Min(bytes.Length, at + random.Next(1, MaxRun));
        return random.Next(7) switch
        {
            0 => FlipBit(random, bytes),
            1 => [.. bytes[..at], .. RandomBytes(random, target.IsText), .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[end..]],
            3 => Splice(random, bytes, Pick(random, target.Seeds), at),
            4 => bytes[..at],
            _ => target.IsText ? EditNumber(random, bytes) : EditSize(random, bytes),
        };
    }

    private static byte[] FlipBit(Random random, byte[] bytes)
    {
        byte[] edited = [.. bytes];
        if (edited.Length > 0)
            edited[random.Next(edited.Length)] ^= (byte)(1 << random.Next(8));
        return edited;
    }

    // The beginning of one file with a piece of another.
    private static byte[] Splice(Random random, byte[] bytes, byte[] other, int at)
    {
        int from = random.Next(other.Length);
        int to = random.Next(from, other.Length);
        return [.. bytes[..at], .. other[from..to],
            .. bytes[Math.Min(bytes.Length, at + (random.Next(2) * (to - from)))..]];
    }

    // A field of 2, 4 or 8 bytes that may be a size, at an edge or near to its value.
    private static byte[] EditSize(Random random, byte[] bytes)
    {
        byte[] edited = [.. bytes];
        int width = 2 << random.Next(3);
        if (edited.Length < width)
            return edited;
        Span<byte> field = edited.AsSpan(random.Next(edited.Length - width + 1), width);
        long value = random.Next(2) == 0 ? Pick(random, EdgeSizes) : ReadSize(field) + random.Next(-2, 3);
        Span<byte> whole = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(whole, value);
        whole[..width].CopyTo(field);
        return edited;
    }

    private static long ReadSize(ReadOnlySpan<byte> field) => field.Length switch
    {
        sizeof(short) => BinaryPrimitives.ReadInt16LittleEndian(field),
        sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(field),
        _ => BinaryPrimitives.ReadInt64LittleEndian(field),
    };

    // The first number at or after a place is replaced.
    private static byte[] EditNumber(Random random, byte[] bytes)
    {
        int start = random.Next(bytes.Length + 1);
        while (start < bytes.Length && !IsOfNumber(bytes[start]))
            start++;
        int end = start;
        while (end < bytes.Length && IsOfNumber(bytes[end]))
            end++;
        return [.. bytes[..start], .. Encoding.UTF8.GetBytes(Pick(random, EdgeNumbers)), .. bytes[end..]];
    }

    private static bool IsOfNumber(byte value) => char.IsAsciiDigit((char)value) || value is (byte)'-' or (byte)'.';

    private static byte[] RandomBytes(Random random, bool isText)
    {
        byte[] bytes = new byte[random.Next(1, MaxRun)];
        random.NextBytes(bytes);
        const string separators = ":,;?@%'\"{}()[]\\\t\r\n 0123456789-eNa";
        for (int i = 0; isText && i < bytes.Length; i++)
            bytes[i] = (byte)separators[bytes[i] % separators.Length];
        return bytes;
    }

    private static void Correct(byte[] file)
    {
        int end = file.Length - SHA256.HashSizeInBytes;

        // The length behind the signature of eight or nine bytes and the version is corrected as well, or
        // nothing below is reached.
        int at = (file[0] == 8 ? 9 : 8) + sizeof(int);
        if (at + sizeof(long) <= end)
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), end - at - sizeof(long));
        SHA256.HashData(file.AsSpan(0, end), file.AsSpan(end));
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    // HashCode of .NET differs from process to process.
    private static int HashCode(int seed, long index)
        => unchecked((seed * 486_187_739) ^ (int)(index * 2_654_435_761L));
}
