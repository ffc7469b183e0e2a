using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Options of <see cref="SequenceEnsembleTrainer{TTransformer}"/>. How series are read is set once, for all members.
/// </summary>
public sealed class SequenceEnsembleOptions : SeriesOptions
{
    /// <summary>Members and their sizes. Default <see cref="SequenceEnsemblePreset.Default"/>.</summary>
    [Choice(SequenceEnsemblePreset.Default, SequenceEnsemblePreset.Fast, SequenceEnsemblePreset.Accurate)]
    public SequenceEnsemblePreset Preset { get; set; }

    /// <summary>
    /// Features of MiniRocket, from 84 to 10,000,000; 0: it is no member. Default <see langword="null"/>: what
    /// <see cref="Preset"/> has.
    /// </summary>
    public int? MiniRocketFeatures { get; set; }

    /// <summary>
    /// Features of MultiRocket, from 672 to 10,000,000; 0: it is no member. Default <see langword="null"/>: what
    /// <see cref="Preset"/> has.
    /// </summary>
    public int? MultiRocketFeatures { get; set; }

    /// <summary>
    /// Groups of Hydra, from 1 to 4,096; 0: it is no member. Default <see langword="null"/>: what
    /// <see cref="Preset"/> has.
    /// </summary>
    public int? HydraGroups { get; set; }

    /// <summary>
    /// Dilated shapelets, from 1 to 1,000,000; 0: they are no member. Default <see langword="null"/>: what
    /// <see cref="Preset"/> has.
    /// </summary>
    public int? Shapelets { get; set; }

    /// <summary>Whether interval quantiles are a member. Default true.</summary>
    public bool Quantiles { get; set; } = true;

    /// <summary>
    /// How the members' models are made into one; a regression knows <see cref="EnsembleFusion.Linear"/> alone. Default
    /// <see cref="EnsembleFusion.Linear"/>.
    /// </summary>
    public EnsembleFusion Fusion { get; set; }

    /// <summary>
    /// How much a ridge on the features of all members side by side counts among those of the members, from 0 (without
    /// it) to below 1, see <see cref="RidgeEnsembleClassifierOptions.JointWeight"/>. Default <see langword="null"/>:
    /// 0.5, and without it where <see cref="Fusion"/> is Probabilities.
    /// </summary>
    public double? JointWeight { get; set; }

    /// <summary>
    /// How each member is pruned to the features that a linear model needs: smaller and faster, for minutes of fitting.
    /// Default <see langword="null"/>: members keep all features.
    /// </summary>
    public PruningOptions? Pruning { get; set; }

    /// <summary>The column of example weights. Default <see langword="null"/>: all weigh the same.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// Whether each class gets the same weight in all, see <see cref="RidgeClassifierOptions.BalanceClasses"/>. For
    /// classification. Default false.
    /// </summary>
    public bool BalanceClasses { get; set; }

    /// <summary>
    /// A weight for each class by its label as text, see <see cref="RidgeClassifierOptions.ClassWeights"/>. For
    /// classification. Default <see langword="null"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

    /// <summary>
    /// The penalties that each member chooses from, positive and finite. Default <see langword="null"/>: ten from 1e-3
    /// to 1e3.
    /// </summary>
    public double[]? Alphas { get; set; }

    /// <summary>
    /// How each member chooses its penalty, see <see cref="RidgeOptions.AlphaSelection"/>. Default
    /// <see cref="AlphaSelection.Auto"/>.
    /// </summary>
    public AlphaSelection AlphaSelection { get; set; }

    internal int MiniRocketSize => MiniRocketFeatures ?? (Preset == SequenceEnsemblePreset.Fast ? 10_000 : 0);

    internal int MultiRocketSize => MultiRocketFeatures ?? Preset switch
    {
        SequenceEnsemblePreset.Fast => 0,
        SequenceEnsemblePreset.Accurate => new MultiRocketSettings().NumberOfFeatures,
        _ => 10_000,
    };

    internal int HydraSize => HydraGroups
        ?? (Preset == SequenceEnsemblePreset.Accurate ? new HydraSettings().NumberOfGroups : 16);

    internal int ShapeletsSize => Shapelets ?? (Preset == SequenceEnsemblePreset.Fast ? 1_000 : 2_000);

    internal double WeightOfJoint => JointWeight ?? (Fusion == EnsembleFusion.Linear ? 0.5 : 0);

    internal SequenceEnsembleOptions CheckedCopy()
    {
        CheckValues();
        var copy = (SequenceEnsembleOptions)Copy();
        copy.Pruning = Pruning?.CheckedCopy();
        copy.Alphas = (double[]?)Alphas?.Clone();
        copy.ClassWeights = ClassWeights?.ToDictionary();
        return copy;
    }

    private protected override void Validate()
    {
        base.Validate();
        Guard.Defined(Preset);
        Guard.Defined(Fusion);
        Require(MiniRocketFeatures, 84, 10_000_000, nameof(MiniRocketFeatures));
        Require(MultiRocketFeatures, 672, 10_000_000, nameof(MultiRocketFeatures));
        Require(HydraGroups, 1, 4_096, nameof(HydraGroups));
        Require(Shapelets, 1, 1_000_000, nameof(Shapelets));
        RidgeOptions.CheckJoint(WeightOfJoint, Fusion);
        RidgeOptions.CheckAlphas(Alphas);
        Guard.Defined(AlphaSelection);
        ClassWeighting.Check(ClassWeights);
        if (MiniRocketSize + MultiRocketSize + HydraSize + ShapeletsSize == 0 && !Quantiles)
            throw new ArgumentException(
                "The ensemble has no members: every size is 0. Leave one at null, or give it a size.");
    }

    private static void Require(int? value, int min, int max, string name)
        => Guard.Require(value is null or 0 || (value >= min && value <= max), value,
            FormattableString.Invariant($"it must be {min} to {max}, or 0 for an ensemble without it"), name);
}
