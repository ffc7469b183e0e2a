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
