using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The times of points. Each has a key of 64 bits, by which times of its type are sorted and distinguished without
/// rounding.
/// </summary>
internal sealed class PointTimes
{
    private readonly DataViewSchema.Column _column;
    private readonly Func<string, long> _read;
    private readonly Func<long, string> _show;

    private PointTimes(DataViewSchema.Column column, Func<string, long> read, Func<long, string> show)
        => (_column, _read, _show) = (column, read, show);

    /// <summary>The times of the rows that a cursor stands on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is no time.</exception>
    public static PointTimes Of(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type type when column.Type is KeyDataViewType || type == typeof(bool) => throw WrongType(column),
        Type type when type == typeof(float) => OfReal<float>(cursor, column, value => value, number => (float)number),
        Type type when type == typeof(double) => OfReal<double>(cursor, column, value => value, number => number),
        Type type when type == typeof(sbyte) => OfWhole<sbyte>(cursor, column, value => value),
        Type type when type == typeof(byte) => OfWhole<byte>(cursor, column, value => value),
        Type type when type == typeof(short) => OfWhole<short>(cursor, column, value => value),
        Type type when type == typeof(ushort) => OfWhole<ushort>(cursor, column, value => value),
        Type type when type == typeof(int) => OfWhole<int>(cursor, column, value => value),
        Type type when type == typeof(uint) => OfWhole<uint>(cursor, column, value => value),
        Type type when type == typeof(long) => OfWhole<long>(cursor, column, value => value),
        Type type when type == typeof(ulong) => Of<ulong>(
            cursor, column, value => (long)value ^ long.MinValue, key => Show((ulong)(key ^ long.MinValue))),
        Type type when type == typeof(DateTime) => Of<DateTime>(
            cursor, column, value => value.Ticks, key => Show(new DateTime(key), "O"), value => value == default),
        Type type when type == typeof(DateTimeOffset) => Of<DateTimeOffset>(
            cursor, column, value => value.UtcTicks, key => Show(new DateTimeOffset(key, TimeSpan.Zero), "O"),
            value => value == default),
        Type type when type == typeof(TimeSpan) => Of<TimeSpan>(
            cursor, column, value => value.Ticks, key => Show(new TimeSpan(key), "c")),
        _ => throw WrongType(column),
    };

    /// <summary>The key of the time of the row that the cursor stands on.</summary>
    /// <param name="series">The series of the row, for messages.</param>
    /// <exception cref="InvalidOperationException">The time is missing or infinite.</exception>
    public long Read(string series) => _read(series);

    /// <summary>The values of a series in the order of their times.</summary>
    /// <param name="points">Its points.</param>
    /// <param name="series">Its name, for messages.</param>
    /// <exception cref="InvalidOperationException">A time is there twice.</exception>
    public float[] Sorted(List<(long Time, float Value)> points, string series)
    {
        points.Sort((a, b) => a.Time.CompareTo(b.Time));
        for (int i = 1; i < points.Count; i++)
        {
            if (points[i].Time == points[i - 1].Time)
            {
                throw new InvalidOperationException(
                    $"Column '{_column.Name}' has the time {_show(points[i].Time)} in two rows{Where(series)}; "
                    + "a series has one value at a time. Remove one of the rows, "
                    + "or name the column that identifies the series.");
            }
        }

        return [.. points.Select(point => point.Value)];
    }

    private static PointTimes OfWhole<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, long> toKey)
        => Of(cursor, column, toKey, key => Show(key));

    // The bits of positive numbers are in their order, those of negative ones in the opposite; -0 is 0.
    private static PointTimes OfReal<T>(
        DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, double> toReal,
        Func<double, IFormattable> toShow)
    {
        return Of<T>(
            cursor, column,
            value => Ordered(BitConverter.DoubleToInt64Bits(toReal(value) + 0.0)),
            key => Show(toShow(BitConverter.Int64BitsToDouble(Ordered(key)))),
            value => double.IsNaN(toReal(value)),
            value => double.IsInfinity(toReal(value)));

        static long Ordered(long bits) => bits >= 0 ? bits : bits ^ long.MaxValue;
    }

    private static PointTimes Of<T>(
        DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, long> toKey, Func<long, string> show,
        Predicate<T>? isMissing = null, Predicate<T>? isInfinite = null)
    {
        ValueGetter<T> get = cursor.GetGetter<T>(column);
        T value = default!;
        return new PointTimes(column, Read, show);

        long Read(string series)
        {
            get(ref value);
            if (isMissing?.Invoke(value) == true)
            {
                throw new InvalidOperationException($"Column '{column.Name}' is missing in a row{Where(series)}; "
                    + "each point needs a time. Remove such rows, or fill in their times.");
            }

            return isInfinite?.Invoke(value) != true ? toKey(value) : throw new InvalidOperationException(
                $"Column '{column.Name}' is infinite in a row{Where(series)}; times are finite. "
                + "Correct or remove the row.");
        }
    }

    private static string Where(string series) => series.Length == 0 ? "" : $" in the series '{series}'";

    private static string Show(IFormattable value, string? format = null)
        => value.ToString(format, CultureInfo.InvariantCulture);

    private static ArgumentOutOfRangeException WrongType(DataViewSchema.Column column) => SchemaColumns.WrongType(
        column, "a time must be a number, DateTime, DateTimeOffset or TimeSpan. "
        + "Convert it, for example with mlContext.Transforms.Conversion.ConvertType.", "data");
}
