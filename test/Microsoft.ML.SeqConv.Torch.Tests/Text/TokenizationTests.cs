using System.Text;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Text;

/// <summary>How text becomes words.</summary>
public sealed class TokenizationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What the code of Kim 2014 gives for these.
    [Theory]
    [InlineData("It's good, isn't it? (They'll say: \"yes\")!", "it 's good , is n't it ? ( they 'll say yes ) !")]
    [InlineData("we've   they're I'd 3.5 a-b _x_", "we 've they 're i 'd 3 5 a b x")]
    [InlineData("`quoted'", "`quoted'")]
    public void Ascii_is_split_as_in_the_paper(string text, string expected)
        => Assert.Equal(expected, string.Join(' ', TextTokenization.Words().Split(text)));

    [Theory]
    [InlineData("שלום, עולם!", "שלום , עולם !")]
    [InlineData("مرحبا بالعالم؟", "مرحبا بالعالم")]
    [InlineData("great 🎉🎉 film❤️", "great 🎉 🎉 film ❤")]
    [InlineData("naïve Ünïcode 日本語", "naïve ünïcode 日本語")]
    [InlineData("", "")]
    [InlineData(" ... \t", "")]
    public void Other_scripts_and_symbols_are_words(string text, string expected)
        => Assert.Equal(expected, string.Join(' ', TextTokenization.Words().Split(text)));

    [Fact]
    public void A_lone_surrogate_is_no_crash()
        => Assert.Equal("a b", string.Join(' ',
            TextTokenization.Words().Split("a \ud83c b").Where(word => word.Length == 1 && char.IsAscii(word[0]))));

    [Fact]
    public void Capital_letters_are_kept_on_request()
        => Assert.Equal(["What", "Is", "AI", "?"], TextTokenization.Words(lowercase: false).Split("What Is AI?"));

    [Fact]
    public void Word_pieces_survive_saving()
    {
        string file = Path.Combine(_folder, "vocab.txt");
        File.WriteAllLines(file, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "a", "game"]);
        TextTokenization tokenization = TextTokenization.WordPiece(file);
        IReadOnlyList<string> pieces = tokenization.Split("Playing a game");
        Assert.Contains("##ing", pieces);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        tokenization.Write(writer);
        stream.Position = 0;
        Assert.Equal(pieces, TextTokenization.Read(new BinaryReader(stream)).Split("Playing a game"));
    }

    [Fact]
    public void Byte_pairs_are_split()
    {
        string vocabulary = Path.Combine(_folder, "vocab.json");
        string merges = Path.Combine(_folder, "merges.txt");
        File.WriteAllText(vocabulary, "{\"l\":0,\"o\":1,\"w\":2,\"lo\":3,\"low\":4,\"e\":5,\"r\":6}",
            new UTF8Encoding(false));
        File.WriteAllText(merges, "#version: 0.2\nl o\nlo w\n", new UTF8Encoding(false));
        Assert.Equal(["low", "e", "r"], TextTokenization.BytePairs(vocabulary, merges).Split("lower"));
    }
}
