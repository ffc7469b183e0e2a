using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The MultiRocket transform, vectorised over kernels: see <see cref="PooledKernels"/>.</summary>
internal sealed class VectorMultiRocketWorker(MultiRocketModel model, KernelPath path) : FeaturizerWorker
{
    private readonly PooledKernels _series = new(model.Series, leftShift: 0, path);
    private readonly PooledKernels _difference = new(model.Difference, MultiRocket.LeftShiftOfDifference, path);
    private float[] _differences = [];
    private ScalarMultiRocketWorker? _long;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int channels = model.NumberOfChannels;
        int length = LengthOf(series, channels);
        if (length > PooledKernels.LongestSeries)
        {
            _long ??= new(model);
            _long.Transform(series, features);
            return;
        }

        if (_differences.Length < series.Length)
            _differences = new float[series.Length];
        Span<float> difference = _differences.AsSpan(0, FirstDifference.LengthOf(length) * channels);
        FirstDifference.Compute(series, channels, difference);
        int half = model.NumberOfFeatures / 2;
        _series.Transform(series, features[..half]);
        _difference.Transform(difference, features[half..]);
    }
}
