using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Makes rows of points into rows of series.</summary>
public static class GatherSeriesCatalog
{
    /// <summary>
    /// Gathers the values of a column whose rows are points in time, in order, into one series; or into one for each name in another column. Columns: <c>Series</c>, a vector of Single of
    /// unknown size, and <c>Name</c>, text. Series are in the order of their first points.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="data">Rows in the order of time; it is read once, now.</param>
    /// <param name="valueColumnName">Single.</param>
    /// <param name="nameColumnName">Text: which series a row belongs to; <see langword="null"/>: all are one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static IDataView GatherSeries(this DataOperationsCatalog catalog, IDataView data, string valueColumnName, string? nameColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        DataViewSchema.Column values = Find(data.Schema, valueColumnName, NumberDataViewType.Single, "Append mlContext.Transforms.Conversion.ConvertType before it.");
        DataViewSchema.Column? names = nameColumnName is null ? null : Find(data.Schema, nameColumnName, TextDataViewType.Instance, "Name a column of text.");
        var series = new Dictionary<string, List<float>>();
        using DataViewRowCursor cursor = data.GetRowCursor([values, .. names is { } asked ? new[] { asked } : []]);
        ValueGetter<float> getValue = cursor.GetGetter<float>(values);
        ValueGetter<ReadOnlyMemory<char>>? getName = names is { } column ? cursor.GetGetter<ReadOnlyMemory<char>>(column) : null;
        float value = 0;
        ReadOnlyMemory<char> name = default;
        while (cursor.MoveNext())
        {
            getValue(ref value);
            getName?.Invoke(ref name);
            if (!series.TryGetValue(name.ToString(), out List<float>? points))
                series.Add(name.ToString(), points = []);
            points.Add(value);
        }

        return catalog.LoadFromEnumerable(series.Select(pair => new GatheredSeries { Series = [.. pair.Value], Name = pair.Key }).ToList());
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, DataViewType type, string remedy)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (schema.GetColumnOrNull(name) is not { } column)
            throw new ArgumentOutOfRangeException("inputSchema", $"Column '{name}' is missing. The columns are {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}.");
        return column.Type.Equals(type) ? column : throw new ArgumentOutOfRangeException("inputSchema", $"Column '{name}' is {column.Type}; it must be {type}. {remedy}");
    }

    private sealed class GatheredSeries
    {
        [VectorType]
        public float[] Series { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
