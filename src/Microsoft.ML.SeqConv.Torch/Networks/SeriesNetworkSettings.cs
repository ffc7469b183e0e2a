using System.Reflection;
using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// All that is needed to make a network over series again. Each network has settings of its own, beside it in its file,
/// and names them there by <see cref="SeriesNetworkAttribute{T}"/>.
/// </summary>
/// <param name="Channels">Of the series.</param>
/// <param name="Outputs">Classes, or 1 for a value.</param>
/// <param name="Convolution">How convolutions are made.</param>
internal abstract record SeriesNetworkSettings(int Channels, int Outputs, ConvolutionKind Convolution)
{
    protected const int MaxFilters = 65_536;

    public abstract SequenceNetwork Make(Device? device);

    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public virtual void Check()
    {
        Guard.Within(Channels, 1, 1_000_000, "NumberOfChannels");
        Guard.Within(Outputs, 1, LabelValues.MaxClasses, "The number of classes");
        Guard.Defined(Convolution);
    }

    /// <summary>Writes what <see cref="ISeriesNetworkSettings{T}.ReadSizes"/> reads.</summary>
    protected abstract void WriteSizes(BinaryWriter writer);

    // *** Binary format ***
    // byte: the number of the network, see SeriesNetworkAttribute; then its sizes, see its settings
    public void Write(BinaryWriter writer)
    {
        writer.Write(SeriesNetworks.Of(GetType()).Number);
        WriteSizes(writer);
    }

    /// <exception cref="ArgumentOutOfRangeException">
    /// No network has that number, or a size is out of its range.
    /// </exception>
    public static SeriesNetworkSettings Read(BinaryReader reader)
    {
        SeriesNetworkSettings settings = SeriesNetworks.Of(reader.ReadByte()).ReadSizes(reader);
        settings.Check();
        return settings;
    }
}

/// <summary>
/// The sizes of the first three networks in model files, which have one layout. FCN and ResNet write constants for what
/// only InceptionTime has, and do not read it.
/// </summary>
internal readonly record struct SavedSeriesSizes(
    int Channels, int Outputs, int Filters, ConvolutionKind Convolution,
    int Depth = 6, int KernelSize = 40, int Bottleneck = 32)
{
    // *** Binary format ***
    // int: channels, outputs, depth, filters, kernel size, bottleneck; byte: kind of convolution
    public void Write(BinaryWriter writer)
    {
        foreach (int size in (ReadOnlySpan<int>)[Channels, Outputs, Depth, Filters, KernelSize, Bottleneck])
            writer.Write(size);
        writer.Write((byte)Convolution);
    }

    public static SavedSeriesSizes Read(BinaryReader reader)
    {
        int[] sizes = [.. Enumerable.Range(0, 6).Select(_ => reader.ReadInt32())];
        var convolution = (ConvolutionKind)reader.ReadByte();
        return new(sizes[0], sizes[1], sizes[3], convolution, sizes[2], sizes[4], sizes[5]);
    }
}

/// <summary>Settings that can be read.</summary>
internal interface ISeriesNetworkSettings<T>
    where T : SeriesNetworkSettings
{
    /// <summary>Reads the sizes of a network.</summary>
    static abstract T ReadSizes(BinaryReader reader);
}

/// <summary>The identity of a network over series in model files.</summary>
/// <param name="number">No other network has it, and it never changes.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal abstract class SeriesNetworkAttribute(byte number) : Attribute
{
    public byte Number => number;

    /// <summary>The type of its settings.</summary>
    public abstract Type Settings { get; }

    public abstract SeriesNetworkSettings ReadSizes(BinaryReader reader);
}

/// <inheritdoc/>
/// <typeparam name="T">Its settings.</typeparam>
internal sealed class SeriesNetworkAttribute<T>(byte number) : SeriesNetworkAttribute(number)
    where T : SeriesNetworkSettings, ISeriesNetworkSettings<T>
{
    public override Type Settings => typeof(T);

    public override SeriesNetworkSettings ReadSizes(BinaryReader reader) => T.ReadSizes(reader);
}

/// <summary>The networks over series, as the attributes in their files name them.</summary>
internal static class SeriesNetworks
{
    public static IReadOnlyList<SeriesNetworkAttribute> All { get; }
        = [.. typeof(SeriesNetworks).Assembly.GetCustomAttributes<SeriesNetworkAttribute>().OrderBy(n => n.Number)];

    public static SeriesNetworkAttribute Of(Type settings) => All.Single(network => network.Settings == settings);

    /// <exception cref="ArgumentOutOfRangeException">No network has that number.</exception>
    public static SeriesNetworkAttribute Of(byte number) => All.FirstOrDefault(network => network.Number == number)
        ?? throw new ArgumentOutOfRangeException(
            nameof(number), number, $"The kind of network is {number}, which this version does not know.");
}
