using System.Diagnostics;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How long a featurizer takes for a series: the median of some timings, on the calling thread.</summary>
internal sealed class TransformTimer(ReadOnlyMemory<float>[] series)
{
    private const int Timings = 15;
    private const double WarmupSeconds = 0.01;
    private const double LeastSeconds = 0.0005;       // of a timing

    /// <summary>Microseconds a series.</summary>
    public double Measure(SeriesFeaturizer featurizer)
    {
        FeaturizerWorker worker = featurizer.CreateWorker();
        Memory<float>[] features = [.. series.Select(_ => (Memory<float>)new float[featurizer.NumberOfFeatures])];
        int rounds = 0;
        for (var warming = Stopwatch.StartNew(); rounds == 0 || warming.Elapsed.TotalSeconds < WarmupSeconds; rounds++)
            worker.Transform(series, features);
        rounds = Math.Max(1, (int)(rounds * LeastSeconds / WarmupSeconds));
        var seconds = new double[Timings];
        for (int i = 0; i < Timings; i++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int round = 0; round < rounds; round++)
                worker.Transform(series, features);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds / rounds;
        }

        Array.Sort(seconds);
        return seconds[Timings / 2] / series.Length * 1e6;
    }
}
