using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Linear functions of a feature vector, one a target: <c>intercept + sum of coefficient times feature</c>. Immutable
/// and safe for any number of threads.
/// </summary>
public sealed class LinearModel
{
    // Products are summed in float32 over short runs, and the runs in float64.
    private const int Run = 256;
    private const int Lanes = 16;

    private readonly float[] _coefficients;
    private readonly double[] _intercepts;

    /// <summary>Takes coefficients and checks them.</summary>
    /// <param name="numberOfTargets">At least 1.</param>
    /// <param name="numberOfFeatures">At least 1.</param>
    /// <param name="coefficients">[target, feature], row-major, finite; not copied.</param>
    /// <param name="intercepts">[target], finite; not copied.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is not finite.</exception>
    public LinearModel(int numberOfTargets, int numberOfFeatures, float[] coefficients, double[] intercepts)
    {
        Guard.AtLeast(numberOfTargets, 1);
        Guard.AtLeast(numberOfFeatures, 1);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(intercepts);
        if (coefficients.Length != (long)numberOfTargets * numberOfFeatures)
            throw new ArgumentException($"There are {coefficients.Length} coefficients; "
                + $"{numberOfTargets} targets of {numberOfFeatures} features need "
                + $"{(long)numberOfTargets * numberOfFeatures}.", nameof(coefficients));
        if (intercepts.Length != numberOfTargets)
            throw new ArgumentException(
                $"There are {intercepts.Length} intercepts for {numberOfTargets} targets.", nameof(intercepts));
        int bad = Array.FindIndex(coefficients, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"Coefficient {bad} is {coefficients[bad]}; coefficients must be finite."), nameof(coefficients));
        if (!Array.TrueForAll(intercepts, double.IsFinite))
            throw new ArgumentException("An intercept is not finite.", nameof(intercepts));
        NumberOfTargets = numberOfTargets;
        NumberOfFeatures = numberOfFeatures;
        _coefficients = coefficients;
        _intercepts = intercepts;
    }

    /// <summary>Targets.</summary>
    public int NumberOfTargets { get; }

    /// <summary>Features.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>[target, feature], row-major.</summary>
    public ReadOnlySpan<float> Coefficients => _coefficients;

    /// <summary>[target].</summary>
    public ReadOnlySpan<double> Intercepts => _intercepts;

    /// <summary>The model that ridge found, its coefficients rounded to float32.</summary>
    /// <param name="solution">Of any number of targets.</param>
    public static LinearModel From(RidgeSolution solution)
    {
        ArgumentNullException.ThrowIfNull(solution);
        int targets = solution.Intercepts.Length;
        return new LinearModel(targets, solution.Coefficients.Length / targets,
            [.. solution.Coefficients.Select(value => (float)value)], solution.Intercepts);
    }

    /// <summary>Computes the decision values of one row.</summary>
    /// <param name="features">[feature].</param>
    /// <param name="decisions">[target], to be filled.</param>
    public void Score(ReadOnlySpan<float> features, Span<double> decisions)
    {
        if (features.Length != NumberOfFeatures)
            throw new ArgumentException($"There are {features.Length} features; "
                + $"the model was trained on {NumberOfFeatures}.", nameof(features));
        for (int target = 0; target < NumberOfTargets; target++)
            decisions[target] = _intercepts[target]
                + Dot(features, _coefficients.AsSpan(target * NumberOfFeatures, NumberOfFeatures));
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        bool scalar = KernelPaths.Current == KernelPath.Scalar;
        double total = 0;
        for (int start = 0; start < x.Length; start += Run)
        {
            int count = Math.Min(Run, x.Length - start);
            total += scalar
                ? ScalarLinear.Dot(x.Slice(start, count), y.Slice(start, count))
                : DotOfRun(x.Slice(start, count), y.Slice(start, count));
        }

        return total;
    }

    // As many lanes on every machine. Products are not fused: not every processor that scores can.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double DotOfRun(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref float left = ref MemoryMarshal.GetReference(x);
        ref float right = ref MemoryMarshal.GetReference(y);
        Vector256<float> lower = default, upper = default;
        nuint whole = (nuint)(x.Length & -Lanes);
        for (nuint k = 0; k < whole; k += Lanes)
        {
            lower += Vector256.LoadUnsafe(ref left, k) * Vector256.LoadUnsafe(ref right, k);
            upper += Vector256.LoadUnsafe(ref left, k + Lanes / 2) * Vector256.LoadUnsafe(ref right, k + Lanes / 2);
        }

        double sum = VectorArithmetic256.Sum(lower + upper);
        for (int k = (int)whole; k < x.Length; k++)
            sum += x[k] * y[k];
        return sum;
    }
}
