using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the words of a row: of a text, or of a vector of keys, whose words are the names of the keys.
/// </summary>
internal static class WordReader
{
    private const string MissingKey = "";

    /// <param name="row">The row.</param>
    /// <param name="column">Text, or a vector of keys.</param>
    /// <param name="tokenization">Splits text; <see langword="null"/> for keys.</param>
    /// <param name="maxLength">Words that are read.</param>
    public static Func<IReadOnlyList<string>> Open(
        DataViewRow row, DataViewSchema.Column column, TextTokenization? tokenization, int maxLength)
    {
        if (tokenization is null)
        {
            string[] names = NamesOfKeys(column);
            ValueGetter<VBuffer<uint>> getKeys = row.GetGetter<VBuffer<uint>>(column);
            VBuffer<uint> keys = default;
            return () =>
            {
                getKeys(ref keys);
                return [.. keys.DenseValues().Take(maxLength).Select(key => key == 0 ? MissingKey : names[key - 1])];
            };
        }

        ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getText(ref text);
            IReadOnlyList<string> words = tokenization.Split(text.ToString());
            return words.Count <= maxLength ? words : [.. words.Take(maxLength)];
        };
    }

    /// <summary>One name a key: its value, or its number where that is not known.</summary>
    /// <exception cref="InvalidOperationException">There are too many keys.</exception>
    public static string[] NamesOfKeys(DataViewSchema.Column column)
        => LabelValues.Of(column, Vocabulary.MaxWords).Names;
}
