using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the text files of the UCR archive: one series a line, the class label first, separated by tabs, commas or
/// blanks. An empty cell at the end of a line is a missing value. Whether missing values at the end of a line are
/// padding, and whether a separator there ends the line, is decided for the whole file, see
/// <see cref="SeriesFileView"/>.
/// </summary>
internal sealed class UcrReader : SeriesFileReader
{
    private bool _endsInSeparator;

    public UcrReader(Stream stream, string path, Encoding? encoding = null)
        : base(stream, path, encoding)
    {
        LabelKind = LabelKind.Class;
        DeclaredChannels = 1;
    }

    public override bool MayPad => true;

    public override bool EndsInSeparator => _endsInSeparator;

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line) => line.Trim(" \t"u8).IsEmpty;

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimEnd(" "u8);
        int start = text.Length - text.TrimStart(" "u8).Length;
        byte separator = text.Contains((byte)'\t') ? (byte)'\t' : text.Contains((byte)',') ? (byte)',' : (byte)' ';
        int length = text[start..].IndexOf(separator);
        if (length < 0)
            throw Error(1, $"'{Show(text)}' has no values; a line holds a label and then values, "
                + "separated by tabs, commas or blanks.");

        ReadOnlySpan<byte> label = text.Slice(start, length);
        Class = IsMissing(label) ? "" : NameOf(label, start + 1);
        Channels = 1;
        AddCells(text[(start + length + 1)..], separator, start + length + 2);
        if (CountTrailingMissing() == ValueCount)
            throw Error(start + length + 2, "the series has no values; all are missing.");
    }

    // Numbers, and then cells that are empty.
    private void AddCells(ReadOnlySpan<byte> cells, byte separator, int column)
    {
        ReadOnlySpan<byte> filled = separator == ' ' ? cells : cells.TrimEnd([separator, (byte)' ', (byte)'\t']);
        int empty = cells[filled.Length..].Count(separator) + (filled.IsEmpty ? 1 : 0);
        _endsInSeparator = empty > 0;
        if (!filled.IsEmpty)
            AddNumbers(filled, separator, column);
        for (int i = 0; i < empty; i++)
            Add(float.NaN);
    }
}
