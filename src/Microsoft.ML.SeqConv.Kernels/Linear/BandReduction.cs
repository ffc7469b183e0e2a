using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A symmetric matrix as Q B Q^T, Q orthogonal and B of bandwidth b: the step towards eigenvalues that is made of
/// matrix products, and as far as ridge has to go, since (B + alpha I) is factored in n b^2 operations for any alpha
/// (<see cref="BandCholesky"/>).
/// <para>
/// Panel by panel of b columns (Schreiber and van Loan 1989; Bischof, Lang and Sun 2000): the part P of the panel below
/// the band is triangularised by Householder reflections, whose product is H = I - V T V^T, T upper triangular. The
/// rest of the matrix becomes H^T A H = A - V W^T - W V^T, where Y = A V T and W = Y - V (T^T V^T Y) / 2. Q is the
/// product of all H, kept as the Vs and Ts:
/// V^T lies where P^T was, above the band, and V where P was, below it.
/// </para>
/// </summary>
internal sealed unsafe class BandReduction : IDisposable
{
    private const int RowsPerItem = 48;
    private const int CachedDepth = 256;

    private readonly double* _matrix;          // [size, size]; outside the band V and V^T
    private readonly WorkTeam _team;
    private readonly int _panels;
    private readonly AlignedBuffer _band;      // see BandCholesky
    private readonly AlignedBuffer _t;         // [panel, b, b], row-major: T
    private readonly AlignedBuffer _tTransposed;

    /// <summary>Reduces a matrix in place.</summary>
    /// <param name="matrix">[size, size], both triangles; becomes storage of this object.</param>
    /// <param name="size">A multiple of <paramref name="bandwidth"/>.</param>
    /// <param name="bandwidth">A multiple of 12.</param>
    /// <param name="team">The threads.</param>
    internal BandReduction(double* matrix, int size, int bandwidth, WorkTeam team)
    {
        Debug.Assert(bandwidth % Tile.Width == 0 && size % bandwidth == 0,
            "The size is not whole panels, or the bandwidth not whole tiles.");
        _matrix = matrix;
        _team = team;
        Size = size;
        Bandwidth = bandwidth;
        _panels = size / bandwidth - 1;
        _band = new AlignedBuffer(BandCholesky.StorageSize(size, bandwidth));
        _t = new AlignedBuffer((long)size * bandwidth);
        _tTransposed = new AlignedBuffer((long)size * bandwidth);
        Reduce();
    }

    internal int Size { get; }

    internal int Bandwidth { get; }

    /// <summary>B in the layout of <see cref="BandCholesky"/>.</summary>
    internal double* Band => _band.Pointer;

    /// <summary>The work of a reduction for <see cref="WorkTeam"/>.</summary>
    internal static double Work(double size) => 2 * size * size * size / 3;

    /// <summary>The work of <see cref="Rotate"/> for one column.</summary>
    internal static double RotationWork(double size) => size * size;

    public void Dispose()
    {
        _band.Dispose();
        _t.Dispose();
        _tTransposed.Dispose();
    }

    /// <summary>X := Q^T X.</summary>
    /// <param name="strips">[strip, size, 12].</param>
    /// <param name="count">Number of strips.</param>
    internal void Rotate(double* strips, int count)
    {
        for (int panel = 0; panel < _panels; panel++)
            Reflect(panel, _tTransposed.Pointer, strips, count);
    }

    /// <summary>X := Q X.</summary>
    /// <param name="strips">[strip, size, 12].</param>
    /// <param name="count">Number of strips.</param>
    internal void RotateBack(double* strips, int count)
    {
        for (int panel = _panels - 1; panel >= 0; panel--)
            Reflect(panel, _t.Pointer, strips, count);
    }

