using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// K = Q B Q^T for the Gram matrix K of a <see cref="RidgeProblem"/>, B a band, and (B + alpha I) = L L^T
/// for every penalty.
/// <para>
/// Features were centred in float32, which leaves means of the size of rounding; with an intercept K is centred again
/// in float64. Then K r = 0 for r the roots of the weights: a direction in which K + alpha I is worth alpha alone and
/// its inverse would drown the rest. It takes no part in any coefficient, so K[example, example] + shift r r^T /
/// sum(r^2) is factored, the shift being the mean of K's diagonal.
/// </para>
/// <para>
/// K is formed in float32 first, unless float64 takes no time either. Should a pivot come out less than 2^-17 of the
/// mean diagonal, where float32 begins to show, it is formed again in float64. Penalties less than 2^-46 of the trace,
/// where float64 begins to show, count as that much. A matrix of float32 sums that cannot be formed again has penalties
/// of at least 2^-17 of its mean diagonal.
/// </para>
/// </summary>
internal sealed unsafe class RidgeFactorisation : IDisposable
{
    private const double CheapWork = 5e7;
    private const int LeastSinglePivot = -17;      // powers of two
    private const int MinDoublePivot = -46;

    // Features are rounded to 2^-24 of their size, so that a pivot of the square of that is rounding
    // alone; a bit of room.
    private const int IllConditionedPivot = -42;

    private readonly AlignedBuffer _matrix;
    private readonly double _minSoundPivot;

    private RidgeFactorisation(
        RidgeProblem problem, GramOrientation orientation, GramPrecision precision, WorkTeam team)
    {
        Orientation = orientation;
        int dimension = Dimension(problem.Examples, problem.Columns, orientation);
        int size = PaddedSize(dimension);
        _matrix = new AlignedBuffer((long)size * size);
        Accumulate(problem, orientation, precision, size, _matrix.Pointer, team);
        MeanDiagonal = PadDiagonal(_matrix.Pointer, dimension, size);
        FeatureMeans = new double[problem.Columns];
        if (problem.FitIntercept && orientation == GramOrientation.Examples)
            CentreExamples(problem, size, team);
        else if (problem.FitIntercept)
            CentreFeatures(problem, size, team);
        double leastAlpha = Math.ScaleB(MeanDiagonal * dimension, MinDoublePivot);
        _minSoundPivot = MinSoundPivot(MeanDiagonal * dimension, leastAlpha);
        (Reduction, Alphas, Factors) = Factor(_matrix, dimension, problem.Alphas, leastAlpha, team);
    }

    private RidgeFactorisation(
        AlignedBuffer gram, int dimension, double[] alphas, GramPrecision precision, WorkTeam team)
    {
        Orientation = GramOrientation.Features;
        _matrix = gram;
        MeanDiagonal = PadDiagonal(gram.Pointer, dimension, PaddedSize(dimension));
        FeatureMeans = new double[dimension];
        double leastAlpha = precision == GramPrecision.Single
            ? Math.ScaleB(MeanDiagonal, LeastSinglePivot)
            : Math.ScaleB(MeanDiagonal * dimension, MinDoublePivot);
        _minSoundPivot = MinSoundPivot(MeanDiagonal * dimension, leastAlpha);
        (Reduction, Alphas, Factors) = Factor(gram, dimension, alphas, leastAlpha, team);
    }

    internal GramOrientation Orientation { get; }

    /// <summary>The mean of K's diagonal, also the shift of the intercept's direction.</summary>
    internal double MeanDiagonal { get; }

    /// <summary>
    /// [feature]: what is still to subtract from a row, times the root of its weight. Zeros where K is
    /// [example, example].
    /// </summary>
    internal double[] FeatureMeans { get; private set; }

    internal BandReduction Reduction { get; }

    /// <summary>Penalties as they were factored.</summary>
    internal double[] Alphas { get; }

    /// <summary>[alpha].</summary>
    internal BandCholesky[] Factors { get; }

    internal int Size => Reduction.Size;

