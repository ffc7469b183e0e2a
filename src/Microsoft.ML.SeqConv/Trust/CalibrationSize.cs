namespace Microsoft.ML.SeqConv;

/// <summary>How many calibration rows a significance needs.</summary>
internal static class CalibrationSize
{
    private const double Rounding = 1e-9;

    /// <summary>The fewest rows with which a class can be left out, or a bound is finite: 1 / (1 + n) is at most the
    /// significance.</summary>
    public static int Needed(double significance)
        => (int)Math.Min(int.MaxValue, Math.Ceiling(1 / significance - 1 - Rounding));

    /// <summary>The warning of too few.</summary>
    /// <param name="rows">What there is: <c>7 calibration rows</c>.</param>
    /// <param name="significance">The significance.</param>
    /// <param name="effect">What happens.</param>
    /// <param name="perClass">Whether each class needs as many.</param>
    public static string Warning(string rows, double significance, string effect, bool perClass = false)
        => FormattableString.Invariant($"There are {rows}; a significance of {significance} needs at least ")
            + FormattableString.Invariant($"{Needed(significance)}{(perClass ? " of each class" : "")}: {effect}. Add ")
            + (perClass ? "rows, raise Significance, or set PerClass to false." : "rows or raise Significance.");
}
