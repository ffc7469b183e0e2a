using System.Collections.Frozen;
using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Turns text into the numbers of its characters: 0 is padding, 1 a character that the alphabet lacks, then the
/// alphabet in order.
/// </summary>
internal sealed class CharacterAlphabet
{
    public const int PaddingId = 0;
    public const int UnknownId = 1;
    public const int FirstId = 2;

    private const int MaxCharacters = 65_536;

    private readonly string[] _characters;      // a character may be two UTF-16 units
    private readonly FrozenDictionary<Rune, int> _ids;

    /// <param name="alphabet">Characters, each once.</param>
    /// <param name="lowercase">Whether text is made lower case first.</param>
    /// <exception cref="ArgumentException">There are no characters, too many, or one stands twice.</exception>
    public CharacterAlphabet(string alphabet, bool lowercase)
    {
        Alphabet = alphabet;
        Lowercase = lowercase;
        Rune[] runes = [.. alphabet.EnumerateRunes()];
        if (runes.Length is 0 or > MaxCharacters)
            throw new ArgumentException(
                $"Alphabet has {runes.Length} characters; 1 to {MaxCharacters} are taken.", nameof(alphabet));
        if (runes.GroupBy(rune => rune).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Alphabet has the character '{twice.Key}' {twice.Count()} times; "
                + "each must stand once.", nameof(alphabet));
        _characters = [.. runes.Select(rune => rune.ToString())];
        _ids = runes.Select((rune, i) => (rune, i)).ToFrozenDictionary(pair => pair.rune, pair => FirstId + pair.i);
    }

    public string Alphabet { get; }

    public bool Lowercase { get; }

    /// <summary>The characters in the order of their ids, from <see cref="FirstId"/> on.</summary>
    public IReadOnlyList<string> Characters => _characters;

    /// <summary>Ids there are, padding and unknown included.</summary>
    public int Count => FirstId + _characters.Length;

    /// <summary>The ids of a text, padded at the end or cut.</summary>
    public int[] Encode(ReadOnlySpan<char> text, int length)
    {
        var ids = new int[length];
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (at == length)
                break;
            ids[at++] = _ids.GetValueOrDefault(Lowercase ? Rune.ToLowerInvariant(rune) : rune, UnknownId);
        }

        return ids;
    }

    // *** Binary format ***
    // string: the alphabet; bool: lower case
    public void Write(BinaryWriter writer)
    {
        writer.Write(Alphabet);
        writer.Write(Lowercase);
    }

    public static CharacterAlphabet Read(BinaryReader reader) => new(reader.ReadText(), reader.ReadBoolean());
}
