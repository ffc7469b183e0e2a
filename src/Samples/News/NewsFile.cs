using System.Reflection;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.News;

/// <summary>Files of labelled texts: comma-separated, quoted where needed; the class first, the other columns are joined to the text.</summary>
internal static class NewsFile
{
    private const int MostColumns = 10;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It has no row with a class and a text.</exception>
    public static IReadOnlyList<NewsModel.ModelInput> Read(MLContext context, string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        TextLoader loader = context.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = [','],
            AllowQuoting = true,
            ReadMultilines = true,
            Columns = [new("Class", DataKind.String, 0), new("Texts", DataKind.String, 1, MostColumns)],
        });
        IDataView rows = loader.Load(path);
        NewsModel.ModelInput[] read =
        [
            .. rows.GetColumn<string>("Class").Zip(rows.GetColumn<string[]>("Texts"), (label, texts) => new NewsModel.ModelInput { Label = label, Text = string.Join(' ', texts.Where(text => !string.IsNullOrEmpty(text))) })
                .Where((row, i) => row.Label.Length > 0 && !(i == 0 && IsHeader(row.Label))),
        ];
        return read.Any(row => row.Text.Length > 0) ? read
            : throw new FormatException($"{path}: the file has no row with a class and a text; a row is class,text or class,title,text, with quotes around texts that hold commas.");
    }

    private static bool IsHeader(string label) => label.Replace('_', ' ').ToLowerInvariant() is "class" or "class index" or "label" or "category" or "topic";

    /// <summary>The headlines that come with the sample, written for it; every fifth of a class is for testing.</summary>
    public static (IReadOnlyList<NewsModel.ModelInput> Train, IReadOnlyList<NewsModel.ModelInput> Test) ReadShipped()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Microsoft.ML.SeqConv.Samples.News.headlines.txt")!, Encoding.UTF8);
        NewsModel.ModelInput[] all = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(cells => new NewsModel.ModelInput { Label = cells[0], Text = cells[1] })];
        return ([.. all.Where((_, i) => i / 4 % 5 != 4)], [.. all.Where((_, i) => i / 4 % 5 == 4)]);
    }
}
