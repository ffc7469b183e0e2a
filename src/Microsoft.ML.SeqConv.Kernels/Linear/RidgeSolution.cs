namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What <see cref="Ridge.Solve"/> found.</summary>
public sealed class RidgeSolution
{
    /// <summary>The penalty with the least mean squared leave-one-out error.</summary>
    public required double Alpha { get; init; }

    /// <summary>Weighted mean squared leave-one-out error over all targets, one value for each of <see cref="RidgeSettings.Alphas"/>.</summary>
    public required double[] LeaveOneOutErrors { get; init; }

    /// <summary>Coefficients on the features as they were given (scaling undone), [target, feature], row-major.</summary>
    public required double[] Coefficients { get; init; }

    /// <summary>One intercept a target; zeros when none was fitted.</summary>
    public required double[] Intercepts { get; init; }

    /// <summary>For each example the prediction of the model fitted without it, at <see cref="Alpha"/>; [example, target], row-major.</summary>
    public required double[] LeaveOneOutPredictions { get; init; }

    /// <summary>The Gram matrix that was factored: never <see cref="GramOrientation.Auto"/>.</summary>
    public required GramOrientation Orientation { get; init; }
}
