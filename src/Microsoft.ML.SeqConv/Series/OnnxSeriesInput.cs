using System.Globalization;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What an exported file says of a series that it reads, so that a scorer can refuse what the graph cannot.
/// </summary>
/// <param name="Column">The input's name.</param>
/// <param name="Channels">Channels of a series.</param>
/// <param name="Length">Points a channel; <see langword="null"/> for any.</param>
/// <param name="MissingValues">What NaN becomes.</param>
/// <param name="MinimumLength">The fewest points.</param>
/// <param name="NumberOfFeatures">Features made of it.</param>
/// <param name="SampleRate">Samples a second of a recording; <see langword="null"/> for other series.</param>
/// <param name="Layout">In which order it is read.</param>
internal sealed record OnnxSeriesInput(string Column, int Channels, int? Length, MissingValues MissingValues,
    int MinimumLength, int NumberOfFeatures, int? SampleRate, SeriesLayout Layout)
{
    private const string Prefix = "seqconv.series.";

    /// <summary>
    /// Writes the entry of the file's metadata. Where several steps read the column, that of all: the strictest rule
    /// for missing values, and the largest of the fewest points.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another step reads the column in another shape.</exception>
    public void Describe(SortedDictionary<string, string> metadata)
    {
        if (Find(metadata, Column) is { } other)
        {
            if (other.Channels != Channels || (other.Layout != Layout && Channels > 1))
            {
                throw new InvalidOperationException($"Column '{Column}' is read as {other.Channels} channels, "
                    + $"{other.Layout}, by one step and as {Channels} channels, {Layout}, "
                    + "by another; an ONNX file says "
                    + "it once. Give the steps one NumberOfChannels and one Layout, or copies of the column.");
            }

            Merge(other).Write(metadata);
            return;
        }

        Write(metadata);
    }

    private OnnxSeriesInput Merge(OnnxSeriesInput other) => this with
    {
        Length = Length ?? other.Length,
        MissingValues = Strictness(MissingValues) >= Strictness(other.MissingValues)
            ? MissingValues
            : other.MissingValues,
        MinimumLength = Math.Max(MinimumLength, other.MinimumLength),
        NumberOfFeatures = NumberOfFeatures + other.NumberOfFeatures,
        SampleRate = SampleRate ?? other.SampleRate,
    };

    // How many series are refused.
    private static int Strictness(MissingValues rule) => rule switch
    {
        MissingValues.Error => 2,
        MissingValues.Interpolate => 1,
        _ => 0,
    };

    private void Write(SortedDictionary<string, string> metadata)
    {
        string layout = Layout == SeriesLayout.ChannelTime ? "" : $" layout={Layout}";
        string rate = SampleRate is null ? "" : string.Create(CultureInfo.InvariantCulture, $" rate={SampleRate}");
        metadata[Prefix + Column] = string.Create(CultureInfo.InvariantCulture,
            $"channels={Channels} length={Length ?? 0} missing={MissingValues} minimum={MinimumLength} "
            + $"features={NumberOfFeatures}{rate}{layout}");
    }

    /// <summary>
    /// Reads the entry of an input; <see langword="null"/> where the file has none, or one that is damaged.
    /// </summary>
    public static OnnxSeriesInput? Find(IReadOnlyDictionary<string, string> metadata, string column)
    {
        if (!metadata.TryGetValue(Prefix + column, out string? text))
            return null;
        Dictionary<string, string> parts = text.Split(' ').Select(part => part.Split('='))
            .Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1]);
        int Number(string name)
            => parts.TryGetValue(name, out string? value)
                && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        if (Number("channels") < 1 || !parts.TryGetValue("missing", out string? missing)
            || !Enum.TryParse(missing, out MissingValues rule))
            return null;
        SeriesLayout layout = parts.TryGetValue("layout", out string? order)
            && Enum.TryParse(order, out SeriesLayout known) ? known : SeriesLayout.ChannelTime;
        int? Positive(string name) => Number(name) is > 0 and int number ? number : null;
        return new(column, Number("channels"), Positive("length"), rule, Number("minimum"),
            Number("features"), Positive("rate"), layout);
    }
}
