using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The precision that products of features are summed in.</summary>
internal enum GramPrecision
{
    /// <summary>
    /// float32 over <see cref="GramAccumulator.Depth"/> values, float64 across: an entry is good to about
    /// 1e-8 of the diagonal.
    /// </summary>
    Single,

    /// <summary>float64 throughout, at less than half the speed.</summary>
    Double,
}

/// <summary>
/// A symmetric matrix K += R R^T, to which blocks R [size, depth] are added as they come. R is given in strips of 24
/// rows, stored [strip, depth, 24], so that both sides of a product are read in order; its columns may be features (K
/// is [example, example]) or examples (K is [feature, feature]). K is worked on strip by strip on and below the
/// diagonal, in tiles of 4 x 24 float32 or 4 x 12 float64 sums: twelve vector registers, as in <see cref="Tile"/>. A
/// sum depends on its two rows alone, not on where in K they are: equal rows give equal entries.
/// </summary>
internal sealed unsafe class GramAccumulator
{
    /// <summary>Rows of a strip; sizes are multiples of it.</summary>
    internal const int StripWidth = 24;

    /// <summary>
    /// Columns of R that are summed in float32 before the sum moves on to float64, and the most that one block may have
    /// is a few of these.
    /// </summary>
    internal const int Depth = 128;

    private const int TileHeight = 4;

    private readonly double* _matrix;
    private readonly int _size;
    private readonly GramPrecision _precision;
    private readonly WorkTeam _team;

    /// <summary>Starts from what the matrix holds.</summary>
    /// <param name="matrix">[size, size].</param>
    /// <param name="size">A multiple of <see cref="StripWidth"/>.</param>
    /// <param name="precision">How sums are formed.</param>
    /// <param name="team">The threads.</param>
    internal GramAccumulator(double* matrix, int size, GramPrecision precision, WorkTeam team)
    {
        Debug.Assert(size >= 0 && size % StripWidth == 0, "The size is not a multiple of the strip's width.");
        _matrix = matrix;
        _size = size;
        _precision = precision;
        _team = team;
    }

    /// <summary>
    /// The work of one <see cref="Add"/> for <see cref="WorkTeam"/>: multiplications in float64, a float32
    /// one counting half.
    /// </summary>
    internal static double Work(double size, double depth, GramPrecision precision) =>
        size * size * depth / (precision == GramPrecision.Single ? 4 : 2);

    /// <summary>Adds R R^T on and below the diagonal.</summary>
    /// <param name="strips">[size / 24, depth, 24], aligned.</param>
    /// <param name="depth">Columns of R.</param>
    internal void Add(float* strips, int depth)
    {
        Debug.Assert(depth >= 0, "The number of columns is negative.");
        int count = _size / StripWidth;
        int stripsPerItem = count < 16 ? 1 : 4;
        int groups = (count + stripsPerItem - 1) / stripsPerItem;
        _team.Run(groups * (groups + 1) / 2, Work(_size, depth, _precision), item =>
        {
            int group = (int)((Math.Sqrt(8.0 * item + 1) - 1) / 2);
            int firstRow = group * stripsPerItem;
            int firstColumn = (item - group * (group + 1) / 2) * stripsPerItem;
            for (int start = 0; start < depth; start += Depth)
            {
                int piece = Math.Min(Depth, depth - start);
                for (int column = firstColumn; column < Math.Min(firstColumn + stripsPerItem, count); column++)
                {
                    for (int row = Math.Max(firstRow, column); row < Math.Min(firstRow + stripsPerItem, count); row++)
                        AddStrips(row, column, strips + ((long)row * depth + start) * StripWidth,
                            strips + ((long)column * depth + start) * StripWidth, piece);
                }
            }
        });
    }

    /// <summary>Copies what is below the diagonal to above it.</summary>
    internal void Mirror()
    {
        const int block = 32;
        for (int i0 = 0; i0 < _size; i0 += block)
        {
            for (int j0 = 0; j0 <= i0; j0 += block)
            {
                for (int i = i0; i < Math.Min(i0 + block, _size); i++)
                {
                    for (int j = j0; j < Math.Min(j0 + block, i); j++)
                        _matrix[(long)j * _size + i] = _matrix[(long)i * _size + j];
                }
            }
        }
    }

