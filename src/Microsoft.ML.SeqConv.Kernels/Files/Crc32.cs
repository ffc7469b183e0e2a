namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The CRC-32 of ISO 3309, as ZIP archives have it.</summary>
internal static class Crc32
{
    public const uint Start = 0xFFFFFFFF;

    private const uint Polynomial = 0xEDB88320;      // bits reversed

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index =>
    {
        uint value = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes) => End(Add(Start, bytes));

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        return crc;
    }

    public static uint End(uint crc) => ~crc;
}
