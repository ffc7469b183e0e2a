using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
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

    /// <summary>
    /// The column of example weights (Single, zero or more); <see langword="null"/> weighs all alike. A weight of 2
    /// counts as two equal rows in the fit, in the means and deviations of features, and in the squared errors that
    /// choose the penalty. The mean leverage, and with it generalized cross-validation, divides by the number of rows
    /// of positive weight, whatever they weigh. Where features are held in memory, a row that weighs less than 2^-50 of
    /// the second largest weight counts as a row of weight zero: it takes no part in the fit. The calibration of a
    /// classifier counts a weight of 1 as one row: weights should be 1 on average.
    /// </summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// The penalties to choose from, positive and finite. Default <see langword="null"/>: ten values from 1e-3 to 1e3,
    /// evenly spaced in the exponent.
    /// </summary>
    public double[]? Alphas { get; set; }

    /// <summary>
    /// How the penalty is chosen. Default <see cref="AlphaSelection.Auto"/>: by exact leave-one-out, all features being
    /// held in memory, while there are at most as many rows as features, or at most 2^28 features in all and
    /// leave-one-out costs no more than the fit or very little: at most two rows a feature, or rows times features
    /// squared at most 1e11; beyond, by generalized cross-validation. If one column of an ensemble exceeds these
    /// limits, all use generalized cross-validation, so that their errors can be compared. The trained model says which
    /// it was. Features are held in memory for leave-one-out, and for generalized cross-validation with at most as many
    /// rows as features; otherwise they are read in blocks, and memory is that of two or three matrices
    /// [feature, feature] of Double whatever the number of rows.
    /// </summary>
    public AlphaSelection AlphaSelection { get; set; }

    /// <summary>
    /// The fraction of rows that the penalty is chosen on, with <see cref="AlphaSelection.Holdout"/>: one row of each
    /// run of 1 / share rows, the same ones every time. Above 0 and at most 0.5, default 0.1. The model is then
    /// fitted on all rows.
    /// </summary>
    public double HoldoutFraction { get; set; } = 0.1;

    /// <summary>Whether an unpenalised intercept is fitted. Default true.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>Whether features are divided by their standard deviation first. Default true.</summary>
    [BooleanChoice]
    public bool ScaleFeatures { get; set; } = true;

    /// <summary>
    /// Threads for fitting, at least 1. Default <see langword="null"/>: all processors. The result
    /// does not depend on it.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>
    /// The columns of an ensemble; <see langword="null"/> where <see cref="FeatureColumnName"/> is read.
    /// </summary>
    internal string[]? Ensemble { get; set; }

    /// <summary>Whether several columns are read.</summary>
    internal bool IsEnsemble => Ensemble is not null;

    /// <summary>The columns of features.</summary>
    internal IReadOnlyList<string> FeatureColumns => Ensemble ?? [FeatureColumnName];

    /// <summary>How the models of several columns are made into one.</summary>
    internal virtual EnsembleFusion FusionOfBlocks
    {
        get => EnsembleFusion.Linear;
        set => Guard.Require(value == EnsembleFusion.Linear, value, "these models are always made into one linear one");
    }

    /// <summary>The weight of the model of all columns side by side, among those of the columns.</summary>
    internal double WeightOfJoint { get; set; }

    /// <summary>What that model is called.</summary>
    internal string JointName => string.Join(" + ", FeatureColumns);

    /// <summary>
    /// The most rows or features, whichever are fewer, that a model of all columns is solved for: its cost grows with
    /// the third power.
    /// </summary>
    internal int MaxJointDimension { get; set; } = 10_000;

    internal RidgeSettings Settings() => Settings(AlphaSelection);

    internal RidgeSettings Settings(AlphaSelection selection) => new()
    {
        Alphas = Alphas ?? RidgeSettings.DefaultAlphas,
        FitIntercept = FitIntercept,
        ScaleFeatures = ScaleFeatures,
        AlphaSelection = selection,
        NumberOfThreads = NumberOfThreads ?? 0,
    };

    internal RidgeOptions CheckedCopy()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        if (Ensemble is null)
            ArgumentException.ThrowIfNullOrEmpty(FeatureColumnName);
        else
            CheckEnsemble(Ensemble);
        CheckJoint(WeightOfJoint, FusionOfBlocks);
        Guard.AtLeast(NumberOfThreads, 1);
        Guard.Defined(AlphaSelection);
        Guard.Require(HoldoutFraction is > 0 and <= 0.5, HoldoutFraction, "it must be above 0 and at most 0.5");
        CheckAlphas(Alphas);
        Validate();
        var copy = (RidgeOptions)MemberwiseClone();
        copy.Alphas = (double[]?)Alphas?.Clone();
        copy.Ensemble = (string[]?)Ensemble?.Clone();
        return copy;
    }

    internal static void CheckJoint(double weight, EnsembleFusion fusion)
    {
        Guard.Fraction(weight, "JointWeight");
        if (weight > 0 && fusion != EnsembleFusion.Linear)
            throw new ArgumentException(FormattableString.Invariant($"JointWeight is {weight} and Fusion is ")
                + $"{fusion}; a joint model is part of a linear one. Set Fusion to Linear, or JointWeight to 0.",
                "JointWeight");
    }

    internal static void CheckAlphas(double[]? alphas)
    {
        if (alphas is { Length: 0 })
            throw new ArgumentException("Alphas is empty; name at least one penalty, or leave it null for the "
                + "default ten.", nameof(Alphas));
        foreach (double alpha in alphas ?? [])
        {
            if (!(alpha > 0 && double.IsFinite(alpha)))
                throw new ArgumentOutOfRangeException(nameof(Alphas), alpha, FormattableString.Invariant(
                    $"Alphas holds {alpha}; a penalty must be positive and finite."));
        }
    }

    private protected virtual void Validate()
    {
    }

    private void CheckEnsemble(string[] columns)
    {
        const string names = "featureColumnNames";
        if (FeatureColumnName != DefaultColumnNames.Features)
            throw new ArgumentException($"FeatureColumnName is '{FeatureColumnName}', which an ensemble does not read. "
                + "Name its columns in FeatureColumnNames.", nameof(FeatureColumnName));
        if (columns.Length == 0)
            throw new ArgumentException(
                "FeatureColumnNames is empty; an ensemble needs at least one column of features. Name them.", names);
        int unnamed = Array.FindIndex(columns, string.IsNullOrEmpty);
        if (unnamed >= 0)
        {
            string given = columns[unnamed] is null ? "null" : "an empty name";
            throw new ArgumentException($"FeatureColumnNames has {given} at position {unnamed}; "
                + "every column needs a name. Name it or remove it.", names);
        }

        if (columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"FeatureColumnNames has '{twice.Key}' {twice.Count()} times; "
                + "a column is a block once. Remove the others.", names);
    }
}

/// <summary>Hyperparameters of the ridge classifiers.</summary>
public abstract class RidgeClassifierOptions : RidgeOptions
{
    private protected RidgeClassifierOptions()
    {
    }

    /// <summary>
    /// Whether each class gets the same weight in all, whatever its number of examples: an example weighs n / (K n_k)
    /// for n examples, K classes and n_k examples of its class. Default false.
    /// </summary>
    [BooleanChoice(false)]
    public bool BalanceClasses { get; set; }

    /// <summary>
    /// A weight for each class by its label as text (<c>True</c> and <c>False</c> for binary labels), positive and
    /// finite; classes that are not named weigh 1. Multiplies with the other weights. Default <see langword="null"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

    internal double[] WeightsOfClasses(TrainingRows rows, int[] classes, string[] classNames)
        => ClassWeighting.OfClasses(rows.Weights, classes, classNames, LabelColumnName, BalanceClasses, ClassWeights);

    private protected override void Validate() => ClassWeighting.Check(ClassWeights);
}
