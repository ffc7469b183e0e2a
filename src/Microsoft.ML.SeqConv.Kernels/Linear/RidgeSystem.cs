namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge in the form in which it is solved. X has rows that are centred, scaled and multiplied with the root of their weight, Y likewise; u, the unit vector
/// along the roots of the weights, is what the unpenalised intercept fits. With H the hat matrix, u u^T + X (X^T X + alpha I)^-1 X^T, the error of the
/// prediction that leaves example i out is (Y - H Y)_i / (1 - H_ii), exactly, intercept refitted (Allen 1974; Golub, Heath and Wahba 1979).
/// </summary>
/// <param name="rows">Pointers to the rows of X, zero-padded to whole vectors.</param>
/// <param name="numberOfFeatures">Values a row.</param>
/// <param name="targets">Y, [example, target], row-major.</param>
/// <param name="numberOfTargets">Targets.</param>
/// <param name="intercept">u, or zeros without an intercept.</param>
internal abstract class RidgeSystem(nint[] rows, int numberOfFeatures, double[] targets, int numberOfTargets, double[] intercept)
{
    protected nint[] Rows => rows;

    protected int NumberOfExamples => rows.Length;

    protected int NumberOfFeatures => numberOfFeatures;

    protected double[] Targets => targets;

    protected int NumberOfTargets => numberOfTargets;

    protected double[] Intercept => intercept;

    /// <summary>Computes the leave-one-out errors of one penalty.</summary>
    /// <param name="alpha">The penalty.</param>
    /// <param name="errors">[example, target], to be filled with true less predicted value, times the root of the weight.</param>
    /// <param name="from">Fraction of all work done before.</param>
    /// <param name="to">Fraction of all work done after.</param>
    /// <returns>Whether the system can be solved at this penalty in float64.</returns>
    public abstract bool TryLeaveOneOut(double alpha, double[] errors, double from, double to);

    /// <summary>The coefficients at the penalty of the last call that gave true; [target, feature], row-major.</summary>
    public abstract double[] Coefficients();

    /// <summary>The product of the rows of a matrix, [example, target], with X: sum over i of x_i y_i; [target, feature].</summary>
    protected unsafe double[] TransposedProduct(double[] matrix)
    {
        var product = new double[numberOfTargets * numberOfFeatures];
        for (int i = 0; i < rows.Length; i++)
        {
            var row = new ReadOnlySpan<float>((float*)rows[i], numberOfFeatures);
            for (int target = 0; target < numberOfTargets; target++)
            {
                double factor = matrix[i * numberOfTargets + target];
                Span<double> sums = product.AsSpan(target * numberOfFeatures, numberOfFeatures);
                for (int j = 0; j < row.Length; j++)
                    sums[j] += factor * row[j];
            }
        }

        return product;
    }
}