    /// <summary>X := X - V T (V^T X) with the T or T^T given.</summary>
    private void Reflect(int panel, double* t, double* strips, int count)
    {
        Debug.Assert(panel >= 0 && panel < _panels && count >= 0, "There is no such panel.");
        int b = Bandwidth;
        int first = (panel + 1) * b;
        double* vTransposed = _matrix + (long)panel * b * Size + first;
        double* v = _matrix + (long)first * Size + panel * b;
        double* products = stackalloc double[2 * b * Tile.Width];
        double* weights = products + b * Tile.Width;
        for (int s = 0; s < count; s++)
        {
            double* strip = strips + ((long)s * Size + first) * Tile.Width;
            new Span<double>(products, 2 * b * Tile.Width).Clear();
            MultiplyAdd(products, Tile.Width, vTransposed, Size, strip, b, Size - first, 1);
            MultiplyAdd(weights, Tile.Width, t + (long)panel * b * b, b, products, b, b, 1);
            MultiplyAdd(strip, Tile.Width, v, Size, weights, Size - first, b, -1);
        }

        _team.Checkpoint();
    }

    private void Reduce()
    {
        int b = Bandwidth;
        using var vStrips = new AlignedBuffer((long)Size * b);     // [b / 12, rest, 12]
        using var product = new AlignedBuffer((long)Size * b);     // A V: [rest, b]
        using var w = new AlignedBuffer((long)Size * b);           // Y, then W: [rest, b]
        using var left = new AlignedBuffer(2L * Size * b);         // [V W]: [rest, 2 b]
        using var right = new AlignedBuffer(2L * Size * b);        // [W V]^T: [rest / 12, 2 b, 12]
        for (int panel = 0; panel < _panels; panel++)
        {
            KeepDiagonalBlock(panel);
            Triangularise(panel, vStrips.Pointer);
            MultiplyByRest(panel, vStrips.Pointer, product.Pointer, w.Pointer);
            CompleteW(panel, w.Pointer, left.Pointer, right.Pointer);
            UpdateRest(panel, left.Pointer, right.Pointer);
        }

        KeepDiagonalBlock(_panels);
    }

    private void KeepDiagonalBlock(int panel)
    {
        int first = panel * Bandwidth;
        for (int i = first; i < first + Bandwidth; i++)
        {
            double* entries = BandCholesky.Row(Band, Bandwidth, i);
            for (int j = first; j <= i; j++)
                entries[j] = _matrix[(long)i * Size + j];
        }
    }

    /// <summary>
    /// Householder reflections of the panel's columns, which by symmetry are contiguous as rows; R moves to the band.
    /// </summary>
    private void Triangularise(int panel, double* vStrips)
    {
        int b = Bandwidth;
        int first = (panel + 1) * b;
        int rest = Size - first;
        double* columns = _matrix + (long)panel * b * Size + first;    // P^T: [b, rest]
        double* scale = stackalloc double[b];
        for (int j = 0; j < b; j++)
        {
            double* column = columns + (long)j * Size;
            for (int i = 0; i < j; i++)
                BandCholesky.Row(Band, b, first + i)[panel * b + j] = column[i];
            scale[j] = Reflection(column + j, rest - j, out double diagonal);
            BandCholesky.Row(Band, b, first + j)[panel * b + j] = diagonal;
            for (int other = j + 1; other < b; other++)
            {
                double* target = columns + (long)other * Size + j;
                DenseVector.AddMultiple(target, column + j,
                    -scale[j] * DenseVector.Dot(target, column + j, rest - j), rest - j);
            }

            new Span<double>(column, j).Clear();
        }

        for (int i = 0; i < rest; i++)
        {
            double* row = _matrix + (long)(first + i) * Size + panel * b;
            for (int j = 0; j < b; j++)
                row[j] = columns[(long)j * Size + i];
        }

        Pack(_matrix + (long)first * Size + panel * b, Size, rest, vStrips);
        AccumulateT(panel, scale, vStrips);
        _team.Checkpoint();
    }

