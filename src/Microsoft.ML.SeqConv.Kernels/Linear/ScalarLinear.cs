namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the inner loops of linear algebra: plain loops, which <see cref="KernelPath.Scalar"/> runs. The
/// vectorized loops of the same names give the same bits: a sum has a fixed number of lanes, in a fixed order, and
/// every product that is fused with a sum is so whether or not the processor can.
/// </summary>
internal static unsafe class ScalarLinear
{
    /// <summary>As <see cref="Tile.Add"/>.</summary>
    public static void AddTile(
        double* c, long strideC, double* a, long strideA, double* b, int depth, double factor)
    {
        for (int i = 0; i < Tile.Height; i++)
        {
            for (int j = 0; j < Tile.Width; j++)
            {
                double sum = 0;
                for (int k = 0; k < depth; k++)
                    sum = Math.FusedMultiplyAdd(a[i * strideA + k], b[(long)k * Tile.Width + j], sum);
                c[i * strideC + j] = Math.FusedMultiplyAdd(factor, sum, c[i * strideC + j]);
            }
        }
    }

    /// <summary>As <see cref="Tile.SumSquares"/>.</summary>
    public static void SumSquares(double* strip, int depth, double* sums)
    {
        for (int j = 0; j < Tile.Width; j++)
        {
            sums[j] = 0;
            for (int k = 0; k < depth; k++)
            {
                double x = strip[(long)k * Tile.Width + j];
                sums[j] = Math.FusedMultiplyAdd(x, x, sums[j]);
            }
        }
    }

    /// <summary>As <see cref="Tile.SolveTriangle"/>.</summary>
    public static void SolveTriangle(double* x, double* triangle, long stride)
    {
        for (int j = 0; j < Tile.Width; j++)
        {
            for (int i = 0; i < Tile.Height; i++)
            {
                double value = x[i * Tile.Width + j];
                for (int k = 0; k < i; k++)
                    value -= x[k * Tile.Width + j] * triangle[i * stride + k];
                x[i * Tile.Width + j] = value * triangle[i * stride + i];
            }
        }
    }

    /// <summary>As <see cref="DenseVector.Dot"/>: in sixteen lanes, then what is left.</summary>
    public static double Dot(double* x, double* y, int length)
    {
        const int lanes = 16;
        double* sums = stackalloc double[lanes];
        for (int lane = 0; lane < lanes; lane++)
            sums[lane] = 0;
        int whole = length - length % lanes;
        for (int i = 0; i < whole; i++)
            sums[i % lanes] = Math.FusedMultiplyAdd(x[i], y[i], sums[i % lanes]);
        double sum = OfLane(0) + OfLane(1) + (OfLane(2) + OfLane(3));
        for (int i = whole; i < length; i++)
            sum += x[i] * y[i];
        return sum;

        double OfLane(int i) => sums[i] + sums[i + 4] + (sums[i + 8] + sums[i + 12]);
    }

    /// <summary>As <see cref="DenseVector.AddMultiple(double*, double*, double, int)"/>.</summary>
    public static void AddMultiple(double* target, double* source, double factor, int length)
    {
        for (int i = 0; i < length; i++)
            target[i] = AddProduct(target[i], factor, source[i], i, length);
    }

    /// <summary>As <see cref="DenseVector.AddMultiple(double*, float*, double, int)"/>.</summary>
    public static void AddMultiple(double* target, float* source, double factor, int length)
    {
        for (int i = 0; i < length; i++)
            target[i] = AddProduct(target[i], factor, source[i], i, length);
    }

    /// <summary>As <see cref="DenseVector.AddDifferences"/>.</summary>
    public static void AddDifferences(double* sums, float* x, double* origin, double weight, int length)
    {
        for (int i = 0; i < length; i++)
            sums[i] = AddProduct(sums[i], weight, x[i] - origin[i], i, length);
    }

    /// <summary>As <see cref="DenseVector.AddSquaredDifferences"/>.</summary>
    public static void AddSquaredDifferences(double* sums, float* x, double* origin, double weight, int length)
    {
        for (int i = 0; i < length; i++)
            sums[i] = AddProduct(sums[i], weight * (x[i] - origin[i]), x[i] - origin[i], i, length);
    }

