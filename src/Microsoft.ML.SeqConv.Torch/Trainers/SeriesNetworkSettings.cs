using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

internal enum SeriesArchitecture : byte
{
    Inception,
    Fcn,
    ResNet,
}

/// <summary>All that is needed to make a network over series again.</summary>
internal sealed record SeriesNetworkSettings(SeriesArchitecture Architecture, InceptionSettings Shape)
{
    private const int MostDepth = 100;
    private const int MostFilters = 65_536;
    private const int LongestKernel = 100_000;

    public SequenceNetwork Make(Device? device) => Architecture switch
    {
        SeriesArchitecture.Inception => new InceptionNetwork(Shape, device),
        SeriesArchitecture.Fcn => new FcnNetwork(Shape.Channels, Shape.Outputs, Shape.Filters, Shape.Convolution, device),
        _ => new ResNetNetwork(Shape.Channels, Shape.Outputs, Shape.Filters, Shape.Convolution, device),
    };

    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public void Check()
    {
        Guard.Within(Shape.Channels, 1, 1_000_000, "NumberOfChannels");
        Guard.Within(Shape.Outputs, 1, LabelValues.MaxClasses, "The number of classes");
        Guard.Within(Shape.Depth, 1, MostDepth, "Depth");
        Guard.Within(Shape.Filters, 1, MostFilters, "NumberOfFilters");
        Guard.Within(Shape.KernelSize, 1, LongestKernel, "KernelSize");
        Guard.Within(Shape.Bottleneck, 0, MostFilters, "Bottleneck");
        Guard.Defined(Architecture, "The kind of network");
        Guard.Defined(Shape.Convolution, "Convolution");
    }

    // *** Binary format ***
    // byte: architecture; int: channels, outputs, depth, filters, kernel size, bottleneck; byte: kind of convolution
    public void Write(BinaryWriter writer)
    {
        writer.Write((byte)Architecture);
        foreach (int size in (ReadOnlySpan<int>)[Shape.Channels, Shape.Outputs, Shape.Depth, Shape.Filters, Shape.KernelSize, Shape.Bottleneck])
            writer.Write(size);
        writer.Write((byte)Shape.Convolution);
    }

    public static SeriesNetworkSettings Read(BinaryReader reader)
    {
        var architecture = (SeriesArchitecture)reader.ReadByte();
        var shape = new InceptionSettings(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), (ConvolutionKind)reader.ReadByte());
        var settings = new SeriesNetworkSettings(architecture, shape);
        settings.Check();
        return settings;
    }
}
