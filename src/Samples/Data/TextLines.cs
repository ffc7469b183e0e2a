using System.Text;

namespace Microsoft.ML.SeqConv.Samples.Data;

/// <summary>
/// The lines of text files: UTF-8, as the readers of series take it. Bytes that are not UTF-8 are an error with file,
/// line and column, since replaced characters would make one word or class of several.
/// </summary>
internal static class TextLines
{
    /// <summary>Reads the lines of a file, numbered from 1.</summary>
    /// <exception cref="FormatException">The file is not UTF-8.</exception>
    public static IEnumerable<(int Number, string Text)> Read(string path) => Read(File.OpenRead(path), path);

    /// <summary>Reads the lines of a stream, numbered from 1.</summary>
    /// <param name="stream">The text; disposed at the end.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="FormatException">The text is not UTF-8.</exception>
    public static IEnumerable<(int Number, string Text)> Read(Stream stream, string name)
    {
        using var lines = new LineReader(stream, name);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
            yield return (lines.LineNumber, Encoding.UTF8.GetString(line));
    }
}
