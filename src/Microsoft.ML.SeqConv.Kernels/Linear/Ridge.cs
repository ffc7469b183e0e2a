namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge regression for several targets at once, its penalty chosen by exact leave-one-out.
/// <para>
/// It minimises sum_i w[i] (y[i] - intercept - x[i].beta)^2 + alpha |beta|^2 over features divided by their deviation.
/// Centring takes the intercept out, and the root of the weight the weights (<see cref="RidgeProblem"/>). What is left
/// is a system in one Gram matrix, X X^T or X^T X whichever is smaller, which orthogonal reflections bring to a band
/// once for all penalties (<see cref="BandReduction"/>); every penalty then costs no more than factoring a band
/// (<see cref="BandCholesky"/>), and leave-one-out two scalar products an example (<see cref="LeaveOneOut"/>).
/// </para>
/// </summary>
public static class Ridge
{
    private const int LeastSoundDifference = -32;      // powers of two: below, leave-one-out has lost six digits of ten

    /// <summary>Fits one linear model a target.</summary>
    /// <param name="features">
    /// [example, feature]. Centred, scaled and weighted in place: its contents are spent afterwards.
    /// </param>
    /// <param name="targets">[example, target], row-major.</param>
    /// <param name="exampleWeights">
    /// One weight an example, zero or more, at least two of them positive; empty means that all are 1.
    /// </param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="progress">
    /// Called on the calling thread with the fraction done, many times a second; may throw to stop.
    /// </param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// An argument breaks a rule, which the message names with the value and the remedy.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static RidgeSolution Solve(
        FeatureMatrix features, ReadOnlyMemory<double> targets, ReadOnlyMemory<double> exampleWeights,
        RidgeSettings settings, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        int numberOfTargets = RidgeChecks.Validate(features, targets.Span, exampleWeights.Span, settings);
        cancellation.ThrowIfCancellationRequested();
        var team = new WorkTeam(settings.NumberOfThreads, progress, cancellation);
        ExampleWeights weights = ExampleWeights.Of(exampleWeights.Span, features.RowCount);
        int examples = weights.CountPositive;
        int columns = features.ColumnCount;
        GramOrientation orientation = settings.Orientation switch
        {
            GramOrientation.Auto => examples <= columns ? GramOrientation.Examples : GramOrientation.Features,
            GramOrientation given => given,
        };
        team.Expect(FeatureScaling.Work(features.RowCount, columns)
            + RidgeFactorisation.Work(examples, columns, orientation, GramPrecision.Single)
            + LeaveOneOut.Work(examples, columns, numberOfTargets, settings.Alphas.Count, orientation));
        float[]? kept = RidgeByRows.Keep(features, examples, settings.Alphas.Count);
        RidgeProblem problem = RidgeProblem.Prepare(features, targets.Span, weights, settings, team);
        using RidgeFactorisation factorisation = RidgeFactorisation.Create(problem, orientation, team);
        using var leaveOneOut = new LeaveOneOut(problem, factorisation, team);
        if (kept is not null && RidgeByRows.IsNeeded(factorisation, leaveOneOut)
            && RidgeByRows.Solve(kept, problem, targets.Span, settings, team) is { } solution)
        {
            progress?.Report(1);
            return solution;
        }

