using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A ridge fit, and for some of the examples what the model fitted without them predicts, to calibrate scores
/// on: exactly for every example where features were held in memory; for a sample, at the mean leverage,
/// where they streamed.
/// </summary>
/// <param name="Solution">The model.</param>
/// <param name="Examples">The examples with predictions.</param>
/// <param name="Predictions">[one of <paramref name="Examples"/>, target], row-major.</param>
internal sealed record RidgeFit(RidgeSolution Solution, int[] Examples, double[] Predictions)
{
    private const long MaxFeaturesHeld = 1L << 28;
    private const double CheapLeaveOneOut = 1e11;
    private const int RowsPerBlock = 1024;
    private const ulong SampleSeed = 1;         // the same examples every time

    /// <summary>The examples that scores are calibrated on where features streamed.</summary>
    public const int MaxPredictions = 2048;

    /// <summary>Writes the targets of an example.</summary>
    public delegate void TargetsOf(int example, Span<double> targets);

    /// <summary>Gives the features of an example.</summary>
    public delegate ReadOnlySpan<float> FeaturesOf(int example);

    /// <summary>
    /// Whether rows are better summed than held: the rule of <see cref="RidgeOptions.AlphaSelection"/>.
    /// </summary>
    public static bool TooManyToHold(long rows, int features, AlphaSelection selection) => selection switch
    {
        AlphaSelection.LeaveOneOut => false,
        AlphaSelection.Holdout => true,
        AlphaSelection.GeneralizedCrossValidation => rows > features,
        // With fewer rows than features the rows are the smaller thing to hold.
        _ => rows > features && (rows * features > MaxFeaturesHeld
            || (rows > 2L * features && (double)rows * features * features > CheapLeaveOneOut)),
    };

    /// <summary>Whether a column among several has so many rows that all are read in blocks.</summary>
    public static bool TooManyToHold(long rows, IEnumerable<ColumnBlock> blocks, AlphaSelection selection)
        => blocks.Any(block => TooManyToHold(rows, block.Length, selection));

    /// <summary>
    /// Fits one linear function a target on the features of each of the columns that were joined, one after the other,
    /// and on all of them where <see cref="RidgeOptions.WeightOfJoint"/> asks for it and rows are held: ridge itself
    /// runs on all threads.
    /// </summary>
    /// <param name="rows">Features that are held are spent afterwards.</param>
    /// <param name="numberOfTargets">Targets of an example.</param>
    /// <param name="targetsOf">The targets of each.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="monitor">Gets progress.</param>
    /// <returns>One a column; all have predictions for the same examples.</returns>
    public static (RidgeFit[] Columns, RidgeFit? Joint) SolveBlocks(TrainingRows rows, int numberOfTargets,
        TargetsOf targetsOf, double[] weights, RidgeOptions options, FitMonitor monitor)
    {
        WarnOfSmallWeights(weights, options, monitor);
        bool isJoint = IsJoint(rows, options, monitor);
        if (rows.Features is not { } features)
            return (Stream(rows, numberOfTargets, targetsOf, weights, options, monitor), null);
        double[] targets = Targets(0, rows.Labels.Count, numberOfTargets, targetsOf);
        int[] examples = [.. Enumerable.Range(0, rows.Labels.Count)];
        var fits = new RidgeFit[rows.Columns.Count];
        monitor.Begin("solving", "parts", fits.Length + (isJoint ? 1 : 0));
        for (int b = 0; b < fits.Length; b++)
        {
            ColumnBlock block = rows.Columns[b];
            using FeatureMatrix? copy = fits.Length == 1 ? null : new FeatureMatrix(block.Length);
            if (copy is not null)
                features.CopyColumns(block.Start, copy);
            fits[b] = Solve(copy ?? features, block.Name, b);
        }

        return (fits, isJoint ? Solve(features, options.JointName, fits.Length) : null);

        RidgeFit Solve(FeatureMatrix held, string name, int part)
        {
            RidgeSolution solution =
                Ridge.Solve(held, targets, weights, options.Settings(), monitor.AsFraction(part));
            WarnOfCondition(solution, name, monitor);
            return new(solution, examples, solution.LeaveOneOutPredictions);
        }
    }

    /// <summary>The values of an array for the examples that have predictions.</summary>
    public T[] OfExamples<T>(T[] values)
        => values.Length == 0 ? [] : Array.ConvertAll(Examples, example => values[example]);

