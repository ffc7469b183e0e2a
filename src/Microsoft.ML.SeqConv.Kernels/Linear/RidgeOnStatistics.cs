namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge from <see cref="RidgeStatistics"/>: centring and scaling are done to the sums. With c = X^T y, the
/// coefficients at a penalty are b = (K + alpha I)^-1 c, the residual sum of squares y.y - b.c - alpha b.b, and the
/// effective parameters the trace of K (K + alpha I)^-1.
/// </summary>
internal sealed unsafe class RidgeOnStatistics : IDisposable
{
    private readonly RidgeStatistics _statistics;
    private readonly RidgeFactorisation _factorisation;
    private readonly bool _fitIntercept;
    private readonly double[] _means;           // [feature], as differences from the origin
    private readonly double[] _deviations;      // [feature]
    private readonly double[] _targetMeans;     // [target], as differences from the origin
    private readonly double[] _targetSquares;   // [target], of what is centred
    private readonly double[] _sides;           // [target, feature]: c

    /// <param name="statistics">At least two examples.</param>
    /// <param name="alphas">Penalties.</param>
    /// <param name="settings">Intercept and scaling.</param>
    /// <param name="team">The threads.</param>
    public RidgeOnStatistics(RidgeStatistics statistics, double[] alphas, RidgeSettings settings, WorkTeam team)
    {
        _statistics = statistics;
        _fitIntercept = settings.FitIntercept;
        int columns = statistics.NumberOfFeatures;
        double weight = statistics.TotalWeight;
        double[] ownMeans = [.. statistics.Sums.Select(sum => sum / weight)];

        // Without an intercept nothing is subtracted: the place to measure from is zero, not the origin.
        _means = settings.FitIntercept ? ownMeans : [.. statistics.Origin.Select(origin => -origin)];
        _deviations = new double[columns];
        for (int j = 0; j < columns; j++)
        {
            double square = statistics.Gram[(long)j * statistics.Size + j] / weight;
            double variance = square - ownMeans[j] * ownMeans[j];
            bool isRounding = variance <= 1e-14 * square
                || FeatureScaling.IsConstant(variance, statistics.Origin[j] + ownMeans[j]);
            _deviations[j] = !settings.ScaleFeatures ? 1
                : isRounding ? FeatureScaling.OfConstant(settings.FitIntercept)
                : Math.Sqrt(variance);
        }

        _targetMeans = [.. statistics.TargetSums.Select(
            (sum, t) => settings.FitIntercept ? sum / weight : -statistics.TargetOrigin[t])];
        _targetSquares = [.. statistics.Squares.Select((square, t) =>
            Centred(square, statistics.TargetSums[t], statistics.TargetSums[t], _targetMeans[t], _targetMeans[t]))];
        _sides = new double[(long)statistics.NumberOfTargets * columns];
        for (int k = 0; k < _sides.Length; k++)
        {
            int t = k / columns;
            int j = k % columns;
            _sides[k] = Centred(statistics.Cross[k], statistics.Sums[j], statistics.TargetSums[t], _means[j],
                _targetMeans[t]) / _deviations[j];
        }

        _factorisation = RidgeFactorisation.OfFeatures(CentredGram(team), columns, alphas, statistics.Precision, team);
    }

    /// <summary>The work of the factorisation for <see cref="WorkTeam"/>.</summary>
    public static double Work(int features) => BandReduction.Work(features);

    /// <summary>Coefficients of the features as they were given, and intercepts.</summary>
    public (double[] Coefficients, double[] Intercepts) Solve(int penalty)
    {
        double[] coefficients = Scaled(penalty);
        var intercepts = new double[_statistics.NumberOfTargets];
        int columns = _statistics.NumberOfFeatures;
        for (int t = 0; t < intercepts.Length; t++)
        {
            intercepts[t] = _fitIntercept ? _statistics.TargetOrigin[t] + _targetMeans[t] : 0;
            for (int j = 0; j < columns; j++)
            {
                ref double coefficient = ref coefficients[t * columns + j];
                coefficient /= _deviations[j];
                if (_fitIntercept)
                    intercepts[t] -= coefficient * (_statistics.Origin[j] + _means[j]);
            }
        }

        return (coefficients, intercepts);
    }

