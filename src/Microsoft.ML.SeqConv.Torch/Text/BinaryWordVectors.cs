using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// word2vec's binary format: a line with the number of words and the dimension; for each word its bytes, a space, and
/// little-endian floats, which a line feed may follow. Words are UTF-8.
/// </summary>
internal sealed class BinaryWordVectors(string path) : WordVectorReader(path)
{
    private const int LongestWord = 10_000;

    private readonly BufferedStream _stream = new(File.OpenRead(path), 1 << 20);
    private readonly byte[] _text = new byte[LongestWord];
    private long _words;
    private long _read;

    public override bool Read()
    {
        if (_read == _words)
            return false;
        int length = ReadText((byte)' ', $"word {_read + 1}");
        Word = Decode(_text.AsSpan(0, length).TrimStart((byte)'\n'));
        Span<byte> vector = MemoryMarshal.AsBytes(Vector.AsSpan());
        if (_stream.ReadAtLeast(vector, vector.Length, throwOnEndOfStream: false) < vector.Length)
        {
            throw new FormatException(
                $"{Path}: the file ends within the vector of '{Word}', word {_read + 1} of {_words}; "
                + $"each has {Dimension} numbers of {sizeof(float)} bytes. "
                + "Download the file again, or correct the header.");
        }

        _read++;
        return true;
    }

    public override void Dispose() => _stream.Dispose();

    protected override void Begin()
    {
        int length = ReadText((byte)'\n', "the header");
        ReadOnlySpan<byte> header = _text.AsSpan(0, length).TrimEnd((byte)'\r');
        int space = header.IndexOf((byte)' ');
        if (space < 0 || !Utf8Parser.TryParse(header[..space], out _words, out int used) || used != space || _words < 1
            || !Utf8Parser.TryParse(header[(space + 1)..], out int dimension, out used)
            || used != header.Length - space - 1)
        {
            throw new FormatException(
                $"{Path}(1): the header is '{Encoding.UTF8.GetString(header[..Math.Min(40, header.Length)])}'; "
                + "a binary file of word vectors begins with the number of words and the dimension, "
                + "for example '3000000 300'. Give a word2vec .bin file, or name a text file otherwise than .bin.");
        }

        SetDimension(dimension, "(1)");
    }

    // The stream stands behind the space that ends the word.
    private string Decode(ReadOnlySpan<byte> word)
    {
        int invalid = StrictUtf8.IndexOfInvalid(word);
        if (invalid < 0)
            return Encoding.UTF8.GetString(word);
        throw new FormatException(
            $"{Path}: word {_read + 1} of {_words} has the byte 0x{word[invalid]:X2}, which is no UTF-8, "
            + $"at byte {_stream.Position - 1 - word.Length + invalid} of the file. "
            + "Convert the words to UTF-8, remove the word, or correct the dimension in the header.");
    }

    private int ReadText(byte end, string what)
    {
        for (int length = 0; length < LongestWord; length++)
        {
            int next = _stream.ReadByte();
            if (next < 0)
            {
                throw new FormatException($"{Path}: the file ends within {what}{(_words > 0 ? $" of {_words}" : "")}. "
                    + "Download the file again, or correct the header.");
            }

            if (next == end)
                return length;
            _text[length] = (byte)next;
        }

        throw new FormatException(
            $"{Path}: {what} is longer than {LongestWord} bytes; the file is no word2vec .bin file, "
            + "or its dimension is another.");
    }
}
