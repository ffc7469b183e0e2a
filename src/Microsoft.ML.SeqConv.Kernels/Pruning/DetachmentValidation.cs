namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What validation says of one number of features.</summary>
/// <param name="Features">Features kept.</param>
/// <param name="Accuracy">The share of held-out examples whose class is predicted; NaN where targets are no classes.</param>
/// <param name="MeanSquaredError">Of the linear functions on held-out examples, over all targets.</param>
/// <param name="AccuracyLossError">The standard error, over examples, of how much less accurate they are than all features; NaN where targets are no classes.</param>
/// <param name="SquaredErrorGrowthError">The standard error, over examples, of how much larger the squared error is than that of all features.</param>
public readonly record struct DetachmentPoint(int Features, double Accuracy, double MeanSquaredError, double AccuracyLossError, double SquaredErrorGrowthError);

/// <summary>
/// How well features do that sequential detachment keeps, on examples that took no part in choosing them: in turn each fold is held out, and the whole detachment run on the others.
/// Leave-one-out of the ridge that is fitted on kept features would cost nothing, and would flatter: the example left out helped to choose the features.
/// </summary>
public static class DetachmentValidation
{
    private const long MostValuesSideBySide = 1L << 24;

    /// <summary>Validates every number of features that detachment visits.</summary>
    /// <param name="features">[example, feature]; read, not spent.</param>
    /// <param name="targets">[example, target], row-major.</param>
    /// <param name="classes">[example]: the index of the target that is the largest; empty where targets are no classes.</param>
    /// <param name="folds">Folds, from 2 to the number of examples.</param>
    /// <param name="repeats">How often examples are dealt into folds, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the dealing.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>One point a number of features, from all down to one.</returns>
    public static DetachmentPoint[] Run(
        FeatureMatrix features, double[] targets, int[] classes, int folds, int repeats, DetachmentSettings settings, ulong seed, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(folds, features.RowCount);
        int[] groups = classes.Length == 0 ? new int[features.RowCount] : classes;
        var random = new SeededRandom(seed);
        (int[] Fold, int HeldOut)[] runs = [.. Enumerable.Range(0, repeats).Select(_ => Folds.Deal(groups, folds, random)).SelectMany(fold => Enumerable.Range(0, folds).Select(heldOut => (fold, heldOut)))];
        int[] sizes = settings.Sizes(features.ColumnCount);
        var counts = new Counts[runs.Length][];

        // Small data is validated run beside run, large data by all threads in each run; the result is the same.
        int threads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads;
        int sideBySide = (long)features.RowCount * features.ColumnCount <= MostValuesSideBySide ? Math.Min(threads, runs.Length) : 1;
        for (int first = 0; first < runs.Length; first += sideBySide)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)first / runs.Length);
            if (sideBySide == 1)
            {
                counts[first] = HoldOut(features, targets, classes, runs[first], settings, sizes.Length, progress is null ? null : new OneOfRuns(progress, first, runs.Length), cancellation);
                continue;
            }

            Parallel.For(first, Math.Min(first + sideBySide, runs.Length), new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancellation },
                i => counts[i] = HoldOut(features, targets, classes, runs[i], settings with { Threads = 1 }, sizes.Length, progress: null, cancellation));
        }

        progress?.Report(1);
        return [.. sizes.Select((size, i) => Point(size, counts.Sum(i), counts.Sum(0), classes.Length > 0))];
    }