    /// <summary>The mean share of an example in its own prediction.</summary>
    public double MeanLeverage(int penalty)
        => (_factorisation.EffectiveParameters(penalty) + (_fitIntercept ? 1 : 0)) / _statistics.Count;

    /// <summary>
    /// Generalized cross-validation (Golub, Heath and Wahba 1979): the mean squared residual over (1
    /// - mean leverage)^2.
    /// </summary>
    public double GeneralizedCrossValidation(int penalty)
    {
        double[] coefficients = Scaled(penalty);
        int columns = _statistics.NumberOfFeatures;
        double residuals = 0;
        for (int t = 0; t < _statistics.NumberOfTargets; t++)
        {
            double explained = 0;
            double norm = 0;
            for (int j = 0; j < columns; j++)
            {
                double coefficient = coefficients[t * columns + j];
                explained += coefficient * _sides[t * columns + j];
                norm += coefficient * coefficient;
            }

            residuals += Math.Max(0, _targetSquares[t] - explained - _factorisation.Alphas[penalty] * norm);
        }

        // Without freedom left a residual of zero says nothing.
        double freedom = Math.Max(1 - MeanLeverage(penalty), Math.ScaleB(1, -24));
        return residuals / (_statistics.TotalWeight * _statistics.NumberOfTargets) / (freedom * freedom);
    }

    /// <summary>The mean squared error on other examples.</summary>
    public double ErrorOn(RidgeStatistics others, int penalty, WorkTeam team)
    {
        (double[] coefficients, double[] intercepts) = Solve(penalty);
        int columns = others.NumberOfFeatures;
        var errors = new double[others.NumberOfTargets];
        team.Run(errors.Length, (double)errors.Length * columns * columns, t =>
        {
            // Of (e - f - d.b)^2: e and d are differences from the others' origins, f what is left of
            // the intercept there.
            ReadOnlySpan<double> b = coefficients.AsSpan(t * columns, columns);
            double left = intercepts[t] - others.TargetOrigin[t];
            double linear = 0;
            double cross = 0;
            double square = 0;
            for (int i = 0; i < columns; i++)
            {
                left += b[i] * others.Origin[i];
                linear += b[i] * others.Sums[i];
                cross += b[i] * others.Cross[t * columns + i];
                double* row = others.Gram + (long)i * others.Size;
                double product = 0;
                for (int j = 0; j < i; j++)
                    product += row[j] * b[j];
                square += b[i] * (2 * product + row[i] * b[i]);
            }

            errors[t] = others.Squares[t] - 2 * left * others.TargetSums[t] + left * left * others.TotalWeight
                - 2 * cross + 2 * left * linear + square;
        });

        // A difference of sums: rounding may bring an error of zero below it.
        return Math.Max(0, errors.Sum() / (others.TotalWeight * others.NumberOfTargets));
    }

    public bool IsIllConditioned(int penalty) => _factorisation.IsIllConditioned(penalty);

    public void Dispose() => _factorisation.Dispose();

    /// <summary>The sum of (d - m)(e - n) from those of d e, d and e.</summary>
    private double Centred(double products, double sum, double otherSum, double mean, double otherMean)
        => products - mean * otherSum - otherMean * sum + _statistics.TotalWeight * mean * otherMean;

    /// <summary>The Gram matrix of centred and scaled features, both triangles.</summary>
    private AlignedBuffer CentredGram(WorkTeam team)
    {
        int size = _statistics.Size;
        int columns = _statistics.NumberOfFeatures;
        var gram = new AlignedBuffer((long)size * size);
        double* target = gram.Pointer;
        team.Run(columns, (double)columns * columns, i =>
        {
            double* row = _statistics.Gram + (long)i * size;
            for (int j = 0; j <= i; j++)
                target[(long)i * size + j] = Centred(row[j], _statistics.Sums[i], _statistics.Sums[j], _means[i],
                    _means[j]) / (_deviations[i] * _deviations[j]);
        });
        new GramAccumulator(target, size, _statistics.Precision, team).Mirror();
        return gram;
    }

    /// <summary>b, of centred and scaled features: [target, feature].</summary>
    private double[] Scaled(int penalty) => _factorisation.SolveFeatures(_sides, penalty);
}
