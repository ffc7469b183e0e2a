using BenchmarkDotNet.Attributes;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>Ridge with leave-one-out over ten penalties, 9,996 features.</summary>
[MemoryDiagnoser]
public class RidgeBenchmarks : IDisposable
{
    private const int Features = 9996;

    private FeatureMatrix _matrix = null!;
    private double[] _targets = [];

    /// <summary>Training series.</summary>
    [Params(200, 1000, 4000)]
    public int Series { get; set; }

    /// <summary>Threads of the fit.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes features again, since a fit scales them in place.</summary>
    [IterationSetup]
    public void Setup()
    {
        var random = new SeededRandom(1);
        _matrix = new FeatureMatrix(Features);
        for (int i = 0; i < Series; i++)
        {
            foreach (ref float value in _matrix.AddRow())
                value = (float)random.NextDouble();
        }

        _targets = [.. Enumerable.Range(0, Series).Select(i => i % 3 == 0 ? 1.0 : -1.0)];
    }

    /// <summary>Frees the features.</summary>
    [IterationCleanup]
    public void Cleanup() => _matrix.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrix?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The fit.</summary>
    [Benchmark]
    public RidgeSolution Fit()
        => Ridge.Solve(_matrix, _targets, default, new RidgeSettings { NumberOfThreads = Threads });
}
