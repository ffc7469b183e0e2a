using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The MultiRocket transform, vectorised over kernels: see <see cref="PooledKernels"/>, of a pruned model <see cref="PrunedPooledKernels"/>.</summary>
internal sealed class VectorMultiRocketWorker(MultiRocketModel model, KernelPath path) : FeaturizerWorker
{
    private readonly PooledKernels[] _whole = model.IsPruned ? [] : [new(model.Series, leftShift: 0, path), new(model.Difference, MultiRocket.LeftShiftOfDifference, path)];
    private readonly PrunedPooledKernels[] _pruned = model.IsPruned ? [new(model, representation: 0, path), new(model, representation: 1, path)] : [];
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
        if (model.IsPruned)
        {
            _pruned[0].Transform(series, features);
            _pruned[1].Transform(difference, features);
            return;
        }

        int half = model.NumberOfFeatures / 2;
        _whole[0].Transform(series, features[..half]);
        _whole[1].Transform(difference, features[half..]);
    }
}
