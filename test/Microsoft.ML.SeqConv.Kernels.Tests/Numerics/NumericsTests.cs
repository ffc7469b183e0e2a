using System.Numerics;
using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Numerics;

public class NumericsTests
{

    [Fact]
    public void The_generator_is_xoshiro256_starstar()
    {
        var random = new SeededRandom(0);
        Assert.Equal(Reference(0).Take(8), Enumerable.Range(0, 8).Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Small_integers_are_equally_likely()
    {
        var random = new SeededRandom(5);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt32(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Normal_numbers_have_mean_zero_and_deviation_one()
    {
        var random = new SeededRandom(6);
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];
        Assert.Equal(0, values.Average(), 0.02);
        Assert.Equal(1, values.Average(value => value * value), 0.03);
    }

    [Fact]
    public void Distinct_draws_are_distinct()
        => Gen.Select(Gen.Int[1, 60], Gen.Int).Sample((count, seed) =>
        {
            var chosen = new int[1 + (seed & 0x7fffffff) % count];
            new SeededRandom((ulong)seed).NextDistinct(count, chosen);
            return chosen.Distinct().Count() == chosen.Length && chosen.All(value => value >= 0 && value < count);
        }, threads: 1);

    [Fact]
    public void Order_statistics_are_those_of_the_sorted_sample()
    {
        Gen.Select(Gen.OneOf(Gen.Float[-1, 1].Array[1, 300], Gen.Int[0, 3].Select(i => (float)i).Array[1, 300]),
            Gen.Int[0, 1000].Array[1, 40]).Sample((sample, wanted) =>
            {
                float[] sorted = [.. sample.Order()];
                int[] ranks = [.. wanted.Select(rank => rank % sample.Length).Order()];
                OrderStatistics.Place(sample, ranks);
                return ranks.All(rank => sample[rank] == sorted[rank]);
            }, threads: 1);
    }

    [Theory]
    [InlineData("sorted")]
    [InlineData("reversed")]
    [InlineData("equal")]
    [InlineData("organ pipe")]
    [InlineData("killer")]
    public void No_order_of_values_is_slow(string order)
    {
        const int n = 1 << 20;
        float[] sample =
        [
            .. Enumerable.Range(0, n).Select(i => order switch
            {
                "sorted" => i,
                "reversed" => n - i,
                "equal" => 1f,
                "organ pipe" => Math.Min(i, n - i),
                _ => i % 2 == 0 ? i : n / 2 + i,
            }),
        ];
        float[] sorted = [.. sample.Order()];
        int[] ranks = [0, n / 3, n / 2, n - 1];
        OrderStatistics.Place(sample, ranks);
        Assert.All(ranks, rank => Assert.Equal(sorted[rank], sample[rank]));
    }

    // NumPy 1.24.2: np.quantile([3, 1, 4, 1.5, 9, 2.6], [0, 0.1, 0.5, 0.77, 1])
    [Fact]
    public void Quantiles_interpolate_linearly()
    {
        var quantiles = new float[5];
        Quantile.Compute([3, 1, 4, 1.5f, 9, 2.6f], [0, 0.1f, 0.5f, 0.77f, 1], new int[10], quantiles);
        Assert.Equal([1, 1.25f, 2.8f, 3.85f, 9], quantiles.Select(value => (float)Math.Round(value, 5)));
    }

    [Fact]
    public void Z_normalised_series_have_mean_zero_and_deviation_one_and_constants_are_zeros()
    {
        float[] series = [3, 5, 9, -4, 0.5f];
        ZNormalization.Apply(series);
        Assert.Equal(0, series.Average(), 1e-6);
        Assert.Equal(1, series.Average(value => value * value), 1e-6);
        float[] constant = [0.1f, 0.1f, 0.1f];
        ZNormalization.Apply(constant);
        Assert.Equal([0, 0, 0], constant);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("scalar", nameof(KernelPath.Scalar))]
    [InlineData("Scalar", nameof(KernelPath.Scalar))]
    public void A_path_is_chosen_by_name(string? name, string? expected)
        => Assert.Equal(expected ?? KernelPaths.Available[0].ToString(), KernelPaths.Choose(name).ToString());

    [Fact]
    public void An_unknown_path_is_an_error_that_names_the_paths()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => KernelPaths.Choose("Avx9"));
        Assert.Equal("SEQCONV_KERNEL is 'Avx9'; this machine has the paths "
            + $"{string.Join(", ", KernelPaths.Available)}. Unset it or name one of these.", error.Message);
    }

    // Written from the published recurrences, with other operations than the generator under test.
    private static IEnumerable<ulong> Reference(ulong seed)
    {
        var state = new ulong[4];
        for (int i = 0; i < 4; i++)
        {
            seed += 0x9E3779B97F4A7C15;
            ulong z = seed;
            z = (z ^ z / (1UL << 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ z / (1UL << 27)) * 0x94D049BB133111EB;
            state[i] = z ^ z / (1UL << 31);
        }

        // SplitMix64 of seed 0 is known to begin with this value.
        Assert.Equal(0xE220A8397B1DCDAF, state[0]);
        while (true)
        {
            ulong x = state[1] * 5;
            yield return (x * 128 + x / (1UL << 57)) * 9;
            ulong t = state[1] * 131072;
            state[2] ^= state[0];
            state[3] ^= state[1];
            state[1] ^= state[2];
            state[0] ^= state[3];
            state[2] ^= t;
            state[3] = state[3] * (1UL << 45) + state[3] / (1UL << 19);
        }
    }

    [Fact]
    public void Sigmoid_and_tangent_are_those_of_the_mathematics()
    {
        for (double x = -100; x <= 100; x += 0.37)
        {
            var vector = new Vector<float>((float)x);
            Assert.Equal(1 / (1 + Math.Exp(-(float)x)), Logistic.Sigmoid(vector)[0], 3e-7);
            Assert.Equal(Math.Tanh((float)x), Logistic.Tanh(vector)[0], 3e-7);
        }
    }

    [Fact]
    public void A_matrix_adds_its_product_at_any_width()
    {
        var random = new Random(1);
        foreach (int outputs in new[] { 1, 7, 8, 9, 31, 32, 33, 64, 77 })
        {
            float[] matrix = [.. Enumerable.Range(0, 5 * outputs).Select(_ => (float)random.NextDouble())];
            float[] vector = [.. Enumerable.Range(0, 5).Select(_ => (float)random.NextDouble())];
            float[] sum = [.. Enumerable.Repeat(1f, outputs)];
            MatrixVector.Add(matrix, vector, sum);
            for (int o = 0; o < outputs; o++)
                Assert.Equal(1 + Enumerable.Range(0, 5).Sum(i => (double)matrix[i * outputs + o] * vector[i]),
                    sum[o], 1e-5);
        }

        Assert.Throws<ArgumentException>(() => MatrixVector.Add(new float[7], new float[2], new float[3]));
    }
}
