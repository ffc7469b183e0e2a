using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Gram matrices of rows: <c>G[i, j] += sum over k of row_i[k] row_j[k]</c> for j up to i, float32 products summed in short float32 runs that are added in float64.</summary>
internal static unsafe class Gram
{
    // Blocks of rows whose depth-512 slices stay in the second cache.
    private const int Block = 96;

    // Rows that are transposed at once for the Gram matrix of columns.
    private const int Panel = 512;

    /// <summary>Adds X X^T.</summary>
    /// <param name="rows">Pointers to the rows, zero-padded to whole vectors.</param>
    /// <param name="count">Rows.</param>
    /// <param name="length">Values a row.</param>
    /// <param name="gram">Its lower triangle is added to.</param>
    /// <param name="work">How to run.</param>
    /// <param name="from">Fraction done before.</param>
    /// <param name="to">Fraction done after.</param>
    public static void AddRows(nint[] rows, int count, int length, SquareMatrix gram, ParallelWork work, double from, double to)
        => AddRows<float>(rows, count, length, gram, work, from, to);

    /// <summary>Adds X^T X.</summary>
    /// <param name="rows">Pointers to the rows.</param>
    /// <param name="count">Rows.</param>
    /// <param name="columns">Values a row.</param>
    /// <param name="gram">Its lower triangle is added to.</param>
    /// <param name="work">How to run.</param>
    /// <param name="from">Fraction done before.</param>
    /// <param name="to">Fraction done after.</param>
    public static void AddColumns(nint[] rows, int count, int columns, SquareMatrix gram, ParallelWork work, double from, double to)
    {
        using var panel = new FeatureMatrix(Panel);
        var transposed = new nint[columns];
        for (int column = 0; column < columns; column++)
        {
            panel.AddRow();
            transposed[column] = (nint)panel.RowPointer(column);
        }

        for (int first = 0; first < count; first += Panel)
        {
            int here = Math.Min(Panel, count - first);
            for (int row = 0; row < here; row++)
            {
                float* source = (float*)rows[first + row];
                for (int column = 0; column < columns; column++)
                    ((float*)transposed[column])[row] = source[column];
            }

            for (int column = 0; column < columns && here < Panel; column++)
                new Span<float>((float*)transposed[column] + here, Panel - here).Clear();
            AddRows(transposed, columns, here, gram, work, from + (to - from) * first / count, from + (to - from) * (first + here) / count);
        }
    }

    /// <summary>Adds X X^T with products and sums in float64: for matrices that float32 sums would make indefinite.</summary>
    /// <inheritdoc cref="AddRows"/>
    public static void AddRowsExactly(nint[] rows, int count, int length, SquareMatrix gram, ParallelWork work, double from, double to)
    {
        var panel = new PinnedBuffer<double>((long)count * Panel);
        var wide = new nint[count];
        for (int row = 0; row < count; row++)
            wide[row] = (nint)(panel.Pointer + (long)row * Panel);
        for (int start = 0; start < length; start += Panel)
        {
            int here = Math.Min(Panel, length - start);
            panel.Span.Clear();
            for (int row = 0; row < count; row++)
            {
                for (int k = 0; k < here; k++)
                    ((double*)wide[row])[k] = ((float*)rows[row])[start + k];
            }

            AddRows<double>(wide, count, here, gram, work, from + (to - from) * start / length, from + (to - from) * (start + here) / length);
        }
    }

    private static void AddRows<T>(nint[] rows, int count, int length, SquareMatrix gram, ParallelWork work, double from, double to)
        where T : unmanaged, INumber<T>
    {
        int blocks = (count + Block - 1) / Block;
        fixed (nint* pointers = rows)
        {
            nint all = (nint)pointers;
            work.Run(blocks * (blocks + 1) / 2, from, to, job =>
            {
                (int i, int j) = LowerTriangle(job);
                RowProduct.Add((T**)all, i * Block, Math.Min(count, (i + 1) * Block), (T**)all, j * Block, Math.Min(count, (j + 1) * Block),
                    0, length, gram.Pointer, gram.Stride, sign: 1, lower: i == j);
            });
        }
    }

    // Jobs count along the rows of a lower triangle: (0,0), (1,0), (1,1), (2,0), ...
    private static (int Row, int Column) LowerTriangle(int job)
    {
        int row = (int)((Math.Sqrt(8.0 * job + 1) - 1) / 2);
        while (row * (row + 1) / 2 > job)
            row--;
        while ((row + 1) * (row + 2) / 2 <= job)
            row++;
        return (row, job - row * (row + 1) / 2);
    }
}
