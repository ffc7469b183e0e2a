using System.Globalization;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// One word a line, followed by its numbers, separated by spaces: GloVe's format. fastText's has a first line with the
/// number of words and the dimension. A word may hold spaces itself:
/// the numbers are the last ones of the line.
/// </summary>
internal sealed class TextWordVectors(string path) : WordVectorReader(path)
{
    private readonly LineReader _lines = new(File.OpenRead(path), path);
    private bool _firstIsVector;

    public override bool Read()
    {
        if (_firstIsVector)
        {
            _firstIsVector = false;
            return true;        // Begin read it
        }

        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            line = line.TrimEnd((byte)' ');
            if (line.IsEmpty)
                continue;
            Parse(line);
            return true;
        }

        return false;
    }

    public override void Dispose() => _lines.Dispose();

    protected override void Begin()
    {
        if (!_lines.TryRead(out ReadOnlySpan<byte> line))
            throw new FormatException($"{Path}: the file is empty; it must hold one word with its numbers a line.");
        line = line.TrimEnd((byte)' ');
        int fields = line.Count((byte)' ') + 1;
        if (fields == 2)
        {
            int space = line.IndexOf((byte)' ');
            if (!long.TryParse(line[..space], NumberStyles.None,
                CultureInfo.InvariantCulture, out long words) || words < 1
                || !int.TryParse(line[(space + 1)..], NumberStyles.None,
                    CultureInfo.InvariantCulture, out int dimension))
            {
                throw new FormatException($"{Path}(1): the line is '{Encoding.UTF8.GetString(line)}'; "
                    + "the first line must be a word with its numbers, or the number of words and the dimension, "
                    + "for example '400000 300'.");
            }

            SetDimension(dimension, "(1)");
            return;
        }

        SetDimension(Math.Max(1, fields - 1), "(1)");
        Parse(line);
        _firstIsVector = true;
    }

    private void Parse(ReadOnlySpan<byte> line)
    {
        int end = line.Length;
        for (int i = Dimension - 1; i >= 0; i--)
        {
            int space = line[..end].LastIndexOf((byte)' ');
            if (space <= 0)
            {
                throw new FormatException($"{Path}({_lines.LineNumber},{line.Length}): "
                    + $"the line has {Dimension - 1 - i} numbers; the vectors of this file have {Dimension}. "
                    + "Download the file again, or remove the line.");
            }

            ReadOnlySpan<byte> number = line[(space + 1)..end];
            if (!float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out Vector[i])
                || !float.IsFinite(Vector[i]))
                throw new FormatException($"{Path}({_lines.LineNumber},{space + 2}): "
                    + $"'{Encoding.UTF8.GetString(number)}' is no finite number; "
                    + $"a line is a word and {Dimension} numbers.");
            end = space;
        }

        // What is left is the word. Where it ends in numbers, the line has more of them than the others.
        ReadOnlySpan<byte> word = line[..end];
        int last = word.LastIndexOf((byte)' ');
        if (last >= 0 && float.TryParse(word[(last + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && word[(last + 1)..].Contains((byte)'.') && word.Length - last > 2)
            throw new FormatException($"{Path}({_lines.LineNumber},{last + 2}): "
                + $"the line has more than {Dimension} numbers; the vectors of this file have {Dimension}.");
        Word = Encoding.UTF8.GetString(word);
    }
}