    /// <summary>As <see cref="DenseVector.Map"/>.</summary>
    public static void Map(float* x, double* origin, double* factor, double common, int length)
    {
        for (int i = 0; i < length; i++)
            x[i] = (float)(common * factor[i] * (x[i] - origin[i]));
    }

    /// <summary>A tile of <see cref="GramAccumulator"/>, summed in float32.</summary>
    public static void AddGramSingle(double* entries, long stride, float* left, float* right, int depth)
    {
        for (int i = 0; i < Tile.Height; i++)
        {
            for (int j = 0; j < GramAccumulator.StripWidth; j++)
            {
                float sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(
                        left[k * GramAccumulator.StripWidth + i], right[k * GramAccumulator.StripWidth + j], sum);
                }

                entries[i * stride + j] += sum;
            }
        }
    }

    /// <summary>A tile of <see cref="GramAccumulator"/>, summed in float64: half as wide.</summary>
    public static void AddGramDouble(double* entries, long stride, float* left, float* right, int depth)
    {
        for (int i = 0; i < Tile.Height; i++)
        {
            for (int j = 0; j < GramAccumulator.StripWidth / 2; j++)
            {
                double sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum = Math.FusedMultiplyAdd(
                        left[k * GramAccumulator.StripWidth + i], right[k * GramAccumulator.StripWidth + j], sum);
                }

                entries[i * stride + j] += sum;
            }
        }
    }

    /// <summary>As <see cref="SoftmaxTile.AddProducts"/>: in eight lanes.</summary>
    public static void AddProducts(
        float* x0, float* x1, float* w, long strideW, int columns, double* z0, double* z1)
    {
        for (int c = 0; c < SoftmaxTile.Classes; c++)
        {
            z0[c] += Products(x0, w + c * strideW, columns);
            z1[c] += Products(x1, w + c * strideW, columns);
        }
    }

    /// <summary>As <see cref="SoftmaxTile.AddGradient"/>.</summary>
    public static void AddGradient(
        float* gradient, long strideG, float* residuals, long strideR, float* strip, int rows)
    {
        for (int c = 0; c < SoftmaxTile.Classes; c++)
        {
            for (int j = 0; j < SoftmaxTile.Columns; j++)
            {
                float sum = 0;
                for (int i = 0; i < rows; i++)
                {
                    sum = MathF.FusedMultiplyAdd(
                        residuals[i * strideR + c], strip[(long)i * SoftmaxTile.Columns + j], sum);
                }

                gradient[c * strideG + j] += sum;
            }
        }
    }

    /// <summary>A run of <see cref="LinearModel"/>: products, rounded, in sixteen lanes, then what is left.</summary>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        const int lanes = 16;
        Span<float> sums = stackalloc float[lanes];
        sums.Clear();
        int whole = x.Length - x.Length % lanes;
        for (int i = 0; i < whole; i++)
            sums[i % lanes] += x[i] * y[i];
        double sum = SumOf(sums);
        for (int i = whole; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;

        static float SumOf(ReadOnlySpan<float> s)
            => s[0] + s[8] + (s[4] + s[12]) + (s[1] + s[9] + (s[5] + s[13]))
                + (s[2] + s[10] + (s[6] + s[14]) + (s[3] + s[11] + (s[7] + s[15])));
    }

    // Whole vectors of four are fused, what is left after them is not.
    private static double AddProduct(double sum, double factor, double value, int i, int length)
        => i < length - length % 4 ? Math.FusedMultiplyAdd(factor, value, sum) : sum + factor * value;

    private static float Products(float* x, float* w, int columns)
    {
        const int lanes = 8;
        float* sums = stackalloc float[lanes];
        for (int lane = 0; lane < lanes; lane++)
            sums[lane] = 0;
        for (int j = 0; j < columns; j++)
            sums[j % lanes] = MathF.FusedMultiplyAdd(x[j], w[j], sums[j % lanes]);
        return sums[0] + sums[4] + (sums[1] + sums[5]) + (sums[2] + sums[6] + (sums[3] + sums[7]));
    }
}