        bool generalized = settings.AlphaSelection == AlphaSelection.GeneralizedCrossValidation;
        double[] meanErrors = [.. Enumerable.Range(0, settings.Alphas.Count)
            .Select(a => generalized ? leaveOneOut.GeneralizedError(a) : leaveOneOut.MeanError(a))];
        int best = IndexOfMin(meanErrors);
        double[] coefficients = leaveOneOut.Coefficients(best, team);
        double[] predictions = Predict(problem, leaveOneOut.Errors[best], coefficients, features, targets.Span);
        double[] intercepts = UndoScaling(problem, coefficients);
        progress?.Report(1);
        GC.KeepAlive(features);
        return new()
        {
            Alpha = settings.Alphas[best],
            Selection = generalized ? AlphaSelection.GeneralizedCrossValidation : AlphaSelection.LeaveOneOut,
            MeanLeverage = leaveOneOut.MeanLeverage(best),
            SelectionErrors = meanErrors,
            Coefficients = coefficients,
            Intercepts = intercepts,
            LeaveOneOutPredictions = predictions,
            Orientation = orientation,
            IsIllConditioned = factorisation.IsIllConditioned(best)
                || leaveOneOut.MinDifference(best) < Math.ScaleB(1, LeastSoundDifference),
        };
    }

    /// <summary>
    /// Fits on sums, whatever the number of examples. The penalty is chosen by holdout where a holdout is given, else
    /// by generalized cross-validation.
    /// </summary>
    /// <param name="statistics">
    /// Of at least two examples. With a holdout it is merged with it, so that the model is fitted on all.
    /// </param>
    /// <param name="settings">Hyperparameters; the orientation is that of features.</param>
    /// <param name="holdout">Examples that are not in <paramref name="statistics"/>, or null.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// There are too few examples, a setting breaks a rule, or the settings ask for leave-one-out, which sums do not
    /// give.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static RidgeSolution Solve(RidgeStatistics statistics, RidgeSettings settings,
        RidgeStatistics? holdout = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        RidgeChecks.ValidateSettings(settings);
        if (statistics.Count < 2 || holdout is { Count: < 1 })
            throw new ArgumentException($"The sums are of {statistics.Count} "
                + $"examples{(holdout is null ? "" : $", those held out of {holdout.Count}")}; a fit needs at least 2, "
                + "and a holdout 1. Add examples.", nameof(statistics));
        AlphaSelection selection = holdout is null ? AlphaSelection.GeneralizedCrossValidation : AlphaSelection.Holdout;
        if (settings.AlphaSelection != AlphaSelection.Auto && settings.AlphaSelection != selection)
            throw new ArgumentException($"'AlphaSelection' is {settings.AlphaSelection}; these sums allow {selection}. "
                + "Set it or Auto, or give the examples themselves.", nameof(settings));
        cancellation.ThrowIfCancellationRequested();
        var team = new WorkTeam(settings.NumberOfThreads, progress, cancellation);
        team.Expect(RidgeOnStatistics.Work(statistics.NumberOfFeatures) * (holdout is null ? 1 : 2));

        double[] alphas = [.. settings.Alphas];
        double[] errors;
        int best;
        using (var fit = new RidgeOnStatistics(statistics, alphas, settings, team))
        {
            errors = [.. Enumerable.Range(0, alphas.Length)
                .Select(a => holdout is null ? fit.GeneralizedCrossValidation(a) : fit.ErrorOn(holdout, a, team))];
            best = IndexOfMin(errors);
            if (holdout is null)
                return Solution(fit, best);
        }

        statistics.Merge(holdout);
        using var whole = new RidgeOnStatistics(statistics, [alphas[best]], settings, team);
        return Solution(whole, 0);

        RidgeSolution Solution(RidgeOnStatistics fitted, int penalty)
        {
            (double[] coefficients, double[] intercepts) = fitted.Solve(penalty);
            progress?.Report(1);
            return new()
            {
                Alpha = alphas[best],
                Selection = selection,
                MeanLeverage = fitted.MeanLeverage(penalty),
                SelectionErrors = errors,
                Coefficients = coefficients,
                Intercepts = intercepts,
                LeaveOneOutPredictions = [],
                Orientation = GramOrientation.Features,
                IsIllConditioned = fitted.IsIllConditioned(penalty),
            };
        }
    }

    private static int IndexOfMin(double[] errors)
    {
        int best = 0;
        for (int a = 1; a < errors.Length; a++)
        {
            if (errors[a] < errors[best] || double.IsNaN(errors[best]))
                best = a;
        }

        return best;
    }

    /// <summary>
    /// Target less leave-one-out error; for an example of weight zero, which is left out as it is, the
    /// model's prediction.
    /// </summary>
    private static double[] Predict(RidgeProblem problem, double[] errors, double[] coefficients,
        FeatureMatrix features, ReadOnlySpan<double> targets)
    {
        int numberOfTargets = problem.NumberOfTargets;
        var predictions = new double[targets.Length];
        int example = 0;
        for (int i = 0; i < features.RowCount; i++)
        {
            bool takesPart = example < problem.Examples && problem.RowIndexes[example] == i;
            for (int t = 0; t < numberOfTargets; t++)
            {
                predictions[i * numberOfTargets + t] = takesPart
                    ? targets[i * numberOfTargets + t]
                        - errors[example * numberOfTargets + t] / Math.Sqrt(problem.Weights[example])
                    : problem.TargetMeans[t]
                        + Dot(features[i], coefficients.AsSpan(t * problem.Columns, problem.Columns));
            }

            if (takesPart)
                example++;
        }

        return predictions;
    }

    /// <summary>Converts coefficients to those of the features as they were given.</summary>
    /// <returns>The intercepts.</returns>
    private static double[] UndoScaling(RidgeProblem problem, double[] coefficients)
    {
        var intercepts = (double[])problem.TargetMeans.Clone();
        for (int t = 0; t < intercepts.Length; t++)
        {
            Span<double> row = coefficients.AsSpan(t * problem.Columns, problem.Columns);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] *= problem.Scaling.Factor(j);
                intercepts[t] -= row[j] * problem.Scaling.Means[j];
            }
        }

        return intercepts;
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
            sum += x[j] * y[j];
        return sum;
    }
}
