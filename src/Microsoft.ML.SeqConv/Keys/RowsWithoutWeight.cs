using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The one warning of rows whose weight is 0. Such a row is as if it were not there.</summary>
internal static class RowsWithoutWeight
{
    /// <summary>Warns where rows were left out.</summary>
    /// <param name="warn">Gets the warning.</param>
    /// <param name="weightColumn">The column of weights.</param>
    /// <param name="label">The label column.</param>
    /// <param name="count">Rows whose weight is 0.</param>
    /// <param name="total">All rows.</param>
    /// <param name="lostClasses">Classes, as numbers from 0, that only such rows have.</param>
    /// <param name="rows">What kind of rows they are: <c>rows</c> or <c>validation rows</c>.</param>
    public static void Warn(
        Action<string> warn, string weightColumn, DataViewSchema.Column label, long count, long total,
        IEnumerable<float> lostClasses, string rows = "rows")
    {
        if (count == 0)
            return;
        string left = count == 1 ? "it is" : "they are";
        warn(
            $"Column '{weightColumn}' is 0 in {count} of {total} {rows}; {left} left out."
            + Classes(label, lostClasses));
    }

    private static string Classes(DataViewSchema.Column label, IEnumerable<float> lostClasses)
    {
        if (label.Type is not KeyDataViewType)
            return "";
        string[] names = LabelValues.Of(label).Names;
        string[] lost = [.. lostClasses.Select(key => $"'{names[(int)key]}'")];
        return lost.Length == 0 ? "" : $" No other rows have the classes {string.Join(", ", lost)}, "
            + "which the model therefore does not know. Give their rows a weight above 0.";
    }
}
