using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Exact leave-one-out of a factored ridge problem for every penalty. An example z, in the coordinates of the band,
/// enters as u = L^-1 Q^T z and the targets as g = L^-1 Q^T (right-hand side); all that is needed are u.u and u.g.
/// <list type="bullet">
/// <item>Orientation examples: z is a unit vector, u.u the diagonal of G = (K + alpha I)^-1, u.g the dual coefficient c
/// = G y; the error is c[i] / d[i], d[i] = G[i, i].</item>
/// <item>Orientation features: z is the row x, u.u its leverage h and u.g its fitted value; the error is (y - u.g) /
/// d, d = 1 - h.</item>
/// </list>
/// With an intercept the mean takes its part: weight / total of the leverage, and of G[i, i] weight / total / (alpha +
/// shift). An example whose weight is nearly the total would lose its digits in that difference. Its 1 - weight / total
/// is the weight of the others over the total, and its unit vector is centred before it enters.
/// </summary>
internal sealed unsafe class LeaveOneOut : IDisposable
{
    private const int StripsPerItem = 4;
    private const int ExamplesPerItem = StripsPerItem * Tile.Width;

    private readonly RidgeProblem _problem;
    private readonly RidgeFactorisation _factorisation;
    private readonly int _size;
    private readonly int _paddedTargets;
    private readonly AlignedBuffer _solutions;     // [alpha, padded target, size]: g

    internal LeaveOneOut(RidgeProblem problem, RidgeFactorisation factorisation, WorkTeam team)
    {
        _problem = problem;
        _factorisation = factorisation;
        _size = factorisation.Size;
        _paddedTargets = Padded(problem.NumberOfTargets);
        int penalties = factorisation.Alphas.Length;
        _solutions = new AlignedBuffer((long)penalties * _paddedTargets * _size);
        Errors = new double[penalties][];
        Denominators = new double[penalties][];
        for (int a = 0; a < penalties; a++)
        {
            Errors[a] = new double[problem.Targets.Length];
            Denominators[a] = new double[problem.Examples];
        }

        SolveTargets(team);
        team.Run((problem.Examples + ExamplesPerItem - 1) / ExamplesPerItem,
            Work(problem.Examples, problem.Columns, problem.NumberOfTargets, penalties,
                factorisation.Orientation), item =>
                    Evaluate(item * ExamplesPerItem,
                        Math.Min(ExamplesPerItem, problem.Examples - item * ExamplesPerItem), team));
    }

    /// <summary>
    /// [alpha][example, target]: what the model fitted without the example misses, times the root of its weight.
    /// </summary>
    internal double[][] Errors { get; }

    /// <summary>[alpha][example]: d.</summary>
    internal double[][] Denominators { get; }

    internal static double Work(int examples, int columns, int targets, int penalties, GramOrientation orientation)
    {
        int dimension = RidgeFactorisation.Dimension(examples, columns, orientation);
        double solution = BandCholesky.SolutionWork(dimension, RidgeFactorisation.Bandwidth(dimension))
            + (double)dimension * Padded(targets);
        return examples * (BandReduction.RotationWork(dimension) + penalties * solution);
    }

    /// <summary>The mean squared error of one penalty.</summary>
    internal double MeanError(int penalty)
        => Errors[penalty].Sum(error => error * error) / (_problem.TotalWeight * _problem.NumberOfTargets);

    /// <summary>The mean share of an example in its own prediction.</summary>
    internal double MeanLeverage(int penalty) => 1 - Denominators[penalty].Sum() * Freedom(penalty) / _problem.Examples;

    /// <summary>The mean squared residual over (1 - mean leverage)^2.</summary>
    internal double GeneralizedError(int penalty)
    {
        double residuals = 0;
        for (int k = 0; k < Errors[penalty].Length; k++)
        {
            double residual = Errors[penalty][k]
                * Denominators[penalty][k / _problem.NumberOfTargets] * Freedom(penalty);
            residuals += residual * residual;
        }

        double freedom = Math.Max(1 - MeanLeverage(penalty), Math.ScaleB(1, -24));
        return residuals / (_problem.TotalWeight * _problem.NumberOfTargets) / (freedom * freedom);
    }

    /// <summary>
    /// The least 1 - leverage that was formed as that difference, at one penalty: errors have lost the digits of 2^-52
    /// over it.
    /// </summary>
    internal double MinDifference(int penalty)
    {
        double least = 1;
        for (int i = 0; _factorisation.Orientation == GramOrientation.Features && i < _problem.Examples; i++)
        {
            if (i != _problem.Dominating)
                least = Math.Min(least, Denominators[penalty][i]);
        }

        return least;
    }

