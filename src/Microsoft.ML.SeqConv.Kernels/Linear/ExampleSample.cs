using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A sample of examples that depends neither on their order nor on how they are divided among machines: those with the
/// smallest hashes of features, label and weight (bottom-k sampling, Cohen and Kaplan 2007). Samples of parts merge to
/// the sample of the whole.
/// </summary>
/// <param name="numberOfFeatures">Features of an example, at least 1.</param>
/// <param name="capacity">Examples to keep, at least 1.</param>
internal sealed class ExampleSample(int numberOfFeatures, int capacity)
{
    // The largest hash first: it is the next to go.
    private readonly PriorityQueue<Example, ulong> _examples = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));

    /// <summary>Features of an example.</summary>
    public int NumberOfFeatures { get; } =
        numberOfFeatures >= 1 ? numberOfFeatures : throw Guard.OutOfRange(numberOfFeatures, "it must be at least 1");

    /// <summary>The largest number of examples kept.</summary>
    public int Capacity { get; } =
        capacity >= 1 ? capacity : throw Guard.OutOfRange(capacity, "it must be at least 1");

    /// <summary>Examples kept now.</summary>
    public int Count => _examples.Count;

    /// <summary>Considers an example; its features are copied if it is kept.</summary>
    /// <param name="features">[feature].</param>
    /// <param name="label">Its label.</param>
    /// <param name="weight">Its weight; an example of weight zero takes no part.</param>
    public void Add(ReadOnlySpan<float> features, float label, double weight)
    {
        if (features.Length != NumberOfFeatures)
            throw new ArgumentException($"The example has {features.Length} features; "
                + $"the sample is of {NumberOfFeatures}.", nameof(features));
        if (weight == 0)
            return;
        ulong hash = Hash(features, label, weight);
        if (HasPlaceFor(hash))
            Keep(new Example(features.ToArray(), label, weight), hash);
    }

    /// <summary>Considers the examples of another part.</summary>
    /// <param name="other">That of the other part.</param>
    public void Merge(ExampleSample other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.NumberOfFeatures != NumberOfFeatures || other.Capacity != Capacity)
            throw new ArgumentException($"The other sample is of {other.Capacity} examples of {other.NumberOfFeatures} "
                + $"features; this one of {Capacity} of {NumberOfFeatures}.", nameof(other));
        foreach ((Example example, ulong hash) in other._examples.UnorderedItems)
        {
            if (HasPlaceFor(hash))
                Keep(example, hash);
        }
    }

    /// <summary>The examples in the order of their hashes, the same for the same data.</summary>
    public IReadOnlyList<Example> InOrder()
        => [.. _examples.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element)];

    // *** Binary format ***, little-endian
    // int: features, int: capacity, int: examples
    // for each example: float: label, double: weight, float[feature]: features

    /// <summary>Writes the sample.</summary>
    /// <param name="writer">Is written to at its position.</param>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(NumberOfFeatures);
        writer.Write(Capacity);
        writer.Write(Count);
        foreach (Example example in InOrder())
        {
            writer.Write(example.Label);
            writer.Write(example.Weight);
            writer.Write(MemoryMarshal.AsBytes(example.Features.Span));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Stands at what was written.</param>
    /// <exception cref="FormatException">A number breaks a rule.</exception>
    /// <exception cref="EndOfStreamException">The stream is cut short.</exception>
    public static ExampleSample Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int features = reader.ReadInt32();
        int capacity = reader.ReadInt32();
        int count = reader.ReadInt32();
        if (features < 1 || capacity < 1 || count < 0 || count > capacity)
            throw new FormatException(
                $"A sample of {count} of at most {capacity} examples of {features} features does not exist.");
        if (reader.BaseStream.Length - reader.BaseStream.Position < (double)count * features * sizeof(float))
            throw new FormatException(
                $"The sample is cut short: {count} examples of {features} features are promised.");
        var sample = new ExampleSample(features, capacity);
        var values = new float[count == 0 ? 0 : features];      // what the stream has no values for takes no memory
        for (int i = 0; i < count; i++)
        {
            float label = reader.ReadSingle();
            double weight = reader.ReadDouble();
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            if (!float.IsFinite(label) || !(weight > 0 && double.IsFinite(weight)))
                throw new FormatException(FormattableString.Invariant(
                    $"Example {i} of the sample has the label {label} and the weight {weight}."));
            if (Array.Exists(values, value => !float.IsFinite(value)))
                throw new FormatException($"Example {i} of the sample has a feature that is not finite.");
            sample.Add(values, label, weight);
        }

        return sample;
    }

    private bool HasPlaceFor(ulong hash)
        => Count < Capacity || (_examples.TryPeek(out _, out ulong largest) && hash < largest);

    private void Keep(Example example, ulong hash)
    {
        _examples.Enqueue(example, hash);
        if (Count > Capacity)
            _examples.Dequeue();
    }

    private static ulong Hash(ReadOnlySpan<float> features, float label, double weight)
    {
        ulong hash = Mix(BitConverter.DoubleToUInt64Bits(weight) ^ BitConverter.SingleToUInt32Bits(label));
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(features);
        foreach (uint value in bits)
            hash = BitOperations.RotateLeft(hash ^ value, 29) * 0x9E3779B97F4A7C15;
        return Mix(hash);
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>An example that was kept.</summary>
    /// <param name="Features">[feature].</param>
    /// <param name="Label">Its label.</param>
    /// <param name="Weight">Its weight, above zero.</param>
    public readonly record struct Example(ReadOnlyMemory<float> Features, float Label, double Weight);
}
