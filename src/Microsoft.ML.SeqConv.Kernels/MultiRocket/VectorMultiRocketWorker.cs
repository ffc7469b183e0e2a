using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The MultiRocket transform, vectorised over kernels: see <see cref="PooledKernels"/>. A pruned model is faster by
/// other lanes.
/// </summary>
internal sealed class VectorMultiRocketWorker(MultiRocketModel model, KernelPath path) : FeaturizerWorker
{
    private readonly PooledKernels[] _representations =
    [
        .. Enumerable.Range(0, 2).Select(representation => model.IsPruned
            ? (PooledKernels)new PrunedPooledKernels(model, representation, path)
            : new FullPooledKernels(model, representation, path)),
    ];

    private float[] _differences = [];
    private ScalarMultiRocketWorker? _long;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int channels = model.NumberOfChannels;
        int length = LengthOf(series, channels);
        if (length > PooledKernels.MaxLength)
        {
            _long ??= new(model);
            _long.Transform(series, features);
            return;
        }

        if (_differences.Length < series.Length)
            _differences = new float[series.Length];
        Span<float> difference = _differences.AsSpan(0, FirstDifference.LengthOf(length) * channels);
        FirstDifference.Compute(series, channels, difference);
        _representations[0].Transform(series, features);
        _representations[1].Transform(difference, features);
    }
}