    /// <summary>
    /// Makes x the vector v of I - scale v v^T, v[0] = 1, which maps x to a multiple of the first unit vector.
    /// </summary>
    private static double Reflection(double* x, int length, out double mapped)
    {
        double tail = length == 1 ? 0 : DenseVector.Dot(x + 1, x + 1, length - 1);
        mapped = x[0];
        double head = x[0];
        x[0] = 1;
        if (tail == 0)
            return 0;
        mapped = -Math.CopySign(Math.Sqrt(head * head + tail), head);
        double divisor = head - mapped;
        for (int i = 1; i < length; i++)
            x[i] /= divisor;
        return -divisor / mapped;
    }

    /// <summary>T[j, j] = scale[j] and T[..j, j] = -scale[j] T[..j, ..j] (V^T v_j)[..j].</summary>
    private void AccumulateT(int panel, double* scale, double* vStrips)
    {
        int b = Bandwidth;
        int first = (panel + 1) * b;
        double* t = _t.Pointer + (long)panel * b * b;
        double* tTransposed = _tTransposed.Pointer + (long)panel * b * b;
        double* products = stackalloc double[b * b];
        new Span<double>(products, b * b).Clear();
        MultiplyAddStrips(products, b, _matrix + (long)panel * b * Size + first, Size, vStrips, b, Size - first, 1);
        for (int j = 0; j < b; j++)
        {
            for (int i = 0; i < j; i++)
            {
                double sum = 0;
                for (int k = i; k < j; k++)
                    sum += t[i * b + k] * products[k * b + j];
                t[i * b + j] = -scale[j] * sum;
            }

            t[j * b + j] = scale[j];
            for (int i = 0; i <= j; i++)
                tTransposed[j * b + i] = t[i * b + j];
        }
    }

    /// <summary>Y = A V T.</summary>
    private void MultiplyByRest(int panel, double* vStrips, double* product, double* y)
    {
        int b = Bandwidth;
        int first = (panel + 1) * b;
        int rest = Size - first;
        using var tStrips = new AlignedBuffer((long)b * b);
        Pack(_t.Pointer + (long)panel * b * b, b, b, tStrips.Pointer);
        double* t = tStrips.Pointer;
        _team.Run(Items(rest), (double)rest * rest * b, item =>
        {
            int start = item * RowsPerItem;
            int rows = Math.Min(RowsPerItem, rest - start);
            double* source = product + (long)start * b;
            double* target = y + (long)start * b;
            new Span<double>(source, rows * b).Clear();
            new Span<double>(target, rows * b).Clear();
            MultiplyAddStrips(source, b, _matrix + (long)(first + start) * Size + first, Size, vStrips, rows, rest, 1);
            MultiplyAddStrips(target, b, source, b, t, rows, b, 1);
        });
    }

    /// <summary>
    /// W = Y - V (T^T V^T Y) / 2, and both factors of V W^T + W V^T as their multiplication wants them.
    /// </summary>
    private void CompleteW(int panel, double* w, double* left, double* right)
    {
        int b = Bandwidth;
        int first = (panel + 1) * b;
        int rest = Size - first;
        double* v = _matrix + (long)first * Size + panel * b;
        using var strips = new AlignedBuffer((long)rest * b);
        using var products = new AlignedBuffer(2L * b * b);
        double* inner = products.Pointer;
        double* middle = inner + (long)b * b;
        Pack(w, b, rest, strips.Pointer);
        MultiplyAddStrips(inner, b, _matrix + (long)panel * b * Size + first, Size, strips.Pointer, b, rest, 1);
        Pack(inner, b, b, strips.Pointer);
        MultiplyAddStrips(middle, b, _tTransposed.Pointer + (long)panel * b * b, b, strips.Pointer, b, b, 1);
        Pack(middle, b, b, strips.Pointer);
        double* half = strips.Pointer;
        _team.Run(Items(rest), (double)rest * b * b, item =>
        {
            int start = item * RowsPerItem;
            int rows = Math.Min(RowsPerItem, rest - start);
            MultiplyAddStrips(w + (long)start * b, b, v + (long)start * Size, Size, half, rows, b, -0.5);
            for (int i = start; i < start + rows; i++)
            {
                double* leftRow = left + 2L * i * b;
                double* rightColumn = right + 2L * b * (i / Tile.Width * Tile.Width) + i % Tile.Width;
                for (int k = 0; k < b; k++)
                {
                    leftRow[k] = rightColumn[(b + k) * Tile.Width] = v[(long)i * Size + k];
                    leftRow[b + k] = rightColumn[k * Tile.Width] = w[(long)i * b + k];
                }
            }
        });
    }