    internal static RidgeFactorisation Create(RidgeProblem problem, GramOrientation orientation, WorkTeam team)
    {
        if (Work(problem.Examples, problem.Columns, orientation, GramPrecision.Double) < CheapWork)
            return new RidgeFactorisation(problem, orientation, GramPrecision.Double, team);
        var single = new RidgeFactorisation(problem, orientation, GramPrecision.Single, team);
        if (single.Factors.Min(factor => factor.MinPivot) >= Math.ScaleB(single.MeanDiagonal, LeastSinglePivot))
            return single;
        single.Dispose();
        team.Expect(Work(problem.Examples, problem.Columns, orientation, GramPrecision.Double));
        return new RidgeFactorisation(problem, orientation, GramPrecision.Double, team);
    }

    /// <summary>Factors a Gram matrix [feature, feature] whose sums were formed elsewhere.</summary>
    /// <param name="gram">Centred; spent and disposed with the factorisation.</param>
    /// <param name="dimension">Features.</param>
    /// <param name="alphas">Penalties. Those that drown in what rounding left count as the least that does not.</param>
    /// <param name="precision">How the sums were formed.</param>
    /// <param name="team">The threads.</param>
    internal static RidgeFactorisation OfFeatures(
        AlignedBuffer gram, int dimension, double[] alphas, GramPrecision precision, WorkTeam team)
        => new(gram, dimension, alphas, precision, team);

    /// <summary>(K + alpha I)^-1 c for several columns c.</summary>
    /// <param name="sides">[column, feature].</param>
    /// <param name="penalty">Which alpha.</param>
    /// <returns>[column, feature].</returns>
    internal double[] SolveFeatures(double[] sides, int penalty)
    {
        int columns = FeatureMeans.Length;
        int bandwidth = Reduction.Bandwidth;
        var solutions = new double[sides.Length];
        using var strip = new AlignedBuffer((long)Size * Tile.Width);
        using var half = new AlignedBuffer((long)(bandwidth + Size) * Tile.Width);
        double* solved = half.Pointer + (long)bandwidth * Tile.Width;
        for (int first = 0; first < sides.Length / columns; first += Tile.Width)
        {
            int count = Math.Min(Tile.Width, sides.Length / columns - first);
            strip.Clear();
            for (int t = 0; t < count; t++)
            {
                for (int j = 0; j < columns; j++)
                    strip.Pointer[(long)j * Tile.Width + t] = sides[(first + t) * columns + j];
            }

            Reduction.Rotate(strip.Pointer, 1);
            Factors[penalty].Solve(strip.Pointer, half.Pointer);
            for (int t = 0; t < count; t++)
                Factors[penalty].SolveTransposed(solved + t, Tile.Width);
            Reduction.RotateBack(solved, 1);
            for (int t = 0; t < count; t++)
            {
                for (int j = 0; j < columns; j++)
                    solutions[(first + t) * columns + j] = solved[(long)j * Tile.Width + t];
            }
        }

        return solutions;
    }

    /// <summary>Whether rounding decides the solution at a penalty.</summary>
    internal bool IsIllConditioned(int penalty) => !(Factors[penalty].MinPivot > _minSoundPivot);

    /// <summary>The sum of the leverages: the trace of K (K + alpha I)^-1.</summary>
    internal double EffectiveParameters(int penalty)
    {
        int padding = Size - FeatureMeans.Length;
        double trace = Factors[penalty].TraceOfInverse() - padding / (MeanDiagonal + Alphas[penalty]);
        return FeatureMeans.Length - Alphas[penalty] * trace;
    }

    internal static double Work(int examples, int columns, GramOrientation orientation, GramPrecision precision)
    {
        double dimension = Dimension(examples, columns, orientation);
        return GramAccumulator.Work(dimension, (double)examples + columns - dimension, precision)
            + BandReduction.Work(dimension);
    }

    internal static int Bandwidth(int dimension) => dimension < 500 ? 24 : 48;

    internal static int PaddedSize(int dimension)
    {
        int bandwidth = Bandwidth(dimension);
        return (dimension + bandwidth - 1) / bandwidth * bandwidth;
    }

