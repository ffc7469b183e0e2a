using System.Diagnostics;
using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// The speed of generation at the sizes that <see cref="WaveNetOptions"/> has by default, one thread: cached steps,
/// beside the convolution of the whole receptive field for each sample in libtorch.
/// </summary>
internal static class WaveNetStudy
{
    private const int SampleRate = 8000;

    public static int Run()
    {
        TorchLibrary.EnsureLoaded();
        set_num_threads(1);
        WaveNetShape shape = new WaveNetOptions().Shape(conditionChannels: 0);
        var settings = new WaveNetAudioSettings(shape, 0, 0, 0, 1, FeatureUpsampling.Repetition);
        using var network = new WaveNetAudioNetwork(settings);
        using (var generator = new Generator(1))
            network.Initialize(generator);
        Console.WriteLine($"{network.CountParameters():N0} weights, {shape.Layers} layers, "
            + $"receptive field {shape.ReceptiveField} samples.");
        var model = new WaveNetGenerator(network.ToModel(), new WaveNetConditions([], [], 0, 1, []),
            SampleRate, new TrainingHistory([], 0));

        double[] cached = [.. Enumerable.Range(0, 5)
            .Select(seed => Time(SampleRate, () => model.Generate(TimeSpan.FromSeconds(1), seed)))];
        double[] recomputed = [.. Enumerable.Range(0, 5)
            .Select(_ => Time(20, () => Recompute(network, shape.ReceptiveField, 20)))];
        Array.Sort(cached);
        Array.Sort(recomputed);
        Console.WriteLine($"cached: {cached[2] * 1e6:F1} us a sample, {1 / (cached[2] * SampleRate):F1} times real "
            + $"time at {SampleRate} Hz");
        Console.WriteLine($"receptive field again for each sample: {recomputed[2] * 1e6:F0} us a sample; "
            + $"cached is {recomputed[2] / cached[2]:F0} times faster");
        return 0;
    }

    private static void Recompute(WaveNetAudioNetwork network, int receptiveField, int samples)
    {
        using IDisposable constant = no_grad();
        network.eval();
        for (int i = 0; i < samples; i++)
        {
            using var scope = NewDisposeScope();
            Tensor input = full([1, 1, receptiveField], 128f);
            _ = network.call(input, null).narrow(2, receptiveField - 1, 1).cpu().data<float>().ToArray();
        }
    }

    private static double Time(int samples, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / samples;
    }
}
