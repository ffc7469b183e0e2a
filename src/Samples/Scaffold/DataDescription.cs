using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

internal enum DataKind
{
    /// <summary>A file of labelled series.</summary>
    Series,

    /// <summary>A folder of WAV files.</summary>
    Recordings,

    /// <summary>A file of labelled sentences.</summary>
    Sentences,
}

/// <summary>What a file or folder of a user has.</summary>
/// <param name="Kind">What is in it.</param>
/// <param name="Path">The full path.</param>
/// <param name="Rows">Labelled rows.</param>
/// <param name="Classes">The labels, sorted; <see langword="null"/> where they are numbers to predict.</param>
internal sealed record DataDescription(DataKind Kind, string Path, int Rows, IReadOnlyList<string>? Classes)
{
    /// <summary>Channels of a series.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Points of the shortest and the longest series.</summary>
    public (int Least, int Most) Length { get; init; }

    /// <summary>The length in words: 30 to 60 points.</summary>
    public string Points => $"{(Length.Least == Length.Most ? "" : $"{Length.Least} to ")}{Length.Most} points";

    /// <summary>Whether the column is of unknown size.</summary>
    public bool IsRagged { get; init; }

    /// <summary>Whether a value is missing.</summary>
    public bool HasMissing { get; init; }

    /// <summary>Samples a second of recordings.</summary>
    public int SampleRate { get; init; }

    /// <summary>Reads everything once.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="pattern">
    /// Where the label is in the names of recordings; <see langword="null"/>: the name of the folder is the label.
    /// </param>
    /// <exception cref="IOException">There is no such file or folder, or it cannot be read.</exception>
    /// <exception cref="FormatException">It is in no known format, or has no labels.</exception>
    public static DataDescription Of(string path, string? pattern)
    {
        path = System.IO.Path.GetFullPath(path);
        var context = new MLContext();
        if (Directory.Exists(path))
            return OfRecordings(context, path, pattern);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file or folder '{path}' does not exist.", path);
        if (pattern is not null)
            throw new ArgumentException(
                $"--pattern is for folders of recordings, and '{path}' is a file. Leave it out.");
        return SentencePairs.AreIn(path) ? SentencePairs.Describe(path) : OfSeries(context, path);
    }

    /// <summary>In words: 30 series of 3 channels, 30 to 60 points, 4 classes (circle, shake, swipe, tap).</summary>
    public override string ToString()
    {
        string rows = Kind switch
        {
            DataKind.Recordings => $"{Rows} recordings, {SampleRate} samples a second",
            DataKind.Sentences => $"{Rows} sentences",
            _ => $"{Rows} series of {Channels} channel{(Channels == 1 ? "" : "s")}, "
                + $"{Points}{(HasMissing ? ", some missing" : "")}",
        };
        return Classes is null ? $"{rows}, numbers to predict"
            : $"{rows}, {Classes.Count} classes ({string.Join(", ", Classes.Take(10))}"
                + $"{(Classes.Count > 10 ? ", ..." : "")})";
    }

    private static DataDescription OfRecordings(MLContext context, string path, string? pattern)
    {
        IDataView data = context.Data.LoadFromAudioFolder(path, new AudioFolderOptions { FileNamePattern = pattern });
        string[] labels = [.. data.GetColumn<string>("Label")];
        return new(DataKind.Recordings, path, labels.Length, Distinct(labels))
        {
            SampleRate = WaveFile.Read(data.GetColumn<string>("Path").First()).SampleRate
        };
    }

    private static DataDescription OfSeries(MLContext context, string path)
    {
        IDataView data = LabelledFile.Load(context, path);
        var type = (VectorDataViewType)data.Schema["Series"].Type;
        int channels = type.Dimensions.Length == 2 ? type.Dimensions[0] : 1;
        DataViewSchema.Column label = data.Schema["Label"];
        int rows = 0;
        int least = int.MaxValue;
        int most = 0;
        bool missing = false;
        foreach (float[] series in data.GetColumn<float[]>("Series"))
        {
            rows++;
            least = Math.Min(least, series.Length / channels);
            most = Math.Max(most, series.Length / channels);
            missing |= series.Any(float.IsNaN);
        }

        return new(DataKind.Series, path, rows,
            label.Type is TextDataViewType ? Distinct(data.GetColumn<string>("Label")) : null)
        {
            Channels = channels,
            Length = (least, most),
            IsRagged = !type.IsKnownSize,
            HasMissing = missing,
        };
    }

    private static string[] Distinct(IEnumerable<string> labels)
        => [.. labels.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Text files of a label, a tab and a sentence a line.</summary>
    private static class SentencePairs
    {
        /// <summary>
        /// Whether a file is one: a .txt or .tsv file in whose first line something after the first tab or
        /// blank is no number.
        /// </summary>
        public static bool AreIn(string path)
            => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".tsv"
                && TextLines.Read(path).Select(line => line.Text)
                    .FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) is string line
                && line.Split(['\t', ' ', ','], StringSplitOptions.RemoveEmptyEntries).Skip(1)
                    .Any(cell => cell != "?" && !IsNumber(cell));

        public static DataDescription Describe(string path)
        {
            var labels = new List<string>();
            foreach ((int number, string line) in TextLines.Read(path))
            {
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                int tab = line.IndexOf('\t', StringComparison.Ordinal);
                if (tab <= 0 || string.IsNullOrWhiteSpace(line[(tab + 1)..]) || line.IndexOf('\t', tab + 1) >= 0)
                {
                    throw new FormatException(
                        $"{path}({number},1): the line '{line[..Math.Min(40, line.Length)]}' is not a label, "
                        + "one tab and a sentence. Write every line so, or numbers after the label for series.");
                }

                labels.Add(line[..tab]);
            }

            return new(DataKind.Sentences, path, labels.Count, Distinct(labels));
        }

        private static bool IsNumber(string cell)
            => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }
}
