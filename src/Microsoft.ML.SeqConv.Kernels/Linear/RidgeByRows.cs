namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge with fewer features than examples from the rows themselves instead of their Gram matrix, in float64: for the
/// few problems that a Gram matrix, or features in float32, are too coarse for. For each penalty it factors M, the rows
/// r (x - mean, 1) above the roots of the penalty (<see cref="RowReflections"/>).
/// <para>
/// With Q^T = (Q1 Q2)^T of M, t = Q^T (y, 0) and q the part of Q^T e[i] that belongs to Q2, the residual of example i
/// is q.t and 1 - leverage is q.q. Neither is a difference, so that leave-one-out, q.t / q.q, keeps its digits.
/// </para>
/// </summary>
internal sealed class RidgeByRows
{
    private const double MaxWork = 5e8;
    private const int MinSinglePivot = -24;         // powers of two: what features in float32 round to
    private const int MinSoundPivot = -21;          // a diagonal element of R less than that is rounding of features

    private const int MinRestShare = -64;

    private readonly float[] _features;             // [row, feature]: as given
    private readonly RidgeProblem _problem;
    private readonly int _columns;
    private readonly int _size;                     // columns of M

    private RidgeByRows(float[] features, RidgeProblem problem)
    {
        _features = features;
        _problem = problem;
        _columns = problem.Columns;
        _size = _columns + (problem.FitIntercept ? 1 : 0);
    }

    /// <summary>A copy of features that may be needed afterwards: null where that would take too long.</summary>
    internal static float[]? Keep(FeatureMatrix features, int examples, int penalties)
    {
        double rows = (double)examples + features.ColumnCount;
        double work = penalties * rows * (features.ColumnCount + 1) * (examples + features.ColumnCount);
        if (features.ColumnCount + 1 >= examples || work > MaxWork)
            return null;
        var copy = new float[features.RowCount * features.ColumnCount];
        for (int i = 0; i < features.RowCount; i++)
            features[i].CopyTo(copy.AsSpan(i * features.ColumnCount));
        return copy;
    }

    /// <summary>Whether the Gram matrix is too coarse for one of the penalties.</summary>
    internal static bool IsNeeded(RidgeFactorisation factorisation, LeaveOneOut leaveOneOut)
    {
        double least = Math.ScaleB(factorisation.MeanDiagonal, MinSinglePivot);
        return !Enumerable.Range(0, factorisation.Factors.Length).All(penalty =>
            factorisation.Factors[penalty].MinPivot > least
            && leaveOneOut.MinDifference(penalty) > Math.ScaleB(1, MinSinglePivot));
    }

    /// <summary>
    /// Fits. Null where a penalty vanishes beside features that depend on each other, or a row outweighs all others by
    /// so much that 1 less its leverage drowns in the rounding of Q.
    /// </summary>
    internal static RidgeSolution? Solve(
        float[] features, RidgeProblem problem, ReadOnlySpan<double> targets, RidgeSettings settings, WorkTeam team)
    {
        if (problem.RestWeight < Math.ScaleB(problem.TotalWeight, MinRestShare))
            return null;
        var rows = new RidgeByRows(features, problem);
        bool generalized = settings.AlphaSelection == AlphaSelection.GeneralizedCrossValidation;
        var errors = new double[settings.Alphas.Count];
        Fit? best = null;
        int chosen = 0;
        for (int a = 0; a < errors.Length; a++)
        {
            team.Checkpoint();
            if (rows.At(a) is not { } fit)
                return null;
            errors[a] = generalized ? fit.GeneralizedError : fit.MeanError;
            if (best is null || errors[a] < errors[chosen])
                (best, chosen) = (fit, a);
        }

        return new()
        {
            Alpha = settings.Alphas[chosen],
            Selection = generalized ? AlphaSelection.GeneralizedCrossValidation : AlphaSelection.LeaveOneOut,
            MeanLeverage = best!.MeanLeverage,
            SelectionErrors = errors,
            Coefficients = best.Coefficients,
            Intercepts = best.Intercepts,
            LeaveOneOutPredictions = rows.Predict(best, targets),
            Orientation = GramOrientation.Features,
            IsIllConditioned = best.IsIllConditioned,
        };
    }

