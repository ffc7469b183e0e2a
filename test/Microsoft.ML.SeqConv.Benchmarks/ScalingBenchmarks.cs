using BenchmarkDotNet.Attributes;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// MiniRocket over more series and more threads: time per series should not depend on the one and halve with the other.
/// </summary>
[MemoryDiagnoser]
public class ScalingBenchmarks
{
    private SeriesSet _series = null!;
    private MiniRocketModel _model = null!;
    private float[] _features = [];

    /// <summary>Series of the set.</summary>
    [Params(100, 1000, 5000)]
    public int Series { get; set; }

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Fits.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _series = RandomWalks.Make(Series, length: 150, channels: 1);
        _model = Kernels.MiniRocket.Fit(_series, new MiniRocketSettings(), seed: 1);
        _features = new float[(long)Series * _model.NumberOfFeatures];
    }

    /// <summary>The fit.</summary>
    [Benchmark]
    public MiniRocketModel Fit() => Kernels.MiniRocket.Fit(_series, new MiniRocketSettings(), seed: 1, Threads);

    /// <summary>The transform.</summary>
    [Benchmark]
    public void Transform() => _model.Transform(_series, _features, Threads);
}
