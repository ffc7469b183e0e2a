using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Weighted means and standard deviations of features, and the rows brought to the form that ridge is solved in: centred (with an intercept), divided by
/// the standard deviation, times the root of the example's weight.
/// </summary>
internal sealed unsafe class FeatureScaling
{
    private const int ColumnsPerJob = 512;
    private const double MachineEpsilon = 2.220446049250313e-16;

    private FeatureScaling(double[] means, double[] scales)
    {
        Means = means;
        Scales = scales;
    }

    /// <summary>Weighted means of the features as they were given; zeros without an intercept.</summary>
    public double[] Means { get; }

    /// <summary>What each feature was divided by.</summary>
    public double[] Scales { get; }

    /// <summary>Measures the features and transforms the rows in place.</summary>
    /// <param name="features">All rows.</param>
    /// <param name="weights">[example]; rows of weight zero become zeros.</param>
    /// <param name="settings">Whether to centre and to scale.</param>
    /// <param name="work">How to run.</param>
    /// <param name="to">Fraction of all work done after.</param>
    /// <exception cref="ArgumentException">A feature is not finite.</exception>
    public static FeatureScaling Apply(FeatureMatrix features, double[] weights, RidgeSettings settings, ParallelWork work, double to)
    {
        int columns = features.ColumnCount;
        int stride = features.Stride;
        double[] means = new double[stride];
        double[] squares = new double[stride];
        double[] scales = new double[stride];
        Array.Fill(scales, 1);
        double[] rootWeights = [.. weights.Select(Math.Sqrt)];
        double totalWeight = weights.Sum();
        work.Run((stride + ColumnsPerJob - 1) / ColumnsPerJob, 0, to, job =>
        {
            int start = job * ColumnsPerJob;
            int end = Math.Min(stride, start + ColumnsPerJob);
            fixed (double* mean = means, square = squares, scale = scales)
            {
                for (int row = 0; row < features.RowCount; row++)
                    AddWeighted(features.RowPointer(row), mean, weights[row] / totalWeight, start, end);
                for (int row = 0; row < features.RowCount; row++)
                    AddWeightedSquares(features.RowPointer(row), mean, square, weights[row] / totalWeight, start, end);
                for (int column = start; column < Math.Min(end, columns); column++)
                {
                    if (!double.IsFinite(square[column]))
                        throw NotFinite(features, column);

                    // What rounding leaves of a constant feature is no deviation.
                    double rounding = features.RowCount * Math.Abs(mean[column]) * MachineEpsilon;
                    if (settings.ScaleFeatures && square[column] > rounding * rounding)
                        scale[column] = Math.Sqrt(square[column]);
                    if (!settings.FitIntercept)
                        mean[column] = 0;
                }

                for (int row = 0; row < features.RowCount; row++)
                    Transform(features.RowPointer(row), mean, scale, rootWeights[row], start, Math.Min(end, columns));
            }
        });
        return new FeatureScaling(means[..columns], scales[..columns]);
    }

    private static ArgumentException NotFinite(FeatureMatrix features, int column)
    {
        int row = 0;
        while (float.IsFinite(features[row][column]))
            row++;
        return new ArgumentException($"Feature {column} of example {row} is {features[row][column]}; features must be finite. Replace missing values first.", nameof(features));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeighted(float* row, double* sums, double weight, int start, int end)
    {
        for (int j = start; j < end; j += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(row + j), out Vector<double> low, out Vector<double> high);
            Vector.Store(Vector.Load(sums + j) + low * weight, sums + j);
            Vector.Store(Vector.Load(sums + j + Vector<double>.Count) + high * weight, sums + j + Vector<double>.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeightedSquares(float* row, double* means, double* sums, double weight, int start, int end)
    {
        for (int j = start; j < end; j += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(row + j), out Vector<double> low, out Vector<double> high);
            low -= Vector.Load(means + j);
            high -= Vector.Load(means + j + Vector<double>.Count);
            Vector.Store(Vector.Load(sums + j) + low * low * weight, sums + j);
            Vector.Store(Vector.Load(sums + j + Vector<double>.Count) + high * high * weight, sums + j + Vector<double>.Count);
        }
    }

    // The padding beyond the last column stays zero: its mean is zero and its scale one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(float* row, double* means, double* scales, double rootWeight, int start, int end)
    {
        for (int j = start; j < end; j += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(row + j), out Vector<double> low, out Vector<double> high);
            low = (low - Vector.Load(means + j)) / Vector.Load(scales + j) * rootWeight;
            high = (high - Vector.Load(means + j + Vector<double>.Count)) / Vector.Load(scales + j + Vector<double>.Count) * rootWeight;
            Vector.Store(Vector.Narrow(low, high), row + j);
        }
    }
}
