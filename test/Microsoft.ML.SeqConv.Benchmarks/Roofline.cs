using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// The least time that the operations of a transform take on this processor, beside the time that the transform
/// takes. Peaks are measured on operands that stay in registers, in turn with the transforms, on one thread, in that
/// thread's processor time.
/// </summary>
internal static class Roofline
{
    private const int Series = 64;
    private const int Rounds = 15;

    public static int Run()
    {
        bool wide = KernelPaths.Current == KernelPath.Vector512;
        Console.WriteLine("| transform of one series | operations | least time (us) | time (us) | fraction of peak |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (int length in (int[])[150, 500, 2000, 10000])
        {
            SeriesSet series = RandomWalks.Make(length > 2000 ? Series / 8 : Series, length, channels: 1);
            MiniRocketModel model = Kernels.MiniRocket.Fit(series, new MiniRocketSettings(), seed: 1);
            Report($"MiniRocket, T = {length}", "comparisons", Comparisons(model, length),
                wide ? ComparisonsOfPeak512 : ComparisonsOfPeak, series, model);
        }

        foreach (int length in (int[])[150, 500, 2000])
        {
            SeriesSet series = RandomWalks.Make(Series / 4, length, channels: 1);
            RocketModel doubles = Kernels.Rocket.Fit(length, 1, new RocketSettings(), seed: 1);
            RocketModel singles = Kernels.Rocket.Fit(length, 1, new RocketSettings { SinglePrecision = true }, seed: 1);
            Report($"Rocket float64, T = {length}", "products", Products(doubles, length),
                wide ? ProductsOfPeak512<double> : ProductsOfPeak<double>, series, doubles);
            Report($"Rocket float32, T = {length}", "products", Products(singles, length),
                wide ? ProductsOfPeak512<float> : ProductsOfPeak<float>, series, singles);
        }

        return 0;
    }

    private static void Report(string name, string operations, double needed, Func<double> peakOperations,
        SeriesSet series, SeriesFeaturizer featurizer)
    {
        var features = new float[series.Count * featurizer.NumberOfFeatures];
        double peak = 0;
        double least = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            double start = ThreadClock.Seconds;
            double done = peakOperations();
            double middle = ThreadClock.Seconds;
            featurizer.Transform(series, features, numberOfThreads: 1);
            least = Math.Min(least, (ThreadClock.Seconds - middle) / series.Count);
            peak = Math.Max(peak, done / (middle - start));
        }

        double bound = needed / peak;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {needed / 1e6:F2} M {operations} | "
            + $"{bound * 1e6:F0} | {least * 1e6:F0} | {bound / least:P0} |"));
    }

    /// <summary>Outputs times biases: each is compared and counted.</summary>
    private static double Comparisons(MiniRocketModel model, int length)
    {
        double comparisons = 0;
        for (int d = 0; d < model.Dilations.Length; d++)
        {
            // Half of the kernels count all positions, half leave out those that reach over the ends.
            double positions = (length + Math.Max(0, length - 8.0 * model.Dilations[d])) / 2;
            comparisons += positions * model.FeaturesPerDilation[d] * MiniRocketKernel.Count;
        }

        return comparisons;
    }

    private static double Products(RocketModel model, int length)
        => model.Kernels.Sum(kernel => (double)kernel.Weights.Length * Math.Max(1,
            length + 2 * kernel.Padding - (kernel.Length - 1) * kernel.Dilation));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double ComparisonsOfPeak()
    {
        const int turns = 1 << 19;
        Vector<int> count0 = default, count1 = default, count2 = default, count3 = default,
            count4 = default, count5 = default;

        // Two values in turn, so that comparisons wait for no addition.
        Vector<float> first = default, second = default, step = Vector<float>.One, bias0 = step,
            bias1 = bias0 + step, bias2 = bias1 + step;
        for (int i = 0; i < turns; i++)
        {
            first += step;
            second += step;
            count0 -= Vector.GreaterThan(first, bias0);
            count1 -= Vector.GreaterThan(first, bias1);
            count2 -= Vector.GreaterThan(first, bias2);
            count3 -= Vector.GreaterThan(second, bias0);
            count4 -= Vector.GreaterThan(second, bias1);
            count5 -= Vector.GreaterThan(second, bias2);
        }

        Keep(Vector.Sum(count0 + count1 + count2 + count3 + count4 + count5));
        return 6.0 * turns * Vector<float>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double ProductsOfPeak<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int turns = 1 << 18;
        Vector<T> x = new(T.CreateTruncating(0.5)), w = x;
        Vector<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        Vector<T> sum6 = default, sum7 = default, sum8 = default, sum9 = default, sum10 = default, sum11 = default;
        for (int i = 0; i < turns; i++)
        {
            sum0 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum0);
            sum1 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum1);
            sum2 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum2);
            sum3 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum3);
            sum4 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum4);
            sum5 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum5);
            sum6 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum6);
            sum7 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum7);
            sum8 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum8);
            sum9 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum9);
            sum10 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum10);
            sum11 = VectorArithmetic<T>.FusedMultiplyAdd(w, x, sum11);
        }

        Keep(Vector.Sum(sum0 + sum1 + sum2 + sum3 + sum4 + sum5 + sum6 + sum7 + sum8 + sum9 + sum10 + sum11));
        return 12.0 * turns * Vector<T>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double ComparisonsOfPeak512()
    {
        const int turns = 1 << 19;
        Vector512<int> count0 = default, count1 = default, count2 = default, count3 = default,
            count4 = default, count5 = default;
        Vector512<float> value = default, step = Vector512<float>.One, bias0 = step, bias1 = bias0 + step,
            bias2 = bias1 + step, bias3 = bias2 + step, bias4 = bias3 + step, bias5 = bias4 + step;
        for (int i = 0; i < turns; i++)
        {
            value += step;
            count0 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias0).AsInt32(),
                count0 + Vector512<int>.One, count0);
            count1 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias1).AsInt32(),
                count1 + Vector512<int>.One, count1);
            count2 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias2).AsInt32(),
                count2 + Vector512<int>.One, count2);
            count3 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias3).AsInt32(),
                count3 + Vector512<int>.One, count3);
            count4 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias4).AsInt32(),
                count4 + Vector512<int>.One, count4);
            count5 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias5).AsInt32(),
                count5 + Vector512<int>.One, count5);
        }

        Keep(Vector512.Sum(count0 + count1 + count2 + count3 + count4 + count5));
        return 6.0 * turns * Vector512<float>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double ProductsOfPeak512<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int turns = 1 << 18;
        Vector512<T> x = Vector512.Create(T.CreateTruncating(0.5)), w = x;
        Vector512<T> sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        Vector512<T> sum6 = default, sum7 = default, sum8 = default, sum9 = default, sum10 = default, sum11 = default;
        for (int i = 0; i < turns; i++)
        {
            sum0 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum0);
            sum1 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum1);
            sum2 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum2);
            sum3 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum3);
            sum4 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum4);
            sum5 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum5);
            sum6 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum6);
            sum7 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum7);
            sum8 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum8);
            sum9 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum9);
            sum10 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum10);
            sum11 = VectorArithmetic512<T>.FusedMultiplyAdd(w, x, sum11);
        }

        Keep(Vector512.Sum(sum0 + sum1 + sum2 + sum3 + sum4 + sum5 + sum6 + sum7 + sum8 + sum9 + sum10 + sum11));
        return 12.0 * turns * Vector512<T>.Count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep<T>(T value) => GC.KeepAlive(value);
}