    /// <summary>The fit at one penalty.</summary>
    private Fit? At(int penalty)
    {
        int examples = _problem.Examples;
        double[] scales = new double[_size];
        double[][] unsorted = Rows(Math.Sqrt(_problem.Alphas[penalty]) / _problem.Scaling.Unit, scales);
        int[] order = [.. Enumerable.Range(0, unsorted.Length).OrderByDescending(i => unsorted[i].Max(Math.Abs))];
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
            places[order[place]] = place;
        var reflections = new RowReflections(
            [.. Enumerable.Range(0, _size).Select(j => Array.ConvertAll(order, i => unsorted[i][j]))]);
        if (!(reflections.MinDiagonal > 0))
            return null;

        int targets = _problem.NumberOfTargets;
        var fit = new Fit(_problem, _columns);
        var rotated = new double[targets][];
        for (int t = 0; t < targets; t++)
        {
            rotated[t] = new double[order.Length];
            for (int i = 0; i < examples; i++)
                rotated[t][places[i]] = _problem.Targets[i * targets + t];
            reflections.Rotate(rotated[t]);
        }

        var unit = new double[order.Length];
        for (int i = 0; i < examples; i++)
        {
            Array.Clear(unit);
            unit[places[i]] = 1;
            reflections.Rotate(unit);
            fit.SetExample(i, unit.AsSpan(_size), rotated, _size);
        }

        for (int t = 0; t < targets; t++)
        {
            double[] solution = reflections.Solve(rotated[t]);
            SolvePenalised(solution, unsorted, fit, t);
            fit.SetModel(t, solution, scales);
        }

        fit.IsIllConditioned = !(reflections.MinDiagonal > Math.ScaleB(Math.Sqrt(_size), MinSoundPivot));
        return fit.IsFinite ? fit : null;
    }

    /// <summary>
    /// Where the penalty outweighs a feature, the small coefficient would have the rounding of the large ones: it is
    /// the feature's product with the residuals over the penalty.
    /// </summary>
    private void SolvePenalised(double[] solution, double[][] rows, Fit fit, int target)
    {
        for (int j = 0; j < _columns; j++)
        {
            double square = 0;
            double product = 0;
            for (int i = 0; i < _problem.Examples; i++)
            {
                square += rows[i][j] * rows[i][j];
                product += rows[i][j] * fit.Residual(i, target);
            }

            double penalty = rows[_problem.Examples + j][j] * rows[_problem.Examples + j][j];
            if (square < penalty)
                solution[j] = product / penalty;
        }
    }

    /// <summary>M, its columns divided by a power of two near their norms.</summary>
    /// <param name="rootPenalty">The root of the penalty.</param>
    /// <param name="scales">[column]: what was divided by, times the deviation.</param>
    /// <returns>[example or feature][column].</returns>
    private double[][] Rows(double rootPenalty, double[] scales)
    {
        int examples = _problem.Examples;
        double[][] rows = [.. Enumerable.Range(0, examples + _columns).Select(_ => new double[_size])];
        for (int i = 0; i < examples; i++)
        {
            ReadOnlySpan<float> features = Features(_problem.RowIndexes[i]);
            for (int j = 0; j < _columns; j++)
            {
                double difference = features[j] - _problem.Scaling.Means[j];
                rows[i][j] = _problem.RootWeights[i] * difference / _problem.Scaling.Deviations[j];
            }

            if (_problem.FitIntercept)
                rows[i][_columns] = _problem.RootWeights[i];
        }

        for (int j = 0; j < _columns; j++)
            rows[examples + j][j] = rootPenalty;
        for (int j = 0; j < _size; j++)
        {
            double scale = Math.ScaleB(1, Math.ILogB(Math.Sqrt(rows.Sum(row => row[j] * row[j]))));
            foreach (double[] row in rows)
                row[j] /= scale;
            scales[j] = scale * (j < _columns ? _problem.Scaling.Deviations[j] : 1);
        }

        return rows;
    }