    private static RidgeFit[] Stream(TrainingRows rows, int numberOfTargets, TargetsOf targetsOf, double[] weights,
        RidgeOptions options, FitMonitor monitor)
    {
        int count = rows.Labels.Count;
        bool holdsOut = options.AlphaSelection == AlphaSelection.Holdout;
        bool[] isHeldOut = holdsOut ? SpreadExamples.OneOfEach(1 / options.HoldoutFraction, count, SampleSeed) : [];
        bool[] isSampled = SpreadExamples.OneOfEach(Math.Max(1, (double)count / MaxPredictions), count, SampleSeed);
        var blocks = new List<StreamedBlock>();
        using var sample = new FeatureMatrix(rows.NumberOfFeatures);
        try
        {
            foreach (ColumnBlock block in rows.Columns)
                blocks.Add(new(block, rows, numberOfTargets, options));
            rows.ReadBlocks(RowsPerBlock, (block, first) =>
            {
                for (int i = 0; i < block.RowCount; i++)
                {
                    if (isSampled[first + i])
                        block[i].CopyTo(sample.AddRow());
                }

                double[] targets = Targets(first, block.RowCount, numberOfTargets, targetsOf);
                double[] summed = WeightsOf(first, block.RowCount, heldOut: false);
                double[] heldOut = holdsOut ? WeightsOf(first, block.RowCount, heldOut: true) : [];
                foreach (StreamedBlock streamed in blocks)
                    streamed.Add(block, targets, summed, heldOut);
            });

            int[] examples = [.. Enumerable.Range(0, count).Where(i => isSampled[i])];
            var fits = new RidgeFit[blocks.Count];
            monitor.Begin("solving", "parts", fits.Length);
            for (int b = 0; b < fits.Length; b++)
            {
                ColumnBlock block = rows.Columns[b];
                RidgeSolution solution = blocks[b].Solve(
                    () => Targets(0, count, numberOfTargets, targetsOf), weights, monitor.AsFraction(b));
                WarnOfCondition(solution, block.Name, monitor);
                fits[b] = new(solution, examples, PredictionsWithout(solution,
                    i => sample[i].Slice(block.Start, block.Length), examples, numberOfTargets, targetsOf));
            }

            return fits;
        }
        finally
        {
            blocks.ForEach(block => block.Dispose());
        }

        // An example of weight zero takes no part.
        double[] WeightsOf(int first, int length, bool heldOut)
        {
            if (!holdsOut)
                return weights.Length == 0 ? [] : weights[first..(first + length)];
            return [.. Enumerable.Range(first, length)
                .Select(example => isHeldOut[example] != heldOut ? 0 : weights.Length == 0 ? 1 : weights[example])];
        }
    }

    private static bool IsJoint(TrainingRows rows, RidgeOptions options, FitMonitor monitor)
    {
        if (options.WeightOfJoint == 0 || rows.Columns.Count == 1)
            return false;
        int count = rows.Labels.Count;
        if (rows.Features is { } features && Math.Min(count, features.ColumnCount) <= options.MaxJointDimension)
            return true;
        monitor.Warn(FormattableString.Invariant(
            $"JointWeight is {options.WeightOfJoint}, but there are {count} rows and {rows.NumberOfFeatures} ")
            + (rows.Features is null ? "features, read in blocks of rows; " : "features; ")
            + "a ridge on all columns side by side needs at most "
            + FormattableString.Invariant($"{options.MaxJointDimension} rows or features, held in memory. ")
            + "The model is made of the single columns alone. Set JointWeight to 0 to ask for that, or use fewer rows "
            + "or features.");
        return false;
    }

    // Weights that sum to 1 are a habit elsewhere.
    private static void WarnOfSmallWeights(double[] weights, RidgeOptions options, FitMonitor monitor)
    {
        const double fewest = 0.1;
        double total = weights.Sum();
        if (weights.Length == 0 || options is not RidgeClassifierOptions || total >= fewest * weights.Length)
            return;
        monitor.Warn(FormattableString.Invariant(
            $"The weights of {weights.Length} rows sum to {total:G3}. ")
            + "Calibration counts a weight of 1 as one row, so that probabilities "
            + "are near the shares of the classes. Multiply the weights, so that they are 1 on average.");
    }

    /// <summary>Warns where rounding decided the solution.</summary>
    public static void WarnOfCondition(RidgeSolution solution, string column, FitMonitor monitor)
    {
        if (solution.IsIllConditioned)
        {
            monitor.Warn(FormattableString.Invariant(
                $"Column '{column}' is too ill-conditioned for the penalty ")
                + FormattableString.Invariant($"{solution.Alpha:G3}: its ")
                + "features nearly depend on each other, so that rounding decides coefficients, and leave-one-out "
                + "predictions may be wrong. Raise Alphas, remove features, or set ScaleFeatures.");
        }
    }

    private static double[] Targets(int first, int count, int numberOfTargets, TargetsOf targetsOf)
    {
        var targets = new double[count * numberOfTargets];
        for (int i = 0; i < count; i++)
            targetsOf(first + i, targets.AsSpan(i * numberOfTargets, numberOfTargets));
        return targets;
    }

    /// <summary>
    /// What the model fitted without each of some examples predicts for it: exactly where that is known, else at the
    /// mean leverage.
    /// </summary>
    /// <param name="solution">The model.</param>
    /// <param name="features">The features of the first, second, ... of the examples.</param>
    /// <param name="examples">The numbers of the examples.</param>
    /// <param name="numberOfTargets">Targets of an example.</param>
    /// <param name="targetsOf">The targets of each.</param>
    /// <returns>[one of <paramref name="examples"/>, target], row-major.</returns>
    public static double[] PredictionsWithout(
        RidgeSolution solution, FeaturesOf features, int[] examples, int numberOfTargets, TargetsOf targetsOf)
    {
        if (solution.LeaveOneOutPredictions is { Length: > 0 } exact)
        {
            return [.. examples.SelectMany(
                example => exact.AsSpan(example * numberOfTargets, numberOfTargets).ToArray())];
        }

        LinearModel model = LinearModel.From(solution);
        var predictions = new double[examples.Length * numberOfTargets];
        Span<double> targets = new double[numberOfTargets];
        for (int i = 0; i < examples.Length; i++)
        {
            Span<double> prediction = predictions.AsSpan(i * numberOfTargets, numberOfTargets);
            model.Score(features(i), prediction);
            targetsOf(examples[i], targets);
            for (int t = 0; t < numberOfTargets; t++)
                prediction[t] = solution.PredictionWithout(prediction[t], targets[t]);
        }

        return predictions;
    }
}