    internal static int Dimension(int examples, int columns, GramOrientation orientation)
        => orientation == GramOrientation.Examples ? examples : columns;

    public void Dispose()
    {
        foreach (BandCholesky factor in Factors)
            factor.Dispose();
        Reduction.Dispose();
        _matrix.Dispose();
    }

    // Penalties that were raised to the least that counts leave a pivot of about that size.
    private static double MinSoundPivot(double trace, double leastAlpha)
        => Math.Max(Math.ScaleB(trace, IllConditionedPivot), 2 * leastAlpha);

    private static (BandReduction Reduction, double[] Alphas, BandCholesky[] Factors) Factor(
        AlignedBuffer matrix, int dimension, double[] alphas, double leastAlpha, WorkTeam team)
    {
        int bandwidth = Bandwidth(dimension);
        int size = PaddedSize(dimension);
        var reduction = new BandReduction(matrix.Pointer, size, bandwidth, team);
        double[] penalties = [.. alphas.Select(alpha => Math.Clamp(alpha, leastAlpha, 1e250))];
        var factors = new BandCholesky[penalties.Length];
        team.Run(penalties.Length, 0.5 * size * bandwidth * bandwidth * penalties.Length,
            a => factors[a] = new BandCholesky(reduction.Band, size, bandwidth, penalties[a], leastAlpha));
        return (reduction, penalties, factors);
    }

    /// <summary>Continues the diagonal by its mean, which is returned.</summary>
    private static double PadDiagonal(double* matrix, long dimension, long size)
    {
        Debug.Assert(dimension >= 0 && dimension <= size, "The matrix is smaller than what it holds.");
        double trace = 0;
        for (long i = 0; i < dimension; i++)
            trace += matrix[i * size + i];
        double mean = trace > 0 ? trace / dimension : 1;
        for (long i = dimension; i < size; i++)
            matrix[i * size + i] = mean;
        return mean;
    }

    private static void Accumulate(RidgeProblem problem, GramOrientation orientation, GramPrecision precision, int size,
        double* matrix, WorkTeam team)
    {
        var gram = new GramAccumulator(matrix, size, precision, team);
        if (orientation == GramOrientation.Examples)
            GramStrips.ByExample(gram, problem, size, team);
        else
            GramStrips.ByFeature(gram, problem, size, team);
        gram.Mirror();
    }

    /// <summary>(I - r r^T / W) K (I - r r^T / W) + shift r r^T / W.</summary>
    private void CentreExamples(RidgeProblem problem, int size, WorkTeam team)
    {
        double[] r = problem.RootWeights;
        var products = new double[r.Length];
        double* matrix = _matrix.Pointer;
        for (int i = 0; i < r.Length; i++)
        {
            fixed (double* roots = r)
                products[i] = DenseVector.Dot(matrix + (long)i * size, roots, r.Length) / problem.TotalWeight;
        }

        double mean = 0;
        for (int i = 0; i < r.Length; i++)
            mean += r[i] * products[i] / problem.TotalWeight;
        double common = mean + MeanDiagonal / problem.TotalWeight;
        team.Run(r.Length, (double)r.Length * r.Length, i =>
        {
            double* row = matrix + (long)i * size;
            for (int j = 0; j < r.Length; j++)
                row[j] += common * (r[i] * r[j]) - (r[i] * products[j] + products[i] * r[j]);
        });
    }

    /// <summary>K - W m m^T, m the means left.</summary>
    private void CentreFeatures(RidgeProblem problem, int size, WorkTeam team)
    {
        FeatureMeans = problem.MultiplyTransposed(problem.RootWeights, 1, team);
        for (int j = 0; j < FeatureMeans.Length; j++)
            FeatureMeans[j] /= problem.TotalWeight;
        for (int i = 0; i < problem.Columns; i++)
        {
            double* row = _matrix.Pointer + (long)i * size;
            for (int j = 0; j < problem.Columns; j++)
                row[j] -= problem.TotalWeight * (FeatureMeans[i] * FeatureMeans[j]);
        }
    }
}
