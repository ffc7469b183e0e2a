using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps series to the outputs of given kernels, or to a pooling of them. Made by <see cref="ConvolutionEstimator"/>.</summary>
public sealed class ConvolutionTransformer : SeriesTransformer, ISavedSeriesTransformer<ConvolutionTransformer>
{
    internal static readonly SavedFormat Identity = new("SeqConvConvolution1D", "SCCONV1D");

    internal ConvolutionTransformer(IHostEnvironment env, SeriesTransformerState state, ConvolutionModel model)
        : base(env, state, model)
    {
        if (model.Length > 0 && model.Length != state.Preparation.Shape.Length)
        {
            throw new ArgumentException($"The convolution is for series of {model.Length} points, "
                + $"its column has {state.Preparation.Shape.Length}.");
        }

        Model = model;
    }

    /// <summary>The kernels and how they are applied.</summary>
    public ConvolutionModel Model { get; }

    static SavedFormat ISavedSeriesTransformer<ConvolutionTransformer>.Identity => Identity;

    private protected override SavedFormat Format => Identity;

    // *** Binary format ***
    // int: channels
    // int: points of a window
    // float[]: weights, [kernel, point, channel]
    // float[]: biases
    // bool: whether padded
    // int: stride, int: dilation
    // int: pooling, int: outputs that top-k pooling keeps
    // int: points of a series, 0 for any
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(Model.NumberOfChannels);
        writer.Write(Model.Window);
        writer.WriteArray(Model.Weights);
        writer.WriteArray(Model.Biases);
        writer.Write(Model.Padded);
        writer.Write(Model.Stride);
        writer.Write(Model.Dilation);
        writer.Write((int)Model.Pooling);
        writer.Write(Model.TopK);
        writer.Write(Model.Length);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length) => ConvolutionGraph.Write(graph, Model, series, length);

    static ConvolutionTransformer ISavedSeriesTransformer<ConvolutionTransformer>.Read(IHostEnvironment env, SeriesTransformerState state, BinaryReader reader, uint version)
        => new(env, state, new ConvolutionModel(
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadArray<float>(), reader.ReadArray<float>(), reader.ReadBoolean(), reader.ReadInt32(), reader.ReadInt32(),
            (ConvolutionPooling)reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()));
}
