using System.Reflection;
using System.Text;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>Files of labelled sentences: one a line, the label first, then a tab or a space, then the sentence. UTF-8.</summary>
internal static class SentenceFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line has no sentence.</exception>
    public static IReadOnlyList<SentimentModel.ModelInput> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        using var reader = new StreamReader(path, Encoding.UTF8);
        return Read(reader, path);
    }

    /// <summary>The sentences that come with the sample, in pairs that say the contrary.</summary>
    public static (IReadOnlyList<SentimentModel.ModelInput> Train, IReadOnlyList<SentimentModel.ModelInput> Test) ReadShipped() => (ReadResource("sentences_TRAIN.txt"), ReadResource("sentences_TEST.txt"));

    private static List<SentimentModel.ModelInput> ReadResource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"Microsoft.ML.SeqConv.Samples.Sentiment.{name}")!, Encoding.UTF8);
        return Read(reader, name);
    }

    private static List<SentimentModel.ModelInput> Read(StreamReader reader, string path)
    {
        var sentences = new List<SentimentModel.ModelInput>();
        for (int number = 1; reader.ReadLine() is string line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int end = line.IndexOfAny(['\t', ' ']);
            if (end <= 0)
                throw new FormatException($"{path}({number},1): the line '{line[..Math.Min(40, line.Length)]}' has no sentence; a line is a label, a tab or a space, and a sentence.");
            sentences.Add(new SentimentModel.ModelInput { Label = line[..end], Text = line[(end + 1)..] });
        }

        return sentences.Count > 0 ? sentences : throw new FormatException($"{path}: the file has no sentence; a line is a label, a tab or a space, and a sentence.");
    }
}
