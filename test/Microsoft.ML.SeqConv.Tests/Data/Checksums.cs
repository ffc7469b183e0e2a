using System.Security.Cryptography;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>
/// Edits files in the frame of <see cref="ChecksummedFile"/>, as somebody does who attacks their readers.
/// </summary>
internal static class Checksums
{
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>Makes the checksum of an edited file that of its content.</summary>
    public static void Correct(byte[] file)
        => SHA256.HashData(file.AsSpan(0, file.Length - Length)).CopyTo(file.AsSpan(file.Length - Length));

    /// <summary>The same content as a file of version 1.</summary>
    public static byte[] WithoutFrame(byte[] file, int signatureLength)
        => [.. file[..signatureLength], .. BitConverter.GetBytes(1),
            .. file[(signatureLength + sizeof(int) + sizeof(long))..^Length]];
}