    /// <summary>A := A - V W^T - W V^T, computed in blocks on and below the diagonal and copied to above it.</summary>
    private void UpdateRest(int panel, double* left, double* right)
    {
        int b = Bandwidth;
        int first = (panel + 1) * b;
        int rest = Size - first;
        double* corner = _matrix + (long)first * Size + first;
        int blocks = Items(rest);
        _team.Run(blocks, (double)rest * rest * b, item =>
        {
            int start = (blocks - 1 - item) * RowsPerItem;      // the longest first
            int rows = Math.Min(RowsPerItem, rest - start);
            for (int column = 0; column < start + rows; column += Tile.Width)
                MultiplyAdd(corner + (long)start * Size + column, Size, left + 2L * start * b, 2 * b,
                    right + 2L * column * b, rows, 2 * b, -1);
            for (int i = start; i < start + rows; i++)
            {
                for (int j = 0; j < i; j++)
                    corner[(long)j * Size + i] = corner[(long)i * Size + j];
            }
        });
    }

    private static int Items(int rows) => (rows + RowsPerItem - 1) / RowsPerItem;

    /// <summary>Copies b columns to strips.</summary>
    private void Pack(double* source, long stride, int rows, double* strips)
    {
        Debug.Assert(rows >= 0 && stride >= Bandwidth, "The rows overlap.");
        for (int s = 0; s < Bandwidth / Tile.Width; s++)
        {
            for (int i = 0; i < rows; i++)
                new ReadOnlySpan<double>(source + i * stride + s * Tile.Width, Tile.Width)
                    .CopyTo(new(strips + ((long)s * rows + i) * Tile.Width, Tile.Width));
        }
    }

    /// <summary>
    /// C += factor * A B for b columns in strips; C [rows, b], A [rows, depth], B [b / 12, depth, 12].
    /// </summary>
    private void MultiplyAddStrips(
        double* c, long strideC, double* a, long strideA, double* b, int rows, int depth, double factor)
    {
        Debug.Assert(strideC >= Bandwidth && rows % Tile.Height == 0 && depth >= 0,
            "The rows of C overlap, or are not whole tiles.");
        for (int start = 0; start < depth; start += CachedDepth)
        {
            int piece = Math.Min(CachedDepth, depth - start);
            for (int s = 0; s < Bandwidth / Tile.Width; s++)
                MultiplyAdd(c + s * Tile.Width, strideC, a + start, strideA,
                    b + ((long)s * depth + start) * Tile.Width, rows, piece, factor);
        }
    }

    /// <summary>
    /// C += factor * A B for one strip; C [rows, 12], A [rows, depth], B [depth, 12], rows a multiple of 4.
    /// </summary>
    private static void MultiplyAdd(
        double* c, long strideC, double* a, long strideA, double* b, int rows, int depth, double factor)
    {
        Debug.Assert(strideC >= Tile.Width && rows % Tile.Height == 0 && depth >= 0,
            "The rows of C overlap, or are not whole tiles.");
        for (int start = 0; start < depth; start += CachedDepth)
        {
            int piece = Math.Min(CachedDepth, depth - start);
            for (int i = 0; i < rows; i += Tile.Height)
                Tile.Add(c + i * strideC, strideC, a + i * strideA + start, strideA,
                    b + (long)start * Tile.Width, piece, factor);
        }
    }
}
