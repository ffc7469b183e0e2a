using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The rule for text in files: bytes that are not UTF-8 are an error, since replaced characters would make one name of
/// several.
/// </summary>
internal static class StrictUtf8
{
    /// <summary>An encoding that throws instead of replacing characters, and writes no byte order mark.</summary>
    public static UTF8Encoding Encoding { get; } =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The position of the first byte that is not UTF-8.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>-1 where all are UTF-8.</returns>
    public static int IndexOfInvalid(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return -1;
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int bytes) == OperationStatus.Done)
            at += bytes;
        return at;
    }
}
