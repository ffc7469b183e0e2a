using System.Text;
using CsCheck;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Text;

/// <summary>Files of word vectors.</summary>
public sealed class WordVectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Word2vec_files_are_read(bool lineFeeds)
    {
        string file = Write("a.bin", Binary("2 3\n", lineFeeds, ("hello", [1, 2, 3]), ("日本", [-1, 0, 0.5f])));
        Assert.Equal([("hello", "1 2 3"), ("日本", "-1 0 0.5")], Read(file));
    }

    [Fact]
    public void GloVe_files_are_read()
        => Assert.Equal([("hello", "1 2 3"), (". .", "4 5 6"), ("x", "0.001 0 1")],
            Read(Write("a.txt", "hello 1 2 3\n. . 4 5 6\r\nx 1e-3 0 1")));

    [Fact]
    public void FastText_files_are_read()
        => Assert.Equal([("hello", "1 2"), ("x", "3 4")], Read(Write("a.vec", "2 2\nhello 1 2 \nx 3 4 \n")));

    [Theory]
    [InlineData("a.bin", "many words\n", "(1): the header is 'many words'; a binary file of word vectors begins with "
        + "the number of words and the dimension")]
    [InlineData("a.bin", "-1 300\n", "(1): the header is '-1 300'")]
    [InlineData("a.bin", "5 0\n", "(1): the dimension is 0; it must be 1 to 100000.")]
    [InlineData("a.bin", "5 900000000\nx ", "(1): the dimension is 900000000; it must be 1 to 100000.")]
    [InlineData("a.bin", "2 3\nhello 123", ": the file ends within the vector of 'hello', word 1 of 2; "
        + "each has 3 numbers of 4 bytes.")]
    [InlineData("a.bin", "2 1\nhello 1234", ": the file ends within word 2 of 2.")]
    [InlineData("a.txt", "", ": the file is empty")]
    [InlineData("a.txt", "two words\n", "(1): the line is 'two words'; the first line must be a word with its numbers, "
        + "or the number of words and the dimension")]
    [InlineData("a.txt", "a 1 2 3\nb 1 2\n", "(2,5): the line has 2 numbers; the vectors of this file have 3.")]
    [InlineData("a.txt", "2 3\na 1 2 3\nb 1 2", "(3,5): the line has 2 numbers; the vectors of this file have 3.")]
    [InlineData("a.txt", "a 1.5 2.5 3.5\nb 1.5 2.5 3.5 4.5\n", "(2,3): the line has more than 3 numbers; "
        + "the vectors of this file have 3.")]
    [InlineData("a.txt", "a 1 2 3\nb 1 x 3\n", "(2,5): 'x' is no finite number; a line is a word and 3 numbers.")]
    [InlineData("a.txt", "a 1 2 3\nb 1 NaN 3\n", "(2,5): 'NaN' is no finite number")]
    public void A_wrong_file_is_told_with_its_place(string name, string content, string message)
    {
        string file = Write(name, content);
        FormatException error = Assert.Throws<FormatException>(() => Read(file));
        Assert.StartsWith(file + message, error.Message);
    }

    [Fact]
    public void Words_that_are_not_UTF8_are_an_error_with_their_place()
    {
        byte[] binary = Binary("2 1\n", true, ("a", [1]), ("cafe", [2]));
        byte[] text = Encoding.UTF8.GetBytes("a 1 2\ncafe 3 4\n");
        (binary[14], text[9]) = (0xE9, 0xE9);          // the e of cafe in Latin-1
        string file = Write("a.bin", binary);
        Assert.Equal(file + ": word 2 of 2 has the byte 0xE9, which is no UTF-8, at byte 14 of the file. "
            + "Convert the words to UTF-8, remove the word, or correct the dimension in the header.",
            Assert.Throws<FormatException>(() => Read(file)).Message);
        file = Write("a.txt", text);
        Assert.StartsWith(file + "(2,4): the byte 0xE9 is no UTF-8",
            Assert.Throws<FormatException>(() => Read(file)).Message);
    }

    [Fact]
    public void A_missing_file_is_named()
        => Assert.Contains("The word vectors file 'nowhere.bin' does not exist.",
            Assert.Throws<FileNotFoundException>(() => WordVectorReader.Open("nowhere.bin")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Files_with_edited_bytes_are_read_or_refused()
    {
        byte[][] files = [Binary("3 2\n", false, ("a", [1, 2]), ("bc", [3, 4]), ("d", [5, 6])),
            Encoding.UTF8.GetBytes("3 2\na 1 2\nbc 3 4\nd 5 6\n"), Encoding.UTF8.GetBytes("a 1 2\nbc 3 4\n")];
        Gen.Select(Gen.Int[0, 2], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4], Gen.Double[0, 1.3])
            .Sample((which, edits, keep) =>
            {
                byte[] bytes = [.. files[which]];
                foreach ((double at, byte value) in edits)
                    bytes[(int)(at * (bytes.Length - 1))] = value;
                string file = Path.Combine(_folder, which == 0 ? "edited.bin" : "edited.txt");
                File.WriteAllBytes(file, keep < 1 ? bytes[..(int)(keep * bytes.Length)] : bytes);
                try
                {
                    Read(file);
                }
                catch (FormatException)
                {
                }

                return true;
            }, iter: 500, threads: 1);
    }

    [Theory]
    [InlineData("wordvec/GoogleNews8k/GoogleNews-8k-300d.bin", 300, 8000)]
    [InlineData("wordvec/GloVeTwitter25d12k/glove.twitter.25d.12k.txt", 25, 11_925)]
    public void Public_files_are_read_whole(string path, int dimension, int words)
    {
        using WordVectorReader reader = WordVectorReader.Open(Folders.Data(path));
        Assert.Equal(dimension, reader.Dimension);
        int count = 0;
        for (; reader.Read(); count++)
            Assert.All(reader.Vector, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(words, count);
    }

    private static List<(string Word, string Vector)> Read(string file)
    {
        using WordVectorReader reader = WordVectorReader.Open(file);
        var words = new List<(string, string)>();
        while (reader.Read())
            words.Add((reader.Word, string.Join(' ',
                reader.Vector.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
        return words;
    }

    private static byte[] Binary(string header, bool lineFeeds, params (string Word, float[] Vector)[] words)
    {
        using var stream = new MemoryStream();
        stream.Write(Encoding.UTF8.GetBytes(header));
        foreach ((string word, float[] vector) in words)
        {
            stream.Write(Encoding.UTF8.GetBytes(word + " "));
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector));
            if (lineFeeds)
                stream.WriteByte((byte)'\n');
        }

        return stream.ToArray();
    }

    private string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    private string Write(string name, byte[] content)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, content);
        return file;
    }
}
