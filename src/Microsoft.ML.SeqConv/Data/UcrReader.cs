using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the text files of the UCR archive: one series a line, the class label first, separated by tabs, commas or blanks. Missing values at the end of a line are
/// padding and are removed, so that series have their own lengths; inside they stay missing.
/// </summary>
internal sealed class UcrReader : SeriesFileReader
{
    private readonly Dictionary<string, string> _classes = [];

    public UcrReader(Stream stream, string path)
        : base(stream, path)
    {
        LabelKind = LabelKind.Class;
        DeclaredChannels = 1;
    }

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line) => line.Trim(" \t"u8).IsEmpty;

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimEnd(" \t"u8);
        int start = text.Length - text.TrimStart(" "u8).Length;
        byte separator = text.Contains((byte)'\t') ? (byte)'\t' : text.Contains((byte)',') ? (byte)',' : (byte)' ';
        int length = text[start..].IndexOf(separator);
        if (length < 0)
            throw Error(1, $"'{Show(text)}' has no values; a line holds a label and then values, separated by tabs, commas or blanks.");
        if (length == 0)
            throw Error(start + 1, "the label is empty.");

        string name = Encoding.UTF8.GetString(text.Slice(start, length).Trim(" "u8));
        Class = _classes.TryGetValue(name, out string? known) ? known : _classes[name] = name;
        Channels = 1;
        AddNumbers(text[(start + length + 1)..], separator, start + length + 2);
        RemoveTrailingMissing();
        if (ValueCount == 0)
            throw Error(start + length + 2, "the series has no values; all are missing.");
    }
}
