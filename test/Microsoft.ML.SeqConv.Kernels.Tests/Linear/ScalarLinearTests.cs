using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>The vectorized loops of linear algebra give the bits of their specification.</summary>
public unsafe class ScalarLinearTests
{
    private readonly Random _random = new(5);

    [Fact]
    public void Tiles()
    {
        foreach (int depth in new[] { 0, 1, 2, 7, 130 })
        {
            double[] a = Doubles(Tile.Height * (depth + 3));
            double[] b = Doubles(Tile.Width * depth);
            CheckDouble(Doubles(Tile.Height * 15), c =>
            {
                fixed (double* left = a, right = b)
                    Tile.Add(c, 15, left, depth + 3, right, depth, -0.7);
            }, c =>
            {
                fixed (double* left = a, right = b)
                    ScalarLinear.AddTile(c, 15, left, depth + 3, right, depth, -0.7);
            });
            CheckDouble(Doubles(Tile.Width), sums =>
            {
                fixed (double* strip = b)
                    Tile.SumSquares(strip, depth, sums);
            }, sums =>
            {
                fixed (double* strip = b)
                    ScalarLinear.SumSquares(strip, depth, sums);
            });
        }

        double[] triangle = Doubles(Tile.Height * 6);
        CheckDouble(Doubles(Tile.Height * Tile.Width), x =>
        {
            fixed (double* l = triangle)
                Tile.SolveTriangle(x, l, 6);
        }, x =>
        {
            fixed (double* l = triangle)
                ScalarLinear.SolveTriangle(x, l, 6);
        });
    }

    [Fact]
    public void Vectors()
    {
        for (int length = 0; length < 70; length++)
        {
            double[] y = Doubles(length);
            double[] factor = Doubles(length);
            float[] x = Floats(length);
            double[] sums = Doubles(length);
            fixed (double* p = sums, q = y)
                Assert.Equal(Bits(ScalarLinear.Dot(p, q, length)), Bits(DenseVector.Dot(p, q, length)));
            Assert.Equal(Bits(ScalarLinear.Dot(x, x)), Bits(LinearModel.DotOfRun(x, x)));
            CheckDouble(sums, s =>
            {
                fixed (double* q = y)
                fixed (float* z = x)
                {
                    DenseVector.AddMultiple(s, q, 0.3, length);
                    DenseVector.AddMultiple(s, z, 0.7, length);
                    DenseVector.AddDifferences(s, z, q, 0.1, length);
                    DenseVector.AddSquaredDifferences(s, z, q, 1.1, length);
                }
            }, s =>
            {
                fixed (double* q = y)
                fixed (float* z = x)
                {
                    ScalarLinear.AddMultiple(s, q, 0.3, length);
                    ScalarLinear.AddMultiple(s, z, 0.7, length);
                    ScalarLinear.AddDifferences(s, z, q, 0.1, length);
                    ScalarLinear.AddSquaredDifferences(s, z, q, 1.1, length);
                }
            });
            float[] mapped = [.. x];
            float[] expected = [.. x];
            fixed (float* m = mapped, e = expected)
            fixed (double* q = y, f = factor)
            {
                DenseVector.Map(m, q, f, 0.9, length);
                ScalarLinear.Map(e, q, f, 0.9, length);
            }

            Assert.Equal(expected.Select(Bits), mapped.Select(Bits));
        }
    }

    [Theory]
    [InlineData(GramPrecision.Single)]
    [InlineData(GramPrecision.Double)]
    internal void Gram_tiles(GramPrecision precision)
    {
        foreach (int depth in new[] { 1, 5, 128 })
        {
            float[] left = Floats(GramAccumulator.StripWidth * depth);
            float[] right = Floats(GramAccumulator.StripWidth * depth);
            CheckDouble(Doubles(Tile.Height * GramAccumulator.StripWidth), entries =>
            {
                fixed (float* l = left, r = right)
                {
                    if (precision == GramPrecision.Single)
                        GramAccumulator.AddTileSingle(entries, GramAccumulator.StripWidth, l, r, depth);
                    else
                        GramAccumulator.AddTileDouble(entries, GramAccumulator.StripWidth, l, r, depth);
                }
            }, entries =>
            {
                fixed (float* l = left, r = right)
                {
                    if (precision == GramPrecision.Single)
                        ScalarLinear.AddGramSingle(entries, GramAccumulator.StripWidth, l, r, depth);
                    else
                        ScalarLinear.AddGramDouble(entries, GramAccumulator.StripWidth, l, r, depth);
                }
            });
        }
    }

    [Fact]
    public void Softmax_tiles()
    {
        foreach (int columns in new[] { 0, 8, 72, 256 })
        {
            float[] x0 = Floats(columns), x1 = Floats(columns), w = Floats(SoftmaxTile.Classes * columns);
            CheckDouble(Doubles(2 * SoftmaxTile.Classes), z =>
            {
                fixed (float* p = x0, q = x1, v = w)
                    SoftmaxTile.AddProducts(p, q, v, columns, columns, z, z + SoftmaxTile.Classes);
            }, z =>
            {
                fixed (float* p = x0, q = x1, v = w)
                    ScalarLinear.AddProducts(p, q, v, columns, columns, z, z + SoftmaxTile.Classes);
            });
        }

        foreach (int rows in new[] { 0, 1, 100 })
        {
            float[] strip = Floats(rows * SoftmaxTile.Columns), residuals = Floats(rows * SoftmaxTile.Classes);
            float[] gradient = Floats(SoftmaxTile.Classes * SoftmaxTile.Columns);
            float[] expected = [.. gradient];
            fixed (float* g = gradient, e = expected, s = strip, r = residuals)
            {
                SoftmaxTile.AddGradient(g, SoftmaxTile.Columns, r, SoftmaxTile.Classes, s, rows);
                ScalarLinear.AddGradient(e, SoftmaxTile.Columns, r, SoftmaxTile.Classes, s, rows);
            }

            Assert.Equal(expected.Select(Bits), gradient.Select(Bits));
        }
    }

    private delegate void Loop(double* values);

    private static void CheckDouble(double[] start, Loop vectorized, Loop specification)
    {
        double[] actual = [.. start];
        double[] expected = [.. start];
        fixed (double* a = actual, e = expected)
        {
            vectorized(a);
            specification(e);
        }

        Assert.Equal(expected.Select(Bits), actual.Select(Bits));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    // Of different magnitudes, so that another order of additions shows.
    private double[] Doubles(int count) => [.. Enumerable.Range(0, count).Select(_ => Number())];

    private float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Number())];

    private double Number() => (2 * _random.NextDouble() - 1) * Math.Pow(10, _random.Next(-4, 5));
}
