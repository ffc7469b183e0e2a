using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;

namespace Microsoft.ML.SeqConv.Samples.News;

/// <summary>
/// Files of labelled texts: comma-separated, quoted where needed; the class first, the other columns are
/// joined to the text.
/// </summary>
internal static class NewsFile
{
    private const int MaxColumns = 10;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It has no row with a class and a text, or is not UTF-8.</exception>
    public static IReadOnlyList<NewsModel.ModelInput> Read(MLContext context, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        _ = TextLines.Read(path).Count();       // ML.NET would replace bytes that are not UTF-8
        TextLoader loader = context.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = [','],
            AllowQuoting = true,
            ReadMultilines = true,
            Columns = [new("Class", DataKind.String, 0), new("Texts", DataKind.String, 1, MaxColumns)],
        });
        NewsModel.ModelInput[] read = ReadRows(loader, path);
        if (read.Length > 0 && IsHeader(read[0].Label))
            read = read[1..];
        if (!read.Any(row => row.Text.Length > 0))
            throw new FormatException($"{path}: the file has no row with a class and a text; "
                + "a row is class,text or class,title,text, with quotes around texts that hold commas.");
        if (Array.Find(read, row => row.Label.Length == 0) is { } unlabelled)
            throw new FormatException($"{path}: the row with the text '{Beginning(unlabelled.Text)}' has no class; "
                + "the class is the first column. Name the class, or leave the row out.");
        return read;
    }

    /// <summary>Throws where classes cannot be learned, or tested.</summary>
    /// <exception cref="FormatException">
    /// There is one class only, or a test text has a class that no training text has.
    /// </exception>
    public static void CheckClasses(IReadOnlyList<NewsModel.ModelInput> train, string trainPath,
        IReadOnlyList<NewsModel.ModelInput> test, string testPath)
    {
        HashSet<string> classes = [.. train.Select(text => text.Label)];
        if (classes.Count < 2)
            throw new FormatException($"{trainPath}: all {train.Count} rows have the class '{train[0].Label}'; "
                + "a classifier needs at least two. The class is the first column.");
        if (test.FirstOrDefault(text => !classes.Contains(text.Label)) is { } unknown)
        {
            throw new FormatException($"{testPath}: the row with the text '{Beginning(unknown.Text)}' has the class "
                + $"'{unknown.Label}', which no row of {trainPath} has, so that it cannot be right. "
                + "Add training texts of that class, or leave the row out.");
        }
    }

    private static NewsModel.ModelInput[] ReadRows(TextLoader loader, string path)
    {
        try
        {
            IDataView rows = loader.Load(path);
            return
            [
                .. rows.GetColumn<string>("Class").Zip(
                    rows.GetColumn<string[]>("Texts"), (label, texts) => new NewsModel.ModelInput
                    {
                        Label = label,
                        Text = string.Join(' ', texts.Where(text => !string.IsNullOrEmpty(text)))
                    }),
            ];
        }
        catch (Exception error) when (error.GetBaseException() is IOException or FormatException
            or InvalidOperationException or InvalidDataException)
        {
            // The message of ML.NET lacks the file.
            throw new FormatException($"{path}: {error.GetBaseException().Message.TrimEnd('.')}. "
                + "A quote within a quoted text is written twice.", error);
        }
    }

    private static string Beginning(string text) => text[..Math.Min(40, text.Length)];

    private static bool IsHeader(string label)
        => label.Replace('_', ' ').ToLowerInvariant() is "class" or "class index" or "label" or "category" or "topic";

    /// <summary>
    /// The headlines that come with the sample, written for it; every fifth of a class is for testing.
    /// </summary>
    public static (IReadOnlyList<NewsModel.ModelInput> Train, IReadOnlyList<NewsModel.ModelInput> Test) ReadShipped()
    {
        const string name = "Microsoft.ML.SeqConv.Samples.News.headlines.txt";
        Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        NewsModel.ModelInput[] all = [.. TextLines.Read(stream, name).Where(line => line.Text.Length > 0)
            .Select(line => line.Text.Split('\t'))
            .Select(cells => new NewsModel.ModelInput { Label = cells[0], Text = cells[1] })];
        return ([.. all.Where((_, i) => i / 4 % 5 != 4)], [.. all.Where((_, i) => i / 4 % 5 == 4)]);
    }
}
