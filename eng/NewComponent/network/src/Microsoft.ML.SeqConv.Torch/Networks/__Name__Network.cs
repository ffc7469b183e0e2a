using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

// The number is this network's in model files: no other network has it, and it never changes.
[assembly: Microsoft.ML.SeqConv.SeriesNetwork<Microsoft.ML.SeqConv.__Name__Settings>(__NUMBER__)]

namespace Microsoft.ML.SeqConv;

/// <summary>The shape of a <see cref="__Name__Network"/>.</summary>
/// <param name="Channels">Of the series.</param>
/// <param name="Outputs">Classes, or 1 for a value.</param>
/// <param name="Filters">Of a layer. The paper: NUMBER.</param>
/// <param name="Convolution">How convolutions are made.</param>
internal sealed record __Name__Settings(int Channels, int Outputs, int Filters, ConvolutionKind Convolution)
    : SeriesNetworkSettings(Channels, Outputs, Convolution), ISeriesNetworkSettings<__Name__Settings>
{
    public override SequenceNetwork Make(Device? device) => new __Name__Network(this, device);

    public override void Check()
    {
        base.Check();
        Guard.Within(Filters, 1, MaxFilters, "NumberOfFilters");
    }

    // *** Binary format ***
    // int: channels, outputs, filters; byte: kind of convolution
    protected override void WriteSizes(BinaryWriter writer)
    {
        writer.Write(Channels);
        writer.Write(Outputs);
        writer.Write(Filters);
        writer.Write((byte)Convolution);
    }

    public static __Name__Settings ReadSizes(BinaryReader reader)
        => new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), (ConvolutionKind)reader.ReadByte());
}

/// <summary>__Name__ (AUTHORS YEAR, arXiv:NUMBER): its layers in a sentence.</summary>
internal sealed class __Name__Network : SequenceNetwork
{
    private readonly ConvolutionLayer _layer;
    private readonly Linear _head;

    public __Name__Network(__Name__Settings settings, Device? device = null)
        : base(nameof(__Name__Network))
    {
        _layer = new ConvolutionLayer(
            settings.Channels, settings.Filters, 8, rectify: true, settings.Convolution, device);
        register_module("layer", _layer);
        _head = nn.Linear(settings.Filters, settings.Outputs, device: device);
        register_module("head", _head);
    }

    // Write here the layers of the paper, with the shape after each. FcnNetwork is the shortest example.
    public override Tensor forward(Tensor input, Tensor? mask)                      // [N, channels, T] -> [N, outputs]
        => throw new NotImplementedException(
            $"__Name__ has no layers yet between {_layer.GetName()} and {_head.GetName()}.");

    public override string Write(GraphWriter graph, string name, string input)
        => throw new NotImplementedException($"Write here the same layers as nodes, from '{input}', under '{name}'.");
}
