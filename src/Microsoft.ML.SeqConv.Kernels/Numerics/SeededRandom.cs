using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The generator behind every random draw: xoshiro256** (Blackman and Vigna 2018, arXiv:1805.01407), its state filled
/// by SplitMix64. A seed gives the same integers and uniform numbers on every machine and runtime; normal numbers go
/// through the platform's logarithm and cosine. Not for cryptography, and not safe for several threads at once.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">Any number.</param>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1): the upper 53 bits times 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// Uniform in {0, ..., <paramref name="exclusive"/> - 1}, without bias (Lemire 2019, arXiv:1805.10941).
    /// </summary>
    /// <param name="exclusive">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusive"/> is below 1.</exception>
    public int NextInt32(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusive, 1);
        uint bound = (uint)exclusive;
        ulong product = (NextUInt64() >> 32) * bound;
        if ((uint)product < bound)
        {
            uint threshold = (0u - bound) % bound;
            while ((uint)product < threshold)
                product = (NextUInt64() >> 32) * bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>
    /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958; each call draws two uniform numbers).
    /// </summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>
    /// Draws distinct values from {0, ..., <paramref name="count"/> - 1}, in random order, each set and
    /// order equally likely.
    /// </summary>
    /// <param name="count">How many values there are to draw from.</param>
    /// <param name="chosen">Filled with the draw; at most <paramref name="count"/> long.</param>
    internal void NextDistinct(int count, Span<int> chosen)
    {
        // The first steps of a Fisher-Yates shuffle.
        int[] values = [.. Enumerable.Range(0, count)];
        for (int i = 0; i < chosen.Length; i++)
        {
            int j = i + NextInt32(count - i);
            (values[i], values[j]) = (values[j], values[i]);
            chosen[i] = values[i];
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