    /// <summary>What d is to be multiplied by for 1 - leverage.</summary>
    private double Freedom(int penalty)
        => _factorisation.Orientation == GramOrientation.Examples ? _factorisation.Alphas[penalty] : 1;

    /// <summary>Coefficients for the prepared features, [target, feature].</summary>
    internal double[] Coefficients(int penalty, WorkTeam team) =>
        _factorisation.Orientation == GramOrientation.Examples ? FromExamples(penalty, team) : FromFeatures(penalty);

    public void Dispose() => _solutions.Dispose();

    private static int Padded(int targets) => (targets + Tile.Height - 1) & -Tile.Height;

    /// <summary>g for every penalty, twelve targets at a time.</summary>
    private void SolveTargets(WorkTeam team)
    {
        int bandwidth = _factorisation.Reduction.Bandwidth;
        int strips = (_problem.NumberOfTargets + Tile.Width - 1) / Tile.Width;
        double[] sides = _factorisation.Orientation == GramOrientation.Examples
            ? _problem.Targets
            : _problem.MultiplyTransposed(_problem.Targets, _problem.NumberOfTargets, team);
        team.Run(strips, 0, strip =>
        {
            using var z = new AlignedBuffer((long)_size * Tile.Width);
            using var u = new AlignedBuffer((long)(bandwidth + _size) * Tile.Width);
            int firstTarget = strip * Tile.Width;
            int count = Math.Min(Tile.Width, _problem.NumberOfTargets - firstTarget);
            LoadTargets(sides, z.Pointer, firstTarget, count);
            _factorisation.Reduction.Rotate(z.Pointer, 1);
            for (int a = 0; a < _factorisation.Alphas.Length; a++)
            {
                _factorisation.Factors[a].Solve(z.Pointer, u.Pointer);
                for (int t = 0; t < count; t++)
                {
                    double* solution = Solution(a) + (long)(firstTarget + t) * _size;
                    for (int k = 0; k < _size; k++)
                        solution[k] = u.Pointer[(long)(bandwidth + k) * Tile.Width + t];
                }

                team.Checkpoint();
            }
        });
    }

    /// <summary>The right-hand sides: targets by example, or X^T targets by feature.</summary>
    private void LoadTargets(double[] sides, double* z, int firstTarget, int count)
    {
        Debug.Assert(count >= 0 && count <= Tile.Width, "The targets are more than a strip has columns.");
        bool byExample = _factorisation.Orientation == GramOrientation.Examples;
        int targets = _problem.NumberOfTargets;
        int dimension = sides.Length / targets;
        for (int k = 0; k < dimension; k++)
        {
            for (int t = 0; t < count; t++)
                z[(long)k * Tile.Width + t] =
                    byExample ? sides[k * targets + firstTarget + t] : sides[(firstTarget + t) * dimension + k];
        }
    }

    private void Evaluate(int firstExample, int count, WorkTeam team)
    {
        int bandwidth = _factorisation.Reduction.Bandwidth;
        int strips = (count + Tile.Width - 1) / Tile.Width;
        using var z = new AlignedBuffer((long)strips * _size * Tile.Width);
        using var u = new AlignedBuffer((long)(bandwidth + _size) * Tile.Width);
        using var fits = new AlignedBuffer((long)_paddedTargets * Tile.Width);
        LoadExamples(z.Pointer, firstExample, count);
        _factorisation.Reduction.Rotate(z.Pointer, strips);
        double* solved = u.Pointer + (long)bandwidth * Tile.Width;
        double* squares = stackalloc double[Tile.Width];
        for (int a = 0; a < _factorisation.Alphas.Length; a++)
        {
            for (int strip = 0; strip < strips; strip++)
            {
                _factorisation.Factors[a].Solve(z.Pointer + (long)strip * _size * Tile.Width, u.Pointer);
                fits.Clear();
                for (int t = 0; t < _paddedTargets; t += Tile.Height)
                    Tile.Add(fits.Pointer + t * Tile.Width, Tile.Width,
                        Solution(a) + (long)t * _size, _size, solved, _size, 1);
                Tile.SumSquares(solved, _size, squares);
                for (int lane = 0; lane < Math.Min(Tile.Width, count - strip * Tile.Width); lane++)
                    KeepErrors(a, firstExample + strip * Tile.Width + lane, squares[lane], fits.Pointer + lane);
            }

            team.Checkpoint();
        }
    }

