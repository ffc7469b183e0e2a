using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The words that a network knows. Ids: padding, unknown, then the words.</summary>
internal sealed class Vocabulary
{
    public const int MaxWords = 10_000_000;

    private readonly List<string> _words = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Words => _words;

    /// <summary>Rows of the embedding.</summary>
    public int Count => _words.Count + TextCnnNetwork.FirstWordId;

    /// <summary>
    /// Learns the words of texts: the most frequent first, and among equals in the order of their characters.
    /// </summary>
    /// <param name="texts">Words of each.</param>
    /// <param name="minimumCount">Rarer words are unknown.</param>
    public static Vocabulary Learn(IEnumerable<IReadOnlyList<string>> texts, int minimumCount)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> text in texts)
        {
            foreach (string word in text)
                counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        var vocabulary = new Vocabulary();
        foreach ((string word, _) in counts.Where(entry => entry.Value >= minimumCount)
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
            vocabulary.TryAdd(word);
        return vocabulary;
    }

    public static Vocabulary Of(IEnumerable<string> words)
    {
        var vocabulary = new Vocabulary();
        foreach (string word in words)
        {
            if (!vocabulary.TryAdd(word))
                throw new FormatException($"The word '{word}' is in the vocabulary twice.");
        }

        return vocabulary;
    }

    public bool Contains(string word) => _ids.ContainsKey(word);

    public bool TryAdd(string word)
    {
        if (!_ids.TryAdd(word, Count))
            return false;
        _words.Add(word);
        return true;
    }

    public int IdOf(string word) => _ids.GetValueOrDefault(word, TextCnnNetwork.UnknownId);

    // *** Binary format ***
    // int: words; string: each
    public void Write(BinaryWriter writer)
    {
        writer.Write(_words.Count);
        foreach (string word in _words)
            writer.Write(word);
    }

    public static Vocabulary Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 0 or > MaxWords)
            throw new FormatException($"Its vocabulary has {count} words; at most {MaxWords} are possible.");
        var words = new List<string>();
        while (words.Count < count)
            words.Add(reader.ReadText());
        return Of(words);
    }
}
