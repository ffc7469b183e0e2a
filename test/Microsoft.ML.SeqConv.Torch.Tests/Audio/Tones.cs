using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Audio;

/// <summary>Seeded clips that a good classifier can tell apart: a tone a class, at 8 kHz, of unequal lengths.</summary>
internal static class Tones
{
    public const int SampleRate = 8000;

    public static List<SeriesRow> Make(int count, int samples, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double hertz = 400 * (1 + i % 3);
            int length = random.Next(samples / 2, samples + 1);
            return new SeriesRow
            {
                Label = $"c{i % 3}",
                Series = [.. Enumerable.Range(0, length).Select(
                    n => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * n / SampleRate) + 0.05 * random.NextDouble()))]
            };
        })];
    }
}
