using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Adds products of rows with rows to a matrix, block by block: <c>C[i, j] += sign * sum over k of A[i, k] B[j, k]</c>.</summary>
internal static unsafe class RowProduct
{
    /// <summary>Values of a row that are summed before they are added in float64: few enough that float32 sums stay accurate and rows stay in the first cache.</summary>
    private const int Depth = 512;

    /// <summary>Adds the products of rows [i0, i1) of A with rows [j0, j1) of B.</summary>
    /// <param name="a">Pointers to the rows of A, for all i.</param>
    /// <param name="i0">First row of A.</param>
    /// <param name="i1">Row after the last of A.</param>
    /// <param name="b">Pointers to the rows of B, for all j.</param>
    /// <param name="j0">First row of B.</param>
    /// <param name="j1">Row after the last of B.</param>
    /// <param name="k0">First value of the rows.</param>
    /// <param name="k1">Value after the last. Rows are readable, and B is zero, up to the next whole vector.</param>
    /// <param name="c">C, row-major.</param>
    /// <param name="stride">Values from one row of C to the next.</param>
    /// <param name="sign">1 or -1.</param>
    /// <param name="lower">Whether only j up to i are wanted; entries beside the diagonal may be added to as well.</param>
    public static void Add<T>(T** a, int i0, int i1, T** b, int j0, int j1, long k0, long k1, double* c, long stride, double sign, bool lower)
        where T : unmanaged, INumber<T>
    {
        double* sums = stackalloc double[DotTile.Rows * DotTile.Columns];
        T** rows = stackalloc T*[DotTile.Rows];
        T** columns = stackalloc T*[DotTile.Columns];
        for (long k = k0; k < k1; k += Depth)
        {
            long length = (Math.Min(Depth, k1 - k) + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
            for (int i = i0; i < i1; i += DotTile.Rows)
            {
                // A tile that sticks out repeats its last row, and what that gives is not used.
                for (int r = 0; r < DotTile.Rows; r++)
                    rows[r] = a[Math.Min(i + r, i1 - 1)];
                int last = lower ? Math.Min(j1, i + DotTile.Rows) : j1;
                for (int j = j0; j < last; j += DotTile.Columns)
                {
                    for (int q = 0; q < DotTile.Columns; q++)
                        columns[q] = b[Math.Min(j + q, j1 - 1)];
                    DotTile.Apply(rows, columns, k, length, sums);
                    int height = Math.Min(DotTile.Rows, i1 - i);
                    int width = Math.Min(DotTile.Columns, j1 - j);
                    for (int r = 0; r < height; r++)
                    {
                        for (int q = 0; q < width; q++)
                            c[(i + r) * stride + j + q] += sign * sums[r * DotTile.Columns + q];
                    }
                }
            }
        }
    }
}
