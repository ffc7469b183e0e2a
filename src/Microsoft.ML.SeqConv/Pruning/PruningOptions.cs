using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How much a featurizer is pruned: to the fewest features of a given loss of validation accuracy, or to a budget. Of
/// several rules the strictest holds; without any, features are kept so that nothing is lost.
/// </summary>
public sealed class PruningOptions
{
    /// <summary>
    /// How much validation accuracy may be lost against all features, from 0 to 1, beyond what chance explains (see
    /// <see cref="PruningReport"/>). Where the label is a number: by which share the root mean squared error may grow.
    /// Default <see langword="null"/>: 0 where there is no budget, else no such limit.
    /// </summary>
    public double? MaxAccuracyLoss { get; set; }

    /// <summary>The most features, at least 1. Default <see langword="null"/>: no such limit.</summary>
    public int? MaxFeatures { get; set; }

    /// <summary>
    /// The most bytes that the transform takes in a model file before the file is compressed, at least 1. Default
    /// <see langword="null"/>: no such limit.
    /// </summary>
    public long? MaxBytes { get; set; }

    /// <summary>
    /// The most microseconds to transform a series, positive: measured in the fit, on one thread of this machine, over
    /// up to 64 of the training series at once, as a cursor does. So a fit with this limit may give another number of
    /// features on another machine, or in another run. Default <see langword="null"/>: no such limit.
    /// </summary>
    public double? MaxMicrosecondsPerSeries { get; set; }

    /// <summary>Folds of the validation, from 2 to 100; no more than there are rows are made. Default 5.</summary>
    public int NumberOfFolds { get; set; } = 5;

    /// <summary>
    /// How often rows are dealt into folds, from 1 to 100. Default <see langword="null"/>: so often that 200 rows are
    /// held out in all, at most 4 times.
    /// </summary>
    public int? NumberOfRepeats { get; set; }

    /// <summary>The fraction of the remaining features that one step drops, from 0.001 to 0.5. Default 0.05.</summary>
    public double DroppedFraction { get; set; } = 0.05;

    /// <summary>Seed of dealing rows into folds. Default 0.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Threads for fitting, at least 1. Default <see langword="null"/>: all processors. The result
    /// does not depend on it.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    internal bool HasBudget
        => MaxFeatures is not null || MaxBytes is not null || MaxMicrosecondsPerSeries is not null;

    internal double? AllowedLoss => MaxAccuracyLoss ?? (HasBudget ? null : 0);

    internal DetachmentSettings Settings()
        => new() { DroppedFraction = DroppedFraction, StopAt = MaxFeatures, NumberOfThreads = NumberOfThreads ?? 0 };

    internal int RepeatsFor(int rows) => NumberOfRepeats ?? StratifiedFolds.RepeatsFor(rows);

    internal PruningOptions CheckedCopy()
    {
        const string orNoLimit = "Raise it, or set null for no such limit.";
        Guard.Require(MaxAccuracyLoss is null or (>= 0 and <= 1), MaxAccuracyLoss,
            "it is a fraction from 0 to 1", remedy: "Set 0.01 for one percent.");
        Guard.Require(MaxFeatures is null or >= 1, MaxFeatures,
            "a pruned transform keeps at least 1 feature", remedy: orNoLimit);
        Guard.Require(MaxBytes is null or >= 1, MaxBytes,
            "a transform takes at least 1 byte, with one feature some hundred", remedy: orNoLimit);
        Guard.Require(MaxMicrosecondsPerSeries is null or (> 0 and < double.PositiveInfinity),
            MaxMicrosecondsPerSeries, "it must be positive and finite, and at least what one feature takes",
            remedy: orNoLimit);
        Guard.Within(NumberOfFolds, 2, 100, remedy: "The default is 5.");
        Guard.Within(NumberOfRepeats, 1, 100, remedy: "Set null for as many as the rows need.");
        Guard.Within(DroppedFraction, 0.001, 0.5, remedy: "The default is 0.05.");
        Guard.AtLeast(NumberOfThreads, 1, remedy: "Set null for all processors.");
        return (PruningOptions)MemberwiseClone();
    }
}
