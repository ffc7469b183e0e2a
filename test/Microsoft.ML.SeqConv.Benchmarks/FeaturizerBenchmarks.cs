using BenchmarkDotNet.Attributes;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>Sixteen series through a featurizer on one thread: paths and lengths.</summary>
[MemoryDiagnoser]
public class FeaturizerBenchmarks
{
    private const int Series = 16;

    private SeriesFeaturizer _featurizer = null!;
    private FeaturizerWorker _worker = null!;
    private ReadOnlyMemory<float>[] _series = [];
    private Memory<float>[] _features = [];

    /// <summary>What is computed.</summary>
    [Params("MiniRocket", "Rocket", "RocketSingle")]
    public string Featurizer { get; set; } = "";

    /// <summary>Who computes it.</summary>
    [ParamsSource(nameof(Paths))]
    public string Path { get; set; } = "";

    /// <summary>Those of this machine.</summary>
    public static IEnumerable<string> Paths => KernelPaths.Available.Select(path => path.ToString());

    /// <summary>Points of a series.</summary>
    [Params(24, 150, 500, 2000, 10000)]
    public int Length { get; set; }

    /// <summary>Fits and warms.</summary>
    [GlobalSetup]
    public void Setup()
    {
        SeriesSet series = RandomWalks.Make(Series, Length, channels: 1);
        _featurizer = Featurizer == "MiniRocket"
            ? Kernels.MiniRocket.Fit(series, new MiniRocketSettings(), seed: 1)
            : Kernels.Rocket.Fit(Length, 1,
                new RocketSettings { SinglePrecision = Featurizer == "RocketSingle" }, seed: 1);
        _worker = _featurizer.CreateWorker(Enum.Parse<KernelPath>(Path));
        _series = [.. Enumerable.Range(0, Series).Select(i => (ReadOnlyMemory<float>)series[i].ToArray())];
        _features = [.. _series.Select(_ => (Memory<float>)new float[_featurizer.NumberOfFeatures])];
    }

    /// <summary>One by one, as a prediction engine has them.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Series)]
    public void OneByOne()
    {
        for (int i = 0; i < Series; i++)
            _worker.Transform(_series[i].Span, _features[i].Span);
    }

    /// <summary>All at hand.</summary>
    [Benchmark(OperationsPerInvoke = Series)]
    public void Together() => _worker.Transform(_series, _features);
}
