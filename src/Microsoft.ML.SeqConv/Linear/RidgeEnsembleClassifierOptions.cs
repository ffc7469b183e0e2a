using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Hyperparameters and columns of the ridge ensembles that classify.</summary>
public abstract class RidgeEnsembleClassifierOptions : RidgeClassifierOptions
{
    private protected RidgeEnsembleClassifierOptions() => FeatureColumnNames = [];

    /// <summary>
    /// The columns of features, at least one, each a vector of Single of known size. They take the place of
    /// <see cref="RidgeOptions.FeatureColumnName"/>, which is not set.
    /// </summary>
    public string[] FeatureColumnNames
    {
        get => Ensemble!;
        set => Ensemble = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>How the columns' models are made into one. Default <see cref="EnsembleFusion.Linear"/>.</summary>
    public EnsembleFusion Fusion { get; set; }

    /// <summary>
    /// How much a ridge on all columns side by side, <see cref="RidgeEnsembleMulticlassModelParameters.Joint"/>, counts
    /// among those of the single columns, from 0 to below 1. It finds what columns tell only together, and its
    /// coefficients are added to theirs, so that the model stays one linear function; <see cref="Fusion"/> must be
    /// Linear. There is none of one column, and none, which fitting warns of, where there are more than 10,000 rows and
    /// more than 10,000 features, or where features are read in blocks of rows
    /// (<see cref="RidgeOptions.AlphaSelection"/>). Default 0: without it.
    /// </summary>
    public double JointWeight
    {
        get => WeightOfJoint;
        set => WeightOfJoint = value;
    }

    internal override EnsembleFusion FusionOfBlocks
    {
        get => Fusion;
        set => Fusion = value;
    }

    private protected override void Validate()
    {
        base.Validate();
        Guard.Defined(Fusion);
    }
}
