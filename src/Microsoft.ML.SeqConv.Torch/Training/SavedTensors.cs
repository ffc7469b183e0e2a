using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Named tensors in files: numbers and nothing else. Sizes in a file are not believed: memory grows with the bytes that
/// are there, and what is read must have the names and shapes that the reader expects.
/// </summary>
internal static class SavedTensors
{
    private const int MaxTensors = 100_000;

    // *** Binary format ***
    // int: tensors
    // for each: string: name; byte: 0 for Single, 1 for Int64; int[]: shape; float[] or long[]: values, row-major
    public static void Write(BinaryWriter writer, IReadOnlyDictionary<string, Tensor> tensors)
    {
        writer.Write(tensors.Count);
        foreach ((string name, Tensor source) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            using IDisposable constant = no_grad();
            Tensor values = source.detach().cpu().contiguous();
            bool whole = values.dtype == ScalarType.Int64;
            writer.Write(name);
            writer.Write((byte)(whole ? 1 : 0));
            writer.WriteArray<int>([.. values.shape.Select(size => checked((int)size))]);
            if (whole)
                writer.WriteArray<long>(values.data<long>().ToArray());
            else
                writer.WriteArray<float>(values.data<float>().ToArray());
        }
    }

    /// <exception cref="FormatException">A tensor's values do not fill its shape.</exception>
    /// <exception cref="EndOfStreamException">The file ends early.</exception>
    public static Dictionary<string, SavedTensor> Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count is < 0 or > MaxTensors)
            throw new FormatException($"It lists {count} tensors; at most {MaxTensors} are taken.");
        var tensors = new Dictionary<string, SavedTensor>();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadText();
            byte kind = reader.ReadByte();
            int[] shape = reader.ReadArray<int>();
            Array values = kind switch
            {
                0 => reader.ReadArray<float>(),
                1 => reader.ReadArray<long>(),
                _ => throw new FormatException($"The tensor '{name}' has the unknown kind {kind}."),
            };
            if (shape.Any(size => size < 0)
                || shape.Aggregate(1L, (product, size) => Math.Min(product * size, int.MaxValue + 1L)) != values.Length)
                throw new FormatException($"The tensor '{name}' has {values.Length} values for the shape "
                    + $"[{string.Join(", ", shape)}].");
            if (!tensors.TryAdd(name, new SavedTensor(shape, values)))
                throw new FormatException($"It holds the tensor '{name}' twice.");
        }

        return tensors;
    }

    /// <exception cref="FormatException">A value is NaN or infinite; the message names the first.</exception>
    public static void CheckFinite(IReadOnlyDictionary<string, SavedTensor> tensors)
    {
        foreach ((string name, SavedTensor saved) in tensors)
        {
            int at = saved.Values is float[] values ? Array.FindIndex(values, value => !float.IsFinite(value)) : -1;
            if (at >= 0)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"Value {at} of the weights '{name}' is {((float[])saved.Values)[at]}."));
            }
        }
    }

    /// <summary>Copies read values to tensors of the same names and shapes.</summary>
    /// <exception cref="FormatException">A name or a shape differs; the message names the first.</exception>
    public static void CopyTo(
        IReadOnlyDictionary<string, SavedTensor> source, IReadOnlyDictionary<string, Tensor> destination, string owner)
    {
        CheckSameShapes(source, destination, owner);
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((string name, Tensor target) in destination)
            target.copy_(source[name].ToTensor().view(target.shape));
    }

    /// <exception cref="FormatException">A name or a shape differs; the message names the first.</exception>
    public static void CheckSameShapes(
        IReadOnlyDictionary<string, SavedTensor> source, IReadOnlyDictionary<string, Tensor> destination, string owner)
    {
        string? foreign = source.Keys.Except(destination.Keys).Order(StringComparer.Ordinal).FirstOrDefault();
        if (foreign is not null)
            throw new FormatException($"It holds the weights '{foreign}', which {owner} does not have: "
                + "it is of another network.");
        foreach ((string name, Tensor target) in destination)
        {
            if (!source.TryGetValue(name, out SavedTensor? saved))
                throw new FormatException($"It lacks the weights '{name}' of {owner}: it is of another network.");
            if (!saved.Shape.Select(size => (long)size).SequenceEqual(target.shape))
                throw new FormatException($"The weights '{name}' have the shape [{string.Join(", ", saved.Shape)}]; "
                    + $"{owner} has [{string.Join(", ", target.shape)}]: it is of another network.");
            if (saved.Values is float[] != (target.dtype == ScalarType.Float32))
                throw new FormatException($"The weights '{name}' have another type than in {owner}.");
        }
    }
}

/// <summary>A tensor as a file holds it.</summary>
internal sealed record SavedTensor(int[] Shape, Array Values)
{
    public Tensor ToTensor() => Values is float[] singles ? tensor(singles) : tensor((long[])Values);
}
