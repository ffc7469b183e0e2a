using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>
/// Reads and writes files of labelled series. A file gives the columns <c>Series</c>, a vector of Single of the
/// dimensions [time] or [channel, time] (of unknown length where lengths differ), and <c>Label</c>, text for classes
/// and Single for regression. NaN is a missing value.
/// </summary>
/// <remarks>
/// A file is read once when it is opened, to check every row and to find its shape, and then streamed: memory does not
/// grow with its rows. Every error names file, line and column. Numbers are read and written alike in every culture. A
/// line may have up to 128 MiB. Text is UTF-8, or in the encoding of the options; bytes that it does not have are an
/// error. A label that is empty, <c>?</c> or <c>NaN</c> is missing: empty text, of which MapValueToKey makes the
/// missing key, or NaN. Class names are in Unicode's normal form C; without ICU, names with combining marks are an
/// error. A control character in a label is an error.
/// </remarks>
public static class SeriesFileCatalog
{
    /// <summary>
    /// Opens a file of any of the formats by its extension: .ts; .arff; .tsv, .txt or .csv as the UCR
    /// archive writes them.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Encoding and rules; default: those of <see cref="SeriesFileOptions"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">
    /// The file breaks a rule of its format; the message names file, line and column.
    /// </exception>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static IDataView LoadFromSeriesFile(
        this DataOperationsCatalog catalog, string path, SeriesFileOptions? options = null)
    {
        return Open(catalog, path, options, FormatOf);
    }

    /// <summary>
    /// Opens a file that is in memory or elsewhere, of any of the formats by the extension of its name.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="open">Opens the file's bytes at their beginning, once for every reading; the reader disposes of
    /// the stream.</param>
    /// <param name="name">The file's name, for its extension and for messages.</param>
    /// <param name="options">Encoding and rules; default: those of <see cref="SeriesFileOptions"/>.</param>
    /// <exception cref="FormatException">
    /// The file breaks a rule of its format; the message names file, line and column.
    /// </exception>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static IDataView LoadFromSeriesFile(
        this DataOperationsCatalog catalog, Func<Stream> open, string name, SeriesFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrEmpty(name);
        SeriesFileOptions rules = (options ?? new()).CheckedCopy();
        Func<Stream, SeriesFileReader> read = FormatOf(name, rules);
        return new SeriesFileView(name, () => OpenReader(open(), read), rules);
    }

    /// <summary>Opens a .ts file of sktime or aeon.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Encoding and rules; default: those of <see cref="SeriesFileOptions"/>.</param>
    /// <remarks>
    /// The header must say whether rows end with a label: <c>@classLabel</c> or <c>@targetLabel</c>, true or false;
    /// without labels the column <c>Label</c> is missing text. On lengths, channels and missing values it may be
    /// silent; what it says must be true, and tags that are not known are an error. With <c>@equalLength false</c> the
    /// column is of unknown size even where the lengths of this file agree. With <c>@targetLabel true</c> the label is
    /// a number. With <c>@timeStamps true</c> the times, numbers or dates as 2026-01-31 12:30:00, must increase within
    /// a channel, and the values are taken as evenly spaced.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">
    /// The file breaks a rule of its format; the message names file, line and column.
    /// </exception>
    public static IDataView LoadFromTsFile(
        this DataOperationsCatalog catalog, string path, SeriesFileOptions? options = null)
        => Open(catalog, path, options, Ts);

    /// <summary>
    /// Opens a text file as the UCR archive writes them: a series a line, the class label first, separated by
    /// tabs, commas or blanks.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Encoding and rules; default: those of <see cref="SeriesFileOptions"/>.</param>
    /// <remarks>
    /// Missing values at the end of a line are padding or gaps by the whole file, see
    /// <see cref="TrailingMissing.Auto"/>. An empty cell at the end of a line is one; where every line ends in a
    /// separator, that ends the line and is no value.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">
    /// The file breaks a rule of its format; the message names file, line and column.
    /// </exception>
    public static IDataView LoadFromUcrFile(
        this DataOperationsCatalog catalog, string path, SeriesFileOptions? options = null)
        => Open(catalog, path, options, Ucr);

    /// <summary>
    /// Opens an .arff file of the time series archives: numeric attributes, or one relational attribute of channels,
    /// and then the label.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Encoding and rules; default: those of <see cref="SeriesFileOptions"/>.</param>
    /// <remarks>
    /// A backslash is an escape in quotes only. Weights of attributes, <c>{2.0}</c> behind the type, are not used; a
    /// weight of a row is an error.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">
    /// The file breaks a rule of its format; the message names file, line and column.
    /// </exception>
    public static IDataView LoadFromArffFile(
        this DataOperationsCatalog catalog, string path, SeriesFileOptions? options = null)
        => Open(catalog, path, options, Arff);

    /// <summary>Writes a .ts file: through a temporary file, so that an error leaves an older file as it was.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="data">The data; it is read twice.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="seriesColumnName">A vector of Single; two dimensions are [channel, time].</param>
    /// <param name="labelColumnName">
    /// Text, a key with text values, or Boolean (<c>True</c>, <c>False</c>): a class, written in Unicode's normal form
    /// C. Single or Double: a target.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="FormatException">A label or a value cannot be written in the format.</exception>
    public static void SaveAsTsFile(this DataOperationsCatalog catalog, IDataView data, string path,
        string seriesColumnName = "Series", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TsWriter.Write(data, path, seriesColumnName, labelColumnName);
    }

    private delegate Func<Stream, SeriesFileReader> Format(string path, SeriesFileOptions options);

    private static Func<Stream, SeriesFileReader> Ts(string path, SeriesFileOptions options)
        => stream => new TsReader(stream, path, options.Encoding, options.UnequalChannels);

    private static Func<Stream, SeriesFileReader> Ucr(string path, SeriesFileOptions options)
        => stream => new UcrReader(stream, path, options.Encoding);

    private static Func<Stream, SeriesFileReader> Arff(string path, SeriesFileOptions options)
        => stream => new ArffReader(stream, path, options.Encoding);

    private static Func<Stream, SeriesFileReader> FormatOf(string path, SeriesFileOptions options)
        => Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".ts" => Ts(path, options),
            ".arff" => Arff(path, options),
            ".tsv" or ".txt" or ".csv" => Ucr(path, options),
            string other => throw new ArgumentException($"The file '{path}' has the extension '{other}'; "
                + "series are read from .ts, .arff, .tsv, .txt and .csv files.", nameof(path)),
        };

    private static SeriesFileView Open(
        DataOperationsCatalog catalog, string path, SeriesFileOptions? options, Format format)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        SeriesFileOptions rules = (options ?? new()).CheckedCopy();
        Func<Stream, SeriesFileReader> read = format(path, rules);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist. Check the path; "
                + $"relative ones begin at '{Directory.GetCurrentDirectory()}'.", path);
        return new SeriesFileView(path,
            () => OpenReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1,
                FileOptions.SequentialScan), read), rules);
    }

    private static SeriesFileReader OpenReader(Stream stream, Func<Stream, SeriesFileReader> read)
    {
        try
        {
            return read(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
