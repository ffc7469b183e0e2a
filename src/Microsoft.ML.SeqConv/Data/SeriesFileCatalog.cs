using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>
/// Reads and writes files of labelled series. A file gives the columns <c>Series</c>, a vector of Single of the dimensions [time] or [channel, time] (of unknown length where lengths
/// differ), and <c>Label</c>, text for classes and Single for regression. NaN is a missing value.
/// </summary>
/// <remarks>
/// A file is read once when it is opened, to check every row and to find its shape, and then streamed: memory does not grow with its rows. Every error names file,
/// line and column. Numbers are read and written alike in every culture. A line may have up to 128 MiB.
/// </remarks>
public static class SeriesFileCatalog
{
    /// <summary>Opens a file of any of the formats by its extension: .ts; .arff; .tsv, .txt or .csv as the UCR archive writes them.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file breaks a rule of its format; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static IDataView LoadFromSeriesFile(this DataOperationsCatalog catalog, string path)
    {
        return Open(catalog, path, FormatOf(path));
    }

    /// <summary>Opens a file that is in memory or elsewhere, of any of the formats by the extension of its name.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="open">Opens the file's bytes at their beginning, anew for every reading; the reader disposes of the stream.</param>
    /// <param name="name">The file's name, for its extension and for messages.</param>
    /// <exception cref="FormatException">The file breaks a rule of its format; the message names file, line and column.</exception>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static IDataView LoadFromSeriesFile(this DataOperationsCatalog catalog, Func<Stream> open, string name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Func<Stream, SeriesFileReader> read = FormatOf(name);
        return new SeriesFileView(name, () => OpenReader(open(), read));
    }

    /// <summary>Opens a .ts file of sktime or aeon.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <remarks>
    /// Headers may be missing; what they say must be true. With <c>@equalLength false</c> the column is of unknown size even where the lengths of this file agree. With <c>@targetLabel true</c> the label is a number. With <c>@timeStamps true</c> the values are read and taken as
    /// evenly spaced.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file breaks a rule of its format; the message names file, line and column.</exception>
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path) => Open(catalog, path, stream => new TsReader(stream, path));

    /// <summary>Opens a text file as the UCR archive writes them: a series a line, the class label first, separated by tabs, commas or blanks.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <remarks>Missing values at the end of a line are taken as padding: the series is shorter.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file breaks a rule of its format; the message names file, line and column.</exception>
    public static IDataView LoadFromUcrFile(this DataOperationsCatalog catalog, string path) => Open(catalog, path, stream => new UcrReader(stream, path));

    /// <summary>Opens an .arff file of the time series archives: numeric attributes, or one relational attribute of channels, and then the label.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file breaks a rule of its format; the message names file, line and column.</exception>
    public static IDataView LoadFromArffFile(this DataOperationsCatalog catalog, string path) => Open(catalog, path, stream => new ArffReader(stream, path));

    /// <summary>Writes a .ts file: through a temporary file, so that an error leaves an older file as it was.</summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="data">The data; it is read twice.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="seriesColumnName">A vector of Single; two dimensions are [channel, time].</param>
    /// <param name="labelColumnName">Text, a key with text values, or Boolean: a class. Single or Double: a target.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="FormatException">A label or a value cannot be written in the format.</exception>
    public static void SaveAsTsFile(this DataOperationsCatalog catalog, IDataView data, string path, string seriesColumnName = "Series", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TsWriter.Write(data, path, seriesColumnName, labelColumnName);
    }

    private static Func<Stream, SeriesFileReader> FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".ts" => stream => new TsReader(stream, path),
        ".arff" => stream => new ArffReader(stream, path),
        ".tsv" or ".txt" or ".csv" => stream => new UcrReader(stream, path),
        string other => throw new ArgumentException($"The file '{path}' has the extension '{other}'; series are read from .ts, .arff, .tsv, .txt and .csv files.", nameof(path)),
    };

    private static SeriesFileView Open(DataOperationsCatalog catalog, string path, Func<Stream, SeriesFileReader> read)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist. Check the path; relative ones begin at '{Directory.GetCurrentDirectory()}'.", path);
        return new SeriesFileView(path, () => OpenReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan), read));
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
