using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>The benchmarks' input: seeded random walks, z-normalised per series and channel.</summary>
internal static class RandomWalks
{
    public static SeriesSet Make(int count, int length, int channels)
    {
        var random = new SeededRandom(1);
        var series = new float[count][];
        for (int i = 0; i < count; i++)
        {
            series[i] = new float[channels * length];
            for (int channel = 0; channel < channels; channel++)
            {
                Span<float> points = series[i].AsSpan(channel * length, length);
                double level = 0;
                foreach (ref float point in points)
                    point = (float)(level += random.NextNormal());
                ZNormalization.Apply(points);
            }
        }

        return new SeriesSet(series, channels);
    }
}
