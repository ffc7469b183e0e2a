using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The one warning of rows whose label is missing: a missing key, or NaN.</summary>
internal static class MissingLabels
{
    /// <summary>Warns where rows were left out, of work that is no component's.</summary>
    /// <param name="environment">Gets the warning.</param>
    /// <param name="column">The label column.</param>
    /// <param name="missing">Rows without a label.</param>
    /// <param name="total">All rows.</param>
    public static void Warn(IHostEnvironment environment, string column, long missing, long total)
    {
        using IChannel channel = environment.Start("Reading");
        Warn(channel, column, missing, total);
    }

    /// <summary>Warns where rows were left out.</summary>
    /// <param name="channel">Gets the warning.</param>
    /// <param name="column">The label column.</param>
    /// <param name="missing">Rows without a label.</param>
    /// <param name="total">All rows.</param>
    /// <param name="rows">What kind of rows they are: <c>rows</c> or <c>validation rows</c>.</param>
    public static void Warn(IChannel channel, string column, long missing, long total, string rows = "rows")
    {
        if (missing > 0)
        {
            string left = missing == 1 ? "it is" : "they are";
            channel.Warning($"Column '{column}' is missing in {missing} of {total} {rows}; {left} left out. "
                + "Add the labels, or remove the rows.");
        }
    }
}
