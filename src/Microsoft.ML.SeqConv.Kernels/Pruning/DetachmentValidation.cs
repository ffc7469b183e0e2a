namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What validation says of one number of features.</summary>
/// <param name="Features">Features kept.</param>
/// <param name="Accuracy">
/// The fraction of held-out examples whose class is predicted; NaN where targets are no classes.
/// </param>
/// <param name="MeanSquaredError">Of the linear functions on held-out examples, over all targets.</param>
/// <param name="AccuracyLossError">
/// The standard error, over examples, of how much less accurate they are than all features; NaN where
/// targets are no classes.
/// </param>
/// <param name="SquaredErrorGrowthError">
/// The standard error, over examples, of how much larger the squared error is than that of all features.
/// </param>
internal readonly record struct DetachmentPoint(int Features, double Accuracy, double MeanSquaredError,
    double AccuracyLossError, double SquaredErrorGrowthError);

/// <summary>
/// How well features do that sequential detachment keeps, on examples that took no part in choosing them: in turn each
/// fold is held out, and the whole detachment run on the others. Leave-one-out of the ridge that is fitted on kept
/// features would cost nothing, and would flatter: the example left out helped to choose the features.
/// </summary>
internal static class DetachmentValidation
{
    private const long MaxValuesSideBySide = 1L << 24;

    /// <summary>Validates every number of features that detachment visits.</summary>
    /// <param name="features">[example, feature]; read, not spent.</param>
    /// <param name="targets">[example, target], row-major.</param>
    /// <param name="classes">
    /// [example]: the index of the target that is the largest; empty where targets are no classes.
    /// </param>
    /// <param name="folds">Folds, from 2 to the number of examples.</param>
    /// <param name="repeats">How often examples are dealt into folds, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the dealing.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>One point a number of features, from all down to one.</returns>
    public static DetachmentPoint[] Run(
        FeatureMatrix features, double[] targets, int[] classes, int folds, int repeats, DetachmentSettings settings,
        ulong seed, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(settings);
        Guard.AtLeast(repeats, 1);
        Guard.Within(folds, 2, features.RowCount);
        int[] groups = classes.Length == 0 ? new int[features.RowCount] : classes;
        var random = new SeededRandom(seed);
        (int[] Fold, int HeldOut)[] runs = [.. Enumerable.Range(0, repeats)
            .Select(_ => StratifiedFolds.Deal(groups, folds, random)).SelectMany(
                fold => Enumerable.Range(0, folds).Select(heldOut => (fold, heldOut)))];
        int[] sizes = settings.Sizes(features.ColumnCount);
        var right = new double[sizes.Length, features.RowCount];        // summed over repeats
        var errors = new double[sizes.Length, features.RowCount];

        // Small data is validated run beside run, large data by all threads in each run; the result is the same.
        int threads = settings.NumberOfThreads == 0 ? Environment.ProcessorCount : settings.NumberOfThreads;
        int sideBySide = (long)features.RowCount * features.ColumnCount <= MaxValuesSideBySide
            ? Math.Min(threads, runs.Length) : 1;
        for (int first = 0; first < runs.Length; first += sideBySide)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)first / runs.Length);
            var outcomes = new Outcomes[Math.Min(sideBySide, runs.Length - first)];
            if (sideBySide == 1)
                outcomes[0] = HoldOut(features, targets, classes, runs[first], settings, sizes.Length,
                    progress is null ? null : new OneOfRuns(progress, first, runs.Length), cancellation);
            else
            {
                Parallel.For(0, outcomes.Length,
                    new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancellation },
                    i => outcomes[i] = HoldOut(features, targets, classes, runs[first + i],
                        settings with { NumberOfThreads = 1 }, sizes.Length, progress: null, cancellation));
            }

            foreach (Outcomes outcome in outcomes)
                outcome.AddTo(right, errors);
        }

        progress?.Report(1);
        int perRow = targets.Length / features.RowCount;
        return [.. sizes.Select((size, i) => Point(size, i, right, errors, repeats, perRow, classes.Length > 0))];
    }

    private static DetachmentPoint Point(
        int features, int size, double[,] right, double[,] errors, int repeats, int targets, bool classify)
    {
        int examples = right.GetLength(1);
        double[] losses = [.. Enumerable.Range(0, examples)
            .Select(example => (right[0, example] - right[size, example]) / repeats)];
        double[] growths = [.. Enumerable.Range(0, examples)
            .Select(example => (errors[size, example] - errors[0, example]) / (repeats * targets))];
        double accuracy = Enumerable.Range(0, examples).Sum(example => right[size, example])
            / ((double)examples * repeats);
        double error = Enumerable.Range(0, examples).Sum(example => errors[size, example])
            / ((double)examples * repeats * targets);
        return new(features, classify ? accuracy : double.NaN, error,
            classify ? StandardError(losses) : double.NaN, StandardError(growths));
    }

    private static double StandardError(double[] differences)
    {
        double mean = differences.Average();
        return Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean))
            / (differences.Length - 1.0) / differences.Length);
    }

    private static Outcomes HoldOut(
        FeatureMatrix features, double[] targets, int[] classes, (int[] Fold, int HeldOut) run,
        DetachmentSettings settings, int sizes, IProgress<double>? progress, CancellationToken cancellation)
    {
        int[] kept = [.. Enumerable.Range(0, features.RowCount).Where(example => run.Fold[example] != run.HeldOut)];
        int[] heldOut = [.. Enumerable.Range(0, features.RowCount).Where(example => run.Fold[example] == run.HeldOut)];
        var outcomes = new Outcomes(heldOut, new bool[sizes, heldOut.Length], new double[sizes, heldOut.Length]);
        var decisions = new double[targets.Length / features.RowCount];
        int size = 0;
        SequentialDetachment.Run(features, kept, targets, settings, step =>
        {
            for (int i = 0; i < heldOut.Length; i++)
            {
                step.Score(features[heldOut[i]], decisions);
                for (int target = 0; target < decisions.Length; target++)
                    outcomes.Errors[size, i] += Math.Pow(
                        decisions[target] - targets[heldOut[i] * decisions.Length + target], 2);
                outcomes.Right[size, i] = classes.Length > 0
                    && Array.IndexOf(decisions, decisions.Max()) == classes[heldOut[i]];
            }

            size++;
            return true;
        }, progress, cancellation);
        return outcomes;
    }

    /// <summary>What a run says of the examples that it held out: [size, example held out].</summary>
    private sealed record Outcomes(int[] Examples, bool[,] Right, double[,] Errors)
    {
        public void AddTo(double[,] right, double[,] errors)
        {
            for (int size = 0; size < right.GetLength(0); size++)
            {
                for (int i = 0; i < Examples.Length; i++)
                {
                    right[size, Examples[i]] += Right[size, i] ? 1 : 0;
                    errors[size, Examples[i]] += Errors[size, i];
                }
            }
        }
    }

    private sealed class OneOfRuns(IProgress<double> whole, int run, int runs) : IProgress<double>
    {
        public void Report(double value) => whole.Report((run + value) / runs);
    }
}