    private void LoadExamples(double* z, int firstExample, int count)
    {
        Debug.Assert(firstExample >= 0 && firstExample + count <= _problem.Examples, "There are no such examples.");
        for (int i = 0; i < count; i++)
        {
            double* lane = z + (long)(i / Tile.Width) * _size * Tile.Width + i % Tile.Width;
            if (_factorisation.Orientation == GramOrientation.Examples)
            {
                LoadUnit(lane, firstExample + i);
                continue;
            }

            float* row = (float*)_problem.Rows[firstExample + i];
            for (int j = 0; j < _problem.Columns; j++)
                lane[(long)j * Tile.Width] = row[j]
                    - _problem.RootWeights[firstExample + i] * _factorisation.FeatureMeans[j];
        }
    }

    /// <summary>
    /// The unit vector of an example; that of a dominating one less its part of the intercept's direction.
    /// </summary>
    private void LoadUnit(double* lane, int example)
    {
        Debug.Assert(example >= 0 && example < _size, "There is no such example.");
        lane[(long)example * Tile.Width] = 1;
        if (example != _problem.Dominating)
            return;
        double[] r = _problem.RootWeights;
        for (int i = 0; i < r.Length; i++)
            lane[(long)i * Tile.Width] = -r[example] * r[i] / _problem.TotalWeight;
        lane[(long)example * Tile.Width] = _problem.RestWeight / _problem.TotalWeight;
    }

    /// <summary>The errors of one example.</summary>
    /// <param name="penalty">Which alpha.</param>
    /// <param name="example">Which example.</param>
    /// <param name="square">u.u.</param>
    /// <param name="fits">u.g of each target, twelve apart.</param>
    private void KeepErrors(int penalty, int example, double square, double* fits)
    {
        bool byExample = _factorisation.Orientation == GramOrientation.Examples;
        bool dominates = example == _problem.Dominating;
        double whole = byExample ? square : dominates ? _problem.RestWeight / _problem.TotalWeight : 1;
        double denominator = byExample ? square : whole - square;
        if (_problem.FitIntercept && !dominates)
            denominator -= _problem.Weights[example] / _problem.TotalWeight
                / (byExample ? _factorisation.Alphas[penalty] + _factorisation.MeanDiagonal : 1);
        // An example that alone determines a coefficient has a leverage of 1: what is left of the
        // difference is rounding.
        denominator = Math.Max(denominator, Math.ScaleB(whole, -48));
        Denominators[penalty][example] = denominator;
        int targets = _problem.NumberOfTargets;
        for (int t = 0; t < targets; t++)
        {
            double fit = fits[t * Tile.Width];
            double numerator = byExample ? fit : _problem.Targets[example * targets + t] - fit;
            Errors[penalty][example * targets + t] = numerator / denominator;
        }
    }

    /// <summary>Q L^-T g.</summary>
    private double[] FromFeatures(int penalty)
    {
        var coefficients = new double[_problem.NumberOfTargets * _problem.Columns];
        using var strip = new AlignedBuffer((long)_size * Tile.Width);
        for (int first = 0; first < _problem.NumberOfTargets; first += Tile.Width)
        {
            int count = Math.Min(Tile.Width, _problem.NumberOfTargets - first);
            strip.Clear();
            for (int t = 0; t < count; t++)
            {
                double* solution = Solution(penalty) + (long)(first + t) * _size;
                for (int k = 0; k < _size; k++)
                    strip.Pointer[(long)k * Tile.Width + t] = solution[k];
                _factorisation.Factors[penalty].SolveTransposed(strip.Pointer + t, Tile.Width);
            }

            _factorisation.Reduction.RotateBack(strip.Pointer, 1);
            for (int t = 0; t < count; t++)
            {
                for (int j = 0; j < _problem.Columns; j++)
                    coefficients[(first + t) * _problem.Columns + j] = strip.Pointer[(long)j * Tile.Width + t];
            }
        }

        return coefficients;
    }

    /// <summary>X^T c, c being error times d.</summary>
    private double[] FromExamples(int penalty, WorkTeam team)
    {
        int targets = _problem.NumberOfTargets;
        var dual = new double[_problem.Targets.Length];
        for (int k = 0; k < dual.Length; k++)
            dual[k] = Errors[penalty][k] * Denominators[penalty][k / targets];
        return _problem.MultiplyTransposed(dual, targets, team);
    }

    private double* Solution(int penalty) => _solutions.Pointer + (long)penalty * _paddedTargets * _size;
}