    /// <summary>Target less leave-one-out error; the model's prediction for an example that takes no part.</summary>
    private double[] Predict(Fit fit, ReadOnlySpan<double> targets)
    {
        int numberOfTargets = _problem.NumberOfTargets;
        var predictions = new double[targets.Length];
        for (int k = 0; k < predictions.Length; k++)
        {
            int row = k / numberOfTargets;
            int target = k % numberOfTargets;
            int example = Array.BinarySearch(_problem.RowIndexes, row);
            predictions[k] = example < 0
                ? fit.Predict(Features(row), target)
                : targets[k] - fit.Errors[example * numberOfTargets + target] / _problem.RootWeights[example];
        }

        return predictions;
    }

    private ReadOnlySpan<float> Features(int row) => _features.AsSpan(row * _columns, _columns);

    /// <summary>What one penalty gives.</summary>
    private sealed class Fit(RidgeProblem problem, int columns)
    {
        private readonly double[] _freedoms = new double[problem.Examples];
        private readonly double[] _residuals = new double[problem.Targets.Length];

        public double[] Coefficients { get; } = new double[problem.NumberOfTargets * columns];

        public double[] Intercepts { get; } = new double[problem.NumberOfTargets];

        /// <summary>[example, target]: of leave-one-out, times the root of the weight.</summary>
        public double[] Errors { get; } = new double[problem.Targets.Length];

        public bool IsIllConditioned { get; set; }

        public bool IsFinite => Array.TrueForAll(Coefficients, double.IsFinite)
            && Array.TrueForAll(Intercepts, double.IsFinite) && Array.TrueForAll(Errors, double.IsFinite);

        public double MeanLeverage => 1 - _freedoms.Sum() / problem.Examples;

        public double MeanError => Mean(Errors);

        public double GeneralizedError
        {
            get
            {
                double freedom = Math.Max(1 - MeanLeverage, Math.ScaleB(1, -24));
                return Mean(_residuals) / (freedom * freedom);
            }
        }

        public double Residual(int example, int target) => _residuals[example * problem.NumberOfTargets + target];

        public void SetModel(int target, double[] solution, double[] scales)
        {
            double intercept = problem.TargetMeans[target];
            if (solution.Length > columns)
                intercept += solution[columns] / scales[columns];
            for (int j = 0; j < columns; j++)
            {
                double coefficient = solution[j] / scales[j];
                Coefficients[target * columns + j] = coefficient;
                intercept -= coefficient * problem.Scaling.Means[j];
            }

            Intercepts[target] = intercept;
        }

        public void SetExample(int example, ReadOnlySpan<double> q, double[][] rotated, int size)
        {
            double freedom = 0;
            foreach (double value in q)
                freedom += value * value;
            _freedoms[example] = freedom;
            for (int t = 0; t < rotated.Length; t++)
            {
                double residual = 0;
                for (int k = 0; k < q.Length; k++)
                    residual += q[k] * rotated[t][size + k];
                _residuals[example * rotated.Length + t] = residual;
                Errors[example * rotated.Length + t] = residual / freedom;
            }
        }

        public double Predict(ReadOnlySpan<float> features, int target)
        {
            double sum = Intercepts[target];
            for (int j = 0; j < features.Length; j++)
                sum += features[j] * Coefficients[target * columns + j];
            return sum;
        }

        private double Mean(double[] errors)
            => errors.Sum(error => error * error) / (problem.TotalWeight * problem.NumberOfTargets);
    }
}
