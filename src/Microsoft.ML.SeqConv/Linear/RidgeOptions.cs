using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Hyperparameters and columns that every ridge trainer has.</summary>
public abstract class RidgeOptions
{
    private protected RidgeOptions()
    {
    }

    /// <summary>The label column.</summary>
    public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

    /// <summary>The feature column, a vector of Single of known size.</summary>
    public string FeatureColumnName { get; set; } = DefaultColumnNames.Features;

    /// <summary>The column of example weights (Single, zero or more); <see langword="null"/> weighs all alike.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// The penalties that leave-one-out chooses from, positive and finite. Default <see langword="null"/>: ten values from 1e-3 to 1e3, evenly spaced in the exponent.
    /// </summary>
    public double[]? Alphas { get; set; }

    /// <summary>Whether an unpenalised intercept is fitted. Default true.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>Whether features are divided by their standard deviation first. Default true.</summary>
    public bool ScaleFeatures { get; set; } = true;

    /// <summary>Threads for fitting, at least 1. Default <see langword="null"/>: all processors. The result does not depend on it.</summary>
    public int? NumberOfThreads { get; set; }

    internal RidgeSettings Settings() => new()
    {
        Alphas = Alphas ?? RidgeSettings.DefaultAlphas,
        FitIntercept = FitIntercept,
        ScaleFeatures = ScaleFeatures,
        Threads = NumberOfThreads ?? 0,
    };

    internal RidgeOptions CheckedCopy()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        if (NumberOfThreads is < 1)
            throw new ArgumentOutOfRangeException(nameof(NumberOfThreads), NumberOfThreads, $"NumberOfThreads is {NumberOfThreads}; it must be at least 1.");
        if (Alphas is { Length: 0 })
            throw new ArgumentException("Alphas is empty; name at least one penalty, or leave it null for the default ten.", nameof(Alphas));
        foreach (double alpha in Alphas ?? [])
        {
            if (!(alpha > 0 && double.IsFinite(alpha)))
                throw new ArgumentOutOfRangeException(nameof(Alphas), alpha, $"Alphas holds {alpha}; a penalty must be positive and finite.");
        }

        Validate();
        var copy = (RidgeOptions)MemberwiseClone();
        copy.Alphas = (double[]?)Alphas?.Clone();
        return copy;
    }

    private protected virtual void Validate()
    {
    }
}

/// <summary>Hyperparameters of the ridge classifiers.</summary>
public abstract class RidgeClassifierOptions : RidgeOptions
{
    private protected RidgeClassifierOptions()
    {
    }

    /// <summary>
    /// Whether each class gets the same weight in all, whatever its number of examples: an example weighs n / (K n_k) for n examples, K classes and
    /// n_k examples of its class. Default false.
    /// </summary>
    public bool BalanceClasses { get; set; }

    /// <summary>
    /// A weight for each class by its label as text (<c>True</c> and <c>False</c> for binary labels), positive and finite; classes that are not named weigh 1.
    /// Multiplies with the other weights. Default <see langword="null"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

    private protected override void Validate()
    {
        foreach ((string label, double weight) in ClassWeights ?? new Dictionary<string, double>())
        {
            if (!(weight > 0 && double.IsFinite(weight)))
                throw new ArgumentOutOfRangeException(nameof(ClassWeights), weight, $"ClassWeights gives class '{label}' the weight {weight}; a weight must be positive and finite.");
        }
    }
}
