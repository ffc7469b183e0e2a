using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Keeps bytes that an encoding does not have: the decoder writes a mark for each run of them, by which the line and
/// the column are found.
/// </summary>
internal sealed class LostBytes : DecoderFallback
{
    private const char Mark = '\uFFFF';     // no character of any text

    private byte? _first;

    public override int MaxCharCount => 1;

    /// <summary>Whether bytes were lost.</summary>
    public bool Any => _first is not null;

    /// <summary>The first byte that was lost.</summary>
    public byte First => _first ?? 0;

    /// <summary>Where the mark stands in a text of UTF-8; -1: nowhere.</summary>
    public static int IndexOfMark(ReadOnlySpan<byte> text) => text.IndexOf("\uFFFF"u8);

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(this);

    private sealed class Buffer(LostBytes lost) : DecoderFallbackBuffer
    {
        private int _left;

        public override int Remaining => _left;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            lost._first ??= bytesUnknown[0];
            _left = 1;
            return true;
        }

        public override char GetNextChar() => _left-- > 0 ? Mark : Exhausted();

        public override bool MovePrevious() => false;

        public override void Reset() => _left = 0;

        private char Exhausted()
        {
            _left = 0;
            return '\0';
        }
    }
}
