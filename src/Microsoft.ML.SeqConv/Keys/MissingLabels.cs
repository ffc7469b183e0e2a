namespace Microsoft.ML.SeqConv;

/// <summary>The one warning of rows whose label is missing: a missing key, or NaN.</summary>
internal static class MissingLabels
{
    /// <summary>Warns where rows were left out.</summary>
    /// <param name="warn">Gets the warning.</param>
    /// <param name="column">The label column.</param>
    /// <param name="missing">Rows without a label.</param>
    /// <param name="total">All rows.</param>
    /// <param name="rows">What kind of rows they are: <c>rows</c> or <c>validation rows</c>.</param>
    public static void Warn(Action<string> warn, string column, long missing, long total, string rows = "rows")
    {
        if (missing > 0)
        {
            string left = missing == 1 ? "it is" : "they are";
            warn($"Column '{column}' is missing in {missing} of {total} {rows}; {left} left out. "
                + "Add the labels, or remove the rows.");
        }
    }
}