    private void AddStrips(int row, int column, float* left, float* right, int depth)
    {
        Debug.Assert(column >= 0 && column <= row && (row + 1) * StripWidth <= _size,
            "The tile lies outside the matrix.");
        double* entries = _matrix + (long)row * StripWidth * _size + column * StripWidth;
        for (int i = 0; i < StripWidth; i += TileHeight)
        {
            double* target = entries + (long)i * _size;
            if (_precision == GramPrecision.Single)
            {
                AddTileSingle(target, _size, left + i, right, depth);
            }
            else
            {
                AddTileDouble(target, _size, left + i, right, depth);
                AddTileDouble(target + StripWidth / 2, _size, left + i, right + StripWidth / 2, depth);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddTileSingle(double* entries, long stride, float* left, float* right, int depth)
    {
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddGramSingle(entries, stride, left, right, depth);
            return;
        }

        Vector256<float> s00 = default, s01 = default, s02 = default;
        Vector256<float> s10 = default, s11 = default, s12 = default;
        Vector256<float> s20 = default, s21 = default, s22 = default;
        Vector256<float> s30 = default, s31 = default, s32 = default;
        for (int k = 0; k < depth; k++)
        {
            var y0 = Vector256.Load(right);
            var y1 = Vector256.Load(right + 8);
            var y2 = Vector256.Load(right + 16);
            var x = Vector256.Create(left[0]);
            s00 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s00);
            s01 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s01);
            s02 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s02);
            x = Vector256.Create(left[1]);
            s10 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s10);
            s11 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s11);
            s12 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s12);
            x = Vector256.Create(left[2]);
            s20 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s20);
            s21 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s21);
            s22 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s22);
            x = Vector256.Create(left[3]);
            s30 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s30);
            s31 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s31);
            s32 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s32);
            left += StripWidth;
            right += StripWidth;
        }

        AddRow(entries, s00, s01, s02);
        AddRow(entries + stride, s10, s11, s12);
        AddRow(entries + 2 * stride, s20, s21, s22);
        AddRow(entries + 3 * stride, s30, s31, s32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddTileDouble(double* entries, long stride, float* left, float* right, int depth)
    {
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddGramDouble(entries, stride, left, right, depth);
            return;
        }

        Vector256<double> s00 = default, s01 = default, s02 = default;
        Vector256<double> s10 = default, s11 = default, s12 = default;
        Vector256<double> s20 = default, s21 = default, s22 = default;
        Vector256<double> s30 = default, s31 = default, s32 = default;
        for (int k = 0; k < depth; k++)
        {
            var y0 = DenseVector.Widen(right);
            var y1 = DenseVector.Widen(right + 4);
            var y2 = DenseVector.Widen(right + 8);
            var x = DenseVector.WidenAll(left[0]);
            s00 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s00);
            s01 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s01);
            s02 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s02);
            x = DenseVector.WidenAll(left[1]);
            s10 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s10);
            s11 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s11);
            s12 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s12);
            x = DenseVector.WidenAll(left[2]);
            s20 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s20);
            s21 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s21);
            s22 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s22);
            x = DenseVector.WidenAll(left[3]);
            s30 = VectorArithmetic256.FusedMultiplyAdd(x, y0, s30);
            s31 = VectorArithmetic256.FusedMultiplyAdd(x, y1, s31);
            s32 = VectorArithmetic256.FusedMultiplyAdd(x, y2, s32);
            left += StripWidth;
            right += StripWidth;
        }

        AddRow(entries, s00, s01, s02);
        AddRow(entries + stride, s10, s11, s12);
        AddRow(entries + 2 * stride, s20, s21, s22);
        AddRow(entries + 3 * stride, s30, s31, s32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* entries, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2)
    {
        AddWidened(entries, s0);
        AddWidened(entries + 8, s1);
        AddWidened(entries + 16, s2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWidened(double* entries, Vector256<float> sums)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(sums);
        (Vector256.Load(entries) + lower).Store(entries);
        (Vector256.Load(entries + 4) + upper).Store(entries + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* entries, Vector256<double> s0, Vector256<double> s1, Vector256<double> s2)
    {
        (Vector256.Load(entries) + s0).Store(entries);
        (Vector256.Load(entries + 4) + s1).Store(entries + 4);
        (Vector256.Load(entries + 8) + s2).Store(entries + 8);
    }
}
