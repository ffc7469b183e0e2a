using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to the outputs of given kernels, or to a pooling of them. Made by <see cref="ConvolutionEstimator"/>.
/// </summary>
public sealed class ConvolutionTransformer : SeriesTransformer, ISavedComponent<ConvolutionTransformer>
{
    internal static readonly SavedFormat Identity = new("SeqConvConvolution1D", "SCCONV1D", SectionPrefix.ColumnPair);

    internal ConvolutionTransformer(IHostEnvironment env, SeriesTransformerState state, ConvolutionModel model)
        : base(env, Identity, state, model)
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

    static SavedFormat ISavedComponent<ConvolutionTransformer>.Identity => Identity;

    // *** Binary format ***
    // int: channels
    // int: points of a window
    // float[]: weights, [kernel, point, channel]
    // float[]: biases
    // bool: whether padded
    // int: stride, int: dilation
    // int: pooling, int: outputs that top-k pooling keeps
    // int: points of a series, 0 for any
    private protected override void WriteFeaturizer(BinaryWriter writer)
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

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => ConvolutionGraph.Write(graph, Model, series, length);

    static ConvolutionTransformer ISavedComponent<ConvolutionTransformer>.Read(SavedSection section)
        => new(section.Environment, SeriesTransformerState.Read(section), new ConvolutionModel(
            section.Reader.ReadInt32(), section.Reader.ReadInt32(), section.Reader.ReadArray<float>(),
            section.Reader.ReadArray<float>(), section.Reader.ReadBoolean(),
            section.Reader.ReadInt32(), section.Reader.ReadInt32(),
            (ConvolutionPooling)section.Reader.ReadInt32(), section.Reader.ReadInt32(), section.Reader.ReadInt32()));
}
