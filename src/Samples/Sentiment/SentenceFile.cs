using System.Reflection;
using Microsoft.ML.SeqConv.Samples.Data;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>
/// Files of labelled sentences: one a line, the label first, then a tab or a space, then the sentence. UTF-8.
/// </summary>
internal static class SentenceFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line has no sentence, or is not UTF-8.</exception>
    public static IReadOnlyList<SentimentModel.ModelInput> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        return Read(TextLines.Read(path), path);
    }

    /// <summary>The sentences that come with the sample, in pairs that say the contrary.</summary>
    public static (IReadOnlyList<SentimentModel.ModelInput> Train, IReadOnlyList<SentimentModel.ModelInput> Test)
        ReadShipped() => (ReadResource("sentences_TRAIN.txt"), ReadResource("sentences_TEST.txt"));

    private static List<SentimentModel.ModelInput> ReadResource(string name)
    {
        string resource = $"Microsoft.ML.SeqConv.Samples.Sentiment.{name}";
        return Read(TextLines.Read(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!, name), name);
    }

    private static List<SentimentModel.ModelInput> Read(IEnumerable<(int Number, string Text)> lines, string path)
    {
        var sentences = new List<SentimentModel.ModelInput>();
        foreach ((int number, string line) in lines)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int end = line.IndexOfAny(['\t', ' ']);
            if (end <= 0)
            {
                throw new FormatException(
                    $"{path}({number},1): the line '{line[..Math.Min(40, line.Length)]}' has no sentence; "
                    + "a line is a label, a tab or a space, and a sentence.");
            }

            sentences.Add(new SentimentModel.ModelInput { Label = line[..end], Text = line[(end + 1)..] });
        }

        return sentences.Count > 0 ? sentences
            : throw new FormatException(
                $"{path}: the file has no sentence; a line is a label, a tab or a space, and a sentence.");
    }
}
