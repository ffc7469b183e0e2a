namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Sequential feature detachment (Uribarri, Barone, Ansuini and Fransén 2023, Detach-ROCKET, arXiv:2309.14518): ridge
/// is fitted on the features that are left, those of the smallest coefficients are dropped, and so on. Coefficients are
/// those of features divided by their standard deviation, their absolute values summed over targets. Between steps the
/// penalty is chosen again by leave-one-out, where the authors keep the first.
/// </summary>
internal static class SequentialDetachment
{
    /// <summary>Detaches features, from all down to one.</summary>
    /// <param name="features">[example, feature]; read, not spent.</param>
    /// <param name="examples">The rows to fit on, at least two.</param>
    /// <param name="targets">[row of <paramref name="features"/>, target], row-major.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="visit">Gets every step in turn, the first with all features; false stops after it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">A setting or the number of targets breaks a rule.</exception>
    public static void Run(
        FeatureMatrix features, int[] examples, double[] targets, DetachmentSettings settings,
        Func<DetachmentStep, bool> visit, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(visit);
        settings.Validate();
        if (targets.Length == 0 || targets.Length % features.RowCount != 0)
            throw new ArgumentException($"There are {targets.Length} targets for {features.RowCount} rows; "
                + "each row needs as many.", nameof(targets));
        int perRow = targets.Length / features.RowCount;
        double[] chosenTargets = [.. examples.SelectMany(
            example => targets.AsSpan(example * perRow, perRow).ToArray())];
        double[] deviations = Deviations(features, examples);
        int[] sizes = settings.Sizes(features.ColumnCount);
        double total = sizes.Sum(size => (double)size);
        double done = 0;
        int[] left = [.. Enumerable.Range(0, features.ColumnCount)];
        for (int i = 0; i < sizes.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(done / total);
            IProgress<double>? part =
                progress is null ? null : new PartOfProgress(progress, done / total, left.Length / total);
            var step = new DetachmentStep(left,
                Solve(features, examples, left, chosenTargets, settings, part, cancellation));
            done += left.Length;
            if (!visit(step) || i + 1 == sizes.Length)
                break;
            left = Strongest(step, deviations, perRow, sizes[i + 1]);
        }

        progress?.Report(1);
    }

    private static RidgeSolution Solve(FeatureMatrix features, int[] examples, int[] left, double[] targets,
        DetachmentSettings settings, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var matrix = new FeatureMatrix(left.Length);
        foreach (int example in examples)
        {
            ReadOnlySpan<float> row = features[example];
            Span<float> copy = matrix.AddRow();
            for (int j = 0; j < left.Length; j++)
                copy[j] = row[left[j]];
        }

        var ridge = new RidgeSettings
        {
            Alphas = settings.Alphas,
            AlphaSelection = AlphaSelection.LeaveOneOut,
            NumberOfThreads = settings.NumberOfThreads,
        };
        return Ridge.Solve(matrix, targets, default, ridge, progress, cancellation);
    }

    // Of equal ones the first are kept.
    private static int[] Strongest(DetachmentStep step, double[] deviations, int targets, int count)
    {
        var strengths = new double[step.Features.Length];
        for (int target = 0; target < targets; target++)
        {
            for (int j = 0; j < strengths.Length; j++)
                strengths[j] -= Math.Abs(step.Solution.Coefficients[target * strengths.Length + j])
                    * deviations[step.Features[j]];
        }

        int[] order = [.. Enumerable.Range(0, strengths.Length).OrderBy(j => strengths[j]).Take(count)];
        return [.. order.Select(j => step.Features[j]).Order()];
    }

    private static double[] Deviations(FeatureMatrix features, int[] examples)
    {
        var means = new double[features.ColumnCount];
        var squares = new double[features.ColumnCount];
        foreach (int example in examples)
        {
            ReadOnlySpan<float> row = features[example];
            for (int j = 0; j < means.Length; j++)
                means[j] += row[j] / (double)examples.Length;
        }

        foreach (int example in examples)
        {
            ReadOnlySpan<float> row = features[example];
            for (int j = 0; j < means.Length; j++)
                squares[j] += (row[j] - means[j]) * (row[j] - means[j]) / examples.Length;
        }

        return Array.ConvertAll(squares, Math.Sqrt);
    }

    private sealed class PartOfProgress(IProgress<double> whole, double from, double share) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + share * value);
    }
}
