using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes rows of points into rows of series.</summary>
public static class GatherSeriesCatalog
{
    /// <summary>
    /// The annotation of the column <c>Series</c> that says by what points are ordered: the name of the time column, or
    /// <c>rows</c> where points were taken in the order of the rows.
    /// </summary>
    internal const string OrderAnnotation = "SeriesOrder";

    /// <summary>
    /// Gathers the values of a column whose rows are points in time into one series, or into one for each name in
    /// another column. Columns: <c>Series</c>, a vector of Single of unknown size, and <c>Name</c>, text. Series are in
    /// the order of their first rows. Name the time column wherever there is one: without it points are taken in the
    /// order of the rows, and rows that were shuffled give scrambled series without an error.
    /// <c>SeriesOrder</c> says which it was.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="data">Rows; read once, now.</param>
    /// <param name="valueColumnName">Single.</param>
    /// <param name="nameColumnName">Text: which series a row belongs to; <see langword="null"/>: all are one.</param>
    /// <param name="timeColumnName">
    /// A number, DateTime, DateTimeOffset or TimeSpan by which the points of a series are sorted;
    /// <see langword="null"/>: rows are in the order of time. Times are compared in their own type, to its last bit.
    /// Missing are NaN and, of dates, the default, 0001-01-01, which ML.NET makes of an empty cell. Integers and
    /// TimeSpan have no missing value: an empty cell is the time 0; read such columns as Double.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A time is missing or infinite, or a series has one twice.
    /// </exception>
    public static IDataView GatherSeries(
        this DataOperationsCatalog catalog, IDataView data, string valueColumnName, string? nameColumnName = null,
        string? timeColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        DataViewSchema.Column values = data.Schema.Find(valueColumnName,
            "GatherSeries reads it", parameter: nameof(data));
        if (values.Type != NumberDataViewType.Single)
            throw SchemaColumns.WrongType(
                values, "it must be Single. Append mlContext.Transforms.Conversion.ConvertType before it.",
                nameof(data));
        DataViewSchema.Column? names =
            nameColumnName is null
                ? null
                : data.Schema.Find(nameColumnName, "GatherSeries reads it", parameter: nameof(data));
        if (names is { } named && named.Type is not TextDataViewType)
            throw SchemaColumns.WrongType(named, "it must be String. Name a column of text.", nameof(data));
        DataViewSchema.Column? times =
            timeColumnName is null
                ? null
                : data.Schema.Find(timeColumnName, "GatherSeries reads it", parameter: nameof(data));

        var series = new Dictionary<string, List<(long Time, float Value)>>(StringComparer.Ordinal);
        var byText = new Dictionary<string, (string Name, List<(long, float)> Points)>(StringComparer.Ordinal);
        DataViewSchema.Column?[] needed = [values, names, times];
        using DataViewRowCursor cursor = data.GetRowCursor(needed.OfType<DataViewSchema.Column>());
        ValueGetter<float> getValue = cursor.GetGetter<float>(values);
        ValueGetter<ReadOnlyMemory<char>>? getName =
            names is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
        PointTimes? pointTimes = times is { } asked ? PointTimes.Of(cursor, asked) : null;
        float value = 0;
        ReadOnlyMemory<char> name = default;
        while (cursor.MoveNext())
        {
            getValue(ref value);
            getName?.Invoke(ref name);
            string text = name.ToString();
            if (!byText.TryGetValue(text, out (string Name, List<(long, float)> Points) one))
            {
                string normal = ClassName.Normalized(text);
                if (!series.TryGetValue(normal, out List<(long, float)>? points))
                    series.Add(normal, points = []);
                byText.Add(text, one = (normal, points));
            }

            one.Points.Add((pointTimes?.Read(one.Name) ?? 0, value));
        }

        SchemaDefinition schema = SchemaDefinition.Create(typeof(GatheredSeries));
        schema[nameof(GatheredSeries.Series)].AddAnnotation(
            OrderAnnotation, (timeColumnName ?? "rows").AsMemory(), TextDataViewType.Instance);
        return catalog.LoadFromEnumerable(series.Select(pair => new GatheredSeries
        {
            Series = pointTimes?.Sorted(pair.Value, pair.Key) ?? [.. pair.Value.Select(point => point.Value)],
            Name = pair.Key,
        }).ToList(), schema);
    }

    private sealed class GatheredSeries
    {
        [VectorType]
        public float[] Series { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
