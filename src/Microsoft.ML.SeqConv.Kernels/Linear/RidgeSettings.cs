namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of <see cref="Ridge"/>.</summary>
public sealed class RidgeSettings
{
    /// <summary>
    /// The penalties that leave-one-out chooses from; positive and finite. Default: ten values from 1e-3 to 1e3, evenly
    /// spaced in the exponent.
    /// </summary>
    public IReadOnlyList<double> Alphas { get; init; } = DefaultAlphas;

    /// <summary>Whether an unpenalised intercept is fitted. Default true.</summary>
    public bool FitIntercept { get; init; } = true;

    /// <summary>
    /// Whether features are divided by their (weighted) standard deviation first, without centring; a constant feature
    /// is left as it is. Default true.
    /// </summary>
    public bool ScaleFeatures { get; init; } = true;

    /// <summary>Which Gram matrix is factored. Default <see cref="GramOrientation.Auto"/>.</summary>
    internal GramOrientation Orientation { get; init; }

    /// <summary>How the penalty is chosen. Default <see cref="AlphaSelection.Auto"/>.</summary>
    public AlphaSelection AlphaSelection { get; init; }

    /// <summary>Threads to use; 0 means all processors. The result does not depend on it.</summary>
    public int NumberOfThreads { get; init; }

    /// <summary>Ten values from 1e-3 to 1e3, evenly spaced in the exponent.</summary>
    public static IReadOnlyList<double> DefaultAlphas { get; } = [.. Enumerable.Range(0, 10)
        .Select(i => Math.Pow(10, -3 + 6 * i / 9.0))];
}

/// <summary>The Gram matrix that ridge works on.</summary>
internal enum GramOrientation
{
    /// <summary>The cheaper of the two.</summary>
    Auto,

    /// <summary>X X^T, [example, example].</summary>
    Examples,

    /// <summary>X^T X, [feature, feature].</summary>
    Features,
}
