using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.Samples.Serving.Models;

namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>A row of a file.</summary>
/// <param name="Series">[channel][time].</param>
/// <param name="Label">What the file says of it; <see langword="null"/> where it says nothing.</param>
internal sealed record SeriesFileRow(Series Series, string? Label);

/// <summary>Files that a person drops on the page, by their extensions, by the readers of this library.</summary>
internal static class SeriesFile
{
    private static readonly string[] Known = [".ts", ".csv", ".tsv", ".txt", ".arff", ".wav"];

    /// <summary>Reads a file.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="model">
    /// States the sample rate of recordings, and whether the lines of a .csv file are channels.
    /// </param>
    /// <param name="limits">How many rows are kept.</param>
    /// <returns>The first rows, and how many there are.</returns>
    /// <exception cref="ProblemException">The file cannot be read.</exception>
    public static (IReadOnlyList<SeriesFileRow> Rows, long Total) Read(
        byte[] body, string name, ServedModel model, ServingOptions limits)
    {
        string extension = Path.GetExtension(name).ToLowerInvariant();
        if (!Known.Contains(extension))
        {
            throw new ProblemException(
                new Problem("file", StatusCodes.Status415UnsupportedMediaType, "The extension of the file",
                    Problems.Show(extension), $"files are read that end in {string.Join(", ", Known)}",
                    "Give the file the extension of its format."));
        }

        if (extension == ".wav")
            return ([new SeriesFileRow(WaveSeriesReader.Read(body, name, model, limits), null)], 1);
        if (extension is not (".ts" or ".arff") && ReadChannels(body, model) is { } series)
            return ([new SeriesFileRow(series, null)], 1);
        try
        {
            var options = new SeriesFileOptions { SeriesLength = model.Scorer.SeriesLength };
            IDataView data = new MLContext().Data
                .LoadFromSeriesFile(() => new MemoryStream(body, writable: false), name, options);
            return ReadRows(data, limits.MaximumBatch);
        }
        catch (FormatException error)
        {
            string rule = extension switch
            {
                ".ts" => "a .ts file has header lines up to '@data', and then a series a line",
                ".arff" => "an .arff file has header lines up to '@data', and then a series a line",
                _ => "a text file has a label and then numbers in each line, or, without labels, "
                    + "a line for each channel of the model",
            };
            throw new ProblemException(Unreadable(name, error, rule), error);
        }
    }

    /// <summary>What a reader of this library says of a file, as a problem.</summary>
    public static Problem Unreadable(string name, FormatException error, string rule)
        => new(
            "file", StatusCodes.Status400BadRequest, $"The file '{name}'",
            $"not readable ({error.Message.TrimEnd('.')})", rule,
            "Correct the place that is named, or save the file again.");

    /// <summary>The rows of a data view with the columns Series and Label.</summary>
    public static (IReadOnlyList<SeriesFileRow> Rows, long Total) ReadRows(IDataView data, int most)
    {
        var type = (VectorDataViewType)data.Schema["Series"].Type;
        int channels = type.Dimensions.Length == 2 ? type.Dimensions[0] : 1;
        IEnumerable<string?> labels = data.Schema["Label"].Type is TextDataViewType
            ? data.GetColumn<string>("Label").Select(label => label.Length == 0 ? null : label)
            : data.GetColumn<float>("Label")
                .Select(target => target.ToString(System.Globalization.CultureInfo.InvariantCulture));
        SeriesFileRow[] rows = [.. data.GetColumn<float[]>("Series")
            .Zip(labels, (values, label) => new SeriesFileRow(new Series(channels, values), label)).Take(most)];
        return (rows, data.GetRowCount() ?? rows.Length);
    }

    // Text whose lines have numbers alone, as many and as long as the channels of the model, is one series.
    private static Series? ReadChannels(byte[] body, ServedModel model)
    {
        try
        {
            Series series = CsvSeriesReader.Read(body);
            return series.Channels == model.Scorer.NumberOfChannels
                && series.Points == (model.Scorer.SeriesLength ?? series.Points) ? series : null;
        }
        catch (ProblemException)
        {
            return null;
        }
    }
}
