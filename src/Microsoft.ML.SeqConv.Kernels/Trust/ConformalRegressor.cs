namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Intervals that hold a number with a stated probability, whatever the model: the prediction plus and minus a width
/// that as many calibration residuals do not exceed (split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani and
/// Wasserman 2018, arXiv:1604.04173). With n residuals and significance a the width is the ceil((n + 1)(1 - a))-th
/// smallest absolute residual, and infinite where n is too small for one.
/// </summary>
public sealed class ConformalRegressor
{
    private readonly double[] _errors;      // ascending

    private ConformalRegressor(double[] errors) => _errors = errors;

    /// <summary>Calibration residuals.</summary>
    public int NumberOfExamples => _errors.Length;

    /// <summary>Calibrates.</summary>
    /// <param name="residuals">
    /// [example]: targets less predictions of a model that was fitted without the example; finite.
    /// </param>
    /// <exception cref="ArgumentException">A residual is not finite.</exception>
    public static ConformalRegressor Calibrate(ReadOnlySpan<double> residuals)
    {
        var errors = new double[residuals.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = double.IsFinite(residuals[i]) ? Math.Abs(residuals[i])
                : throw new ArgumentException($"The residual of example {i} is not finite.", nameof(residuals));
        }

        Array.Sort(errors);
        return new(errors);
    }

    /// <summary>The half width of intervals.</summary>
    /// <param name="significance">How often an interval may lack its number: above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The significance is outside of its range.</exception>
    public double HalfWidth(double significance)
    {
        Guard.Require(significance is > 0 and < 1, significance, "it must be above 0 and below 1");
        return Bound(_errors, significance);
    }

    /// <summary>
    /// What the error of a new example does not exceed, but with a probability of the significance: of n errors the
    /// ceil((n + 1)(1 - a))-th smallest.
    /// </summary>
    /// <param name="ascending">[example].</param>
    /// <param name="significance">Above 0 and below 1.</param>
    internal static double Bound(ReadOnlySpan<double> ascending, double significance)
    {
        // (n + 1) a as a whole number may be below it by rounding.
        double left = Math.Floor((ascending.Length + 1) * significance * (1 + 1e-12));
        int rank = ascending.Length + 1 - (int)left;
        return rank <= ascending.Length ? ascending[Math.Max(0, rank - 1)] : double.PositiveInfinity;
    }
}
