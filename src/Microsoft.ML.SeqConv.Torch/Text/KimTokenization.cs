using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rule of Kim 2014 for words: commas, exclamation and question marks and parentheses are words, <c>'s 've n't 're
/// 'd 'll</c> are cut off, all else that is neither letter nor digit separates. Deviation: the rule was made for ASCII
/// and drops all other letters. Here letters, marks and digits of every script are kept, and each emoji or other symbol
/// is a word; on ASCII text the words are the paper's.
/// </summary>
internal static partial class KimTokenization
{
    public static IEnumerable<string> Split(string text, bool lowercase)
    {
        var cleaned = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
            Clean(rune, cleaned);
        string separated = Endings().Replace(cleaned.ToString(), " $&");
        return (lowercase ? separated.ToLowerInvariant() : separated).Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Clean(Rune rune, StringBuilder cleaned)
    {
        const int zeroWidthJoiner = 0x200D;
        switch (rune.Value)
        {
            case '\'' or '`':
                cleaned.Append((char)rune.Value);
                return;
            case '(' or ')' or ',' or '!' or '?':
                cleaned.Append(' ').Append((char)rune.Value).Append(' ');
                return;
            case (>= 0xFE00 and <= 0xFE0F) or zeroWidthJoiner:       // how a symbol looks, not which it is
                return;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                cleaned.Append(rune.ToString());
                break;
            case UnicodeCategory.OtherSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.MathSymbol
                or UnicodeCategory.ModifierSymbol when !rune.IsAscii:
                cleaned.Append(' ').Append(rune.ToString()).Append(' ');
                break;
            default:
                cleaned.Append(' ');
                break;
        }
    }

    // As the paper's code: wherever they stand, in this order of alternatives, small letters only.
    [GeneratedRegex("'s|'ve|n't|'re|'d|'ll", RegexOptions.CultureInvariant)]
    private static partial Regex Endings();
}
