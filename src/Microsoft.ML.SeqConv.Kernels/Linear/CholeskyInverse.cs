namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Factors A = L L^T in blocks and inverts the factor: N = L^-T, so that A^-1 = N N^T. All products are dot products of rows, which are contiguous: N is upper
/// triangular and stored by rows, as L is.
/// </summary>
internal sealed unsafe class CholeskyInverse(int size, ParallelWork work) : IDisposable
{
    private const int Block = 48;

    private readonly SquareMatrix _factor = new(size);
    private readonly SquareMatrix _inverse = new(size);

    /// <summary>N = L^-T, upper triangular.</summary>
    public SquareMatrix InverseTransposed => _inverse;

    /// <summary>Factors and inverts A + alpha I.</summary>
    /// <param name="a">Its lower triangle is read.</param>
    /// <param name="alpha">Added to the diagonal.</param>
    /// <param name="from">Fraction of all work done before.</param>
    /// <param name="to">Fraction of all work done after.</param>
    /// <returns>Whether the matrix is positive definite to rounding; otherwise nothing is computed.</returns>
    public bool TryCompute(SquareMatrix a, double alpha, double from, double to)
    {
        for (int i = 0; i < size; i++)
        {
            new Span<double>(a.Row(i), i + 1).CopyTo(new Span<double>(_factor.Row(i), i + 1));
            new Span<double>(_factor.Row(i) + i + 1, (int)_factor.Stride - i - 1).Clear();
            _factor.Row(i)[i] += alpha;
        }

        double middle = (from + to) / 2;
        if (!Factor(from, middle))
            return false;
        _inverse.Clear();
        Invert(middle, to);
        return true;
    }

    public void Dispose()
    {
        _factor.Dispose();
        _inverse.Dispose();
    }

    // Left-looking: a block column is updated with all columns before it, its diagonal block factored, and the rows below solved.
    private bool Factor(double from, double to)
    {
        int blocks = (size + Block - 1) / Block;
        nint[] rows = _factor.RowPointers();
        fixed (nint* pointers = rows)
        {
            nint all = (nint)pointers;
            for (int j = 0; j < blocks; j++)
            {
                int j0 = j * Block;
                int j1 = Math.Min(size, j0 + Block);
                RowProduct.Add((double**)all, j0, j1, (double**)all, j0, j1, 0, j0, _factor.Pointer, _factor.Stride, sign: -1, lower: true);
                ClearAboveDiagonal(j0, j1);
                if (!FactorDiagonal(j0, j1))
                    return false;
                double done = from + (to - from) * j / blocks;
                work.Run(blocks - j - 1, done, done + (to - from) / blocks, job =>
                {
                    int i0 = (j + 1 + job) * Block;
                    int i1 = Math.Min(size, i0 + Block);
                    RowProduct.Add((double**)all, i0, i1, (double**)all, j0, j1, 0, j0, _factor.Pointer, _factor.Stride, sign: -1, lower: false);
                    SolveRight(_factor, i0, i1, j0, j1);
                });
            }
        }

        return true;
    }

    // Tiles beside the diagonal wrote a little above it.
    private void ClearAboveDiagonal(int j0, int j1)
    {
        for (int i = j0; i < j1; i++)
            new Span<double>(_factor.Row(i) + i + 1, j1 - i - 1).Clear();
    }

    private bool FactorDiagonal(int j0, int j1)
    {
        for (int j = j0; j < j1; j++)
        {
            double* row = _factor.Row(j);
            double before = row[j];
            double pivot = before;
            for (int k = j0; k < j; k++)
                pivot -= row[k] * row[k];
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            row[j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < j1; i++)
            {
                double* below = _factor.Row(i);
                double value = below[j];
                for (int k = j0; k < j; k++)
                    value -= below[k] * row[k];
                below[j] = value / row[j];
            }
        }

        return true;
    }

    // N L^T = I by rows: N[i, J] = (I[i, J] - N[i, I..J) L[J, I..J)^T) L[J, J]^-T.
    private void Invert(double from, double to)
    {
        int blocks = (size + Block - 1) / Block;
        nint[] inverseRows = _inverse.RowPointers();
        nint[] factorRows = _factor.RowPointers();
        fixed (nint* inversePointers = inverseRows, factorPointers = factorRows)
        {
            nint inverse = (nint)inversePointers;
            nint factor = (nint)factorPointers;
            work.Run(blocks, from, to, i =>
            {
                int i0 = i * Block;
                int i1 = Math.Min(size, i0 + Block);
                for (int row = i0; row < i1; row++)
                    _inverse.Row(row)[row] = 1;
                SolveRight(_inverse, i0, i1, i0, i1);
                for (int j = i + 1; j < blocks; j++)
                {
                    int j0 = j * Block;
                    int j1 = Math.Min(size, j0 + Block);
                    RowProduct.Add((double**)inverse, i0, i1, (double**)factor, j0, j1, i0, j0, _inverse.Pointer, _inverse.Stride, sign: -1, lower: false);
                    SolveRight(_inverse, i0, i1, j0, j1);
                }
            });
        }
    }

    // X[i, J] := X[i, J] L[J, J]^-T for rows [i0, i1): forward substitution along each row.
    private void SolveRight(SquareMatrix x, int i0, int i1, int j0, int j1)
    {
        for (int i = i0; i < i1; i++)
        {
            double* row = x.Row(i);
            for (int j = j0; j < j1; j++)
            {
                double* factor = _factor.Row(j);
                double value = row[j];
                for (int k = j0; k < j; k++)
                    value -= row[k] * factor[k];
                row[j] = value / factor[j];
            }
        }
    }
}
