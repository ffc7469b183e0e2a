using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Data;

/// <summary>A series and its class.</summary>
internal sealed class LabelledSeries
{
    [VectorType(CylinderBellFunnel.Length)]
    public required float[] Series { get; init; }

    public required string Label { get; init; }
}

/// <summary>
/// The cylinder-bell-funnel set (Saito 1994, Local feature extraction and its applications using a library of bases):
/// on normal noise stands, from point a to point b, a plateau, a ramp upwards or a ramp downwards of height 6 + eta,
/// eta ~ N(0, 1), a uniform on 16..32 and b - a uniform on 32..96.
/// </summary>
internal static class CylinderBellFunnel
{
    public const int Length = 128;

    private static readonly string[] Classes = ["cylinder", "bell", "funnel"];

    /// <summary>Makes series; the classes take turns.</summary>
    /// <param name="count">Series.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="noise">The standard deviation of the noise: 1 in the published set.</param>
    public static IEnumerable<LabelledSeries> Generate(int count, int seed, double noise = 1)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
            yield return new LabelledSeries
            {
                Series = Draw(i % Classes.Length, random, noise),
                Label = Classes[i % Classes.Length]
            };
    }

    private static float[] Draw(int shape, Random random, double noise)
    {
        int a = 16 + random.Next(17);
        int b = a + 32 + random.Next(65);
        double height = 6 + Normal(random);
        var series = new float[Length];
        for (int t = 0; t < Length; t++)
        {
            double rise = shape switch
            {
                0 => 1,
                1 => (double)(t - a) / (b - a),
                _ => (double)(b - t) / (b - a),
            };
            series[t] = (float)((t >= a && t <= b ? height * rise : 0) + noise * Normal(random));
        }

        return series;
    }

    // Box and Muller 1958.
    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
