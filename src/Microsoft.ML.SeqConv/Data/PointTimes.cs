using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The times of points, as numbers to sort by.</summary>
internal static class PointTimes
{
    /// <summary>Reads the time of the row that a cursor stands on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is no time.</exception>
    public static Func<double> Getter(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type type when column.Type is KeyDataViewType || type == typeof(bool) => throw WrongType(column),
        Type type when type == typeof(float) => Of<float>(cursor, column, value => value),
        Type type when type == typeof(double) => Of<double>(cursor, column, value => value),
        Type type when type == typeof(sbyte) => Of<sbyte>(cursor, column, value => value),
        Type type when type == typeof(byte) => Of<byte>(cursor, column, value => value),
        Type type when type == typeof(short) => Of<short>(cursor, column, value => value),
        Type type when type == typeof(ushort) => Of<ushort>(cursor, column, value => value),
        Type type when type == typeof(int) => Of<int>(cursor, column, value => value),
        Type type when type == typeof(uint) => Of<uint>(cursor, column, value => value),
        Type type when type == typeof(long) => Of<long>(cursor, column, value => value),
        Type type when type == typeof(ulong) => Of<ulong>(cursor, column, value => value),
        Type type when type == typeof(DateTime) => Of<DateTime>(cursor, column, value => value.Ticks),
        Type type when type == typeof(DateTimeOffset) => Of<DateTimeOffset>(cursor, column, value => value.UtcTicks),
        Type type when type == typeof(TimeSpan) => Of<TimeSpan>(cursor, column, value => value.Ticks),
        _ => throw WrongType(column),
    };

    /// <summary>The values of a series in the order of their times.</summary>
    /// <param name="points">Its points.</param>
    /// <param name="column">The time column; <see langword="null"/>: the points are in order.</param>
    /// <param name="name">The series, for messages.</param>
    /// <exception cref="InvalidOperationException">A time is missing, or there twice.</exception>
    public static float[] Sorted(List<(double Time, float Value)> points, string? column, string name)
    {
        if (column is null)
            return [.. points.Select(point => point.Value)];
        string where = name.Length == 0 ? "" : $" in the series '{name}'";
        if (points.Exists(point => double.IsNaN(point.Time)))
            throw new InvalidOperationException($"Column '{column}' is missing in a row{where}; each point needs a time. Remove such rows, or fill in their times.");
        points.Sort((a, b) => a.Time.CompareTo(b.Time));
        for (int i = 1; i < points.Count; i++)
        {
            if (points[i].Time == points[i - 1].Time)
            {
                throw new InvalidOperationException($"Column '{column}' has the time {points[i].Time.ToString(CultureInfo.InvariantCulture)} in two rows{where}; "
                    + "a series has one value at a time. Remove one of the rows, or name the column that tells series apart.");
            }
        }

        return [.. points.Select(point => point.Value)];
    }

    private static Func<double> Of<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, double> toNumber)
    {
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return toNumber(value);
        };
    }

    private static ArgumentOutOfRangeException WrongType(DataViewSchema.Column column) => new("inputSchema",
        $"Column '{column.Name}' is {column.Type}; a time must be a number, DateTime, DateTimeOffset or TimeSpan. "
        + "Convert it, for example with mlContext.Transforms.Conversion.ConvertType.");
}
