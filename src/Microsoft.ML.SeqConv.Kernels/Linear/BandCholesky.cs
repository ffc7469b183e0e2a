using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// B + alpha I = L L^T for a symmetric B of bandwidth b. Layout of B and L: [row, b + 4]; the four rows of a
/// group 4g..4g+3 all begin at column 4g - b, so that the columns left of the group are the A of a
/// <see cref="Tile"/>, [4, b].
/// </summary>
internal sealed unsafe class BandCholesky : IDisposable
{
    private readonly AlignedBuffer _factor;    // L, with 1 / L[i, i] on the diagonal
    private readonly int _size;
    private readonly int _bandwidth;

    /// <summary>Factors the matrix.</summary>
    /// <param name="band">B in the layout above.</param>
    /// <param name="size">Rows, a multiple of 4.</param>
    /// <param name="bandwidth">A multiple of 4.</param>
    /// <param name="alpha">Added to the diagonal.</param>
    /// <param name="smallestPivot">What a pivot that rounding left smaller is raised to; positive.</param>
    internal BandCholesky(double* band, int size, int bandwidth, double alpha, double smallestPivot)
    {
        Debug.Assert(size % Tile.Height == 0 && bandwidth % Tile.Height == 0,
            "The size or the bandwidth is not whole tiles.");
        _size = size;
        _bandwidth = bandwidth;
        _factor = new AlignedBuffer(StorageSize(size, bandwidth));
        long count = StorageSize(size, bandwidth);
        Buffer.MemoryCopy(band, _factor.Pointer, count * sizeof(double), count * sizeof(double));
        Factor(alpha, smallestPivot);
    }

    /// <summary>The smallest square of a diagonal element of L.</summary>
    internal double MinPivot { get; private set; } = double.PositiveInfinity;

    internal static long StorageSize(int size, int bandwidth) => (long)size * (bandwidth + Tile.Height);

    /// <summary>The work of one solution for one column.</summary>
    internal static double SolutionWork(double size, double bandwidth) => size * (bandwidth + Tile.Height);

    /// <summary>The row of a matrix in the band layout, to be indexed by column.</summary>
    internal static double* Row(double* band, int bandwidth, int row) =>
        band + (long)row * (bandwidth + Tile.Height) - ((row & -Tile.Height) - bandwidth);

    public void Dispose() => _factor.Dispose();

    /// <summary>Solves L U = Z.</summary>
    /// <param name="z">[size, 12].</param>
    /// <param name="u">[bandwidth + size, 12], the first bandwidth rows zero.</param>
    internal void Solve(double* z, double* u)
    {
        Debug.Assert(_factor.Holds(_factor.Pointer, (long)_size * (_bandwidth + Tile.Height)),
            "The factor is smaller than its rows.");
        long stride = _bandwidth + Tile.Height;
        for (int first = 0; first < _size; first += Tile.Height)
        {
            double* known = u + (long)first * Tile.Width;
            double* wanted = known + (long)_bandwidth * Tile.Width;
            double* rows = _factor.Pointer + first * stride;
            new ReadOnlySpan<double>(z + (long)first * Tile.Width, Tile.Height * Tile.Width)
                .CopyTo(new(wanted, Tile.Height * Tile.Width));
            Tile.Add(wanted, Tile.Width, rows, stride, known, _bandwidth, -1);
            Tile.SolveTriangle(wanted, rows + _bandwidth, stride);
        }
    }

    /// <summary>Solves L^T X = U for one column in place.</summary>
    /// <param name="column">[size], <paramref name="stride"/> apart.</param>
    /// <param name="stride">Values from one element to the next.</param>
    internal void SolveTransposed(double* column, int stride)
    {
        Debug.Assert(stride >= 1, "The elements overlap.");
        for (int i = _size - 1; i >= 0; i--)
        {
            double* row = Row(_factor.Pointer, _bandwidth, i);
            double value = column[(long)i * stride] *= row[i];
            for (int j = Math.Max(0, i - _bandwidth); j < i; j++)
                column[(long)j * stride] -= row[j] * value;
        }
    }

    /// <summary>
    /// The trace of (B + alpha I)^-1 = L^-T L^-1. Its elements within the band follow from those to their right and
    /// below (Takahashi, Fagan and Chin 1973), so that from the last row upwards no more than the band is needed.
    /// </summary>
    internal double TraceOfInverse()
    {
        // Row i of the window holds Z[j, j..j + bandwidth] for the row j that last came to i = j mod (bandwidth + 1).
        int rows = _bandwidth + 1;
        var window = new double[rows * rows];
        var column = new double[rows];
        double trace = 0;
        for (int i = _size - 1; i >= 0; i--)
        {
            int last = Math.Min(_size - 1, i + _bandwidth);
            double inversePivot = Row(_factor.Pointer, _bandwidth, i)[i];
            for (int k = i + 1; k <= last; k++)
                column[k - i] = Row(_factor.Pointer, _bandwidth, k)[i];
            for (int j = last; j >= i; j--)
            {
                double sum = j == i ? inversePivot : 0;
                for (int k = i + 1; k <= last; k++)
                    sum -= column[k - i] * window[Math.Min(j, k) % rows * rows + Math.Abs(j - k)];
                window[i % rows * rows + j - i] = sum * inversePivot;
            }

            trace += window[i % rows * rows];
        }

        return trace;
    }

    private void Factor(double alpha, double smallestPivot)
    {
        for (int i = 0; i < _size; i++)
        {
            double* row = Row(_factor.Pointer, _bandwidth, i);
            int begin = Math.Max(0, i - _bandwidth);
            for (int j = begin; j < i; j++)
            {
                double* other = Row(_factor.Pointer, _bandwidth, j);
                row[j] = (row[j] - DenseVector.Dot(row + begin, other + begin, j - begin)) * other[j];
            }

            double pivot = row[i] + alpha - DenseVector.Dot(row + begin, row + begin, i - begin);
            MinPivot = Math.Min(MinPivot, pivot);
            row[i] = 1 / Math.Sqrt(Math.Max(pivot, smallestPivot));
        }
    }
}
