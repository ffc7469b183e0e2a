using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps series to __Name__ features. Made by <see cref="__Name__Estimator"/>.</summary>
public sealed class __Name__Transformer : SeriesTransformer, ISavedSeriesTransformer<__Name__Transformer>
{
    internal static readonly SavedFormat Identity = new("SeqConv__Name__", "__SIGNATURE__");

    internal __Name__Transformer(IHostEnvironment env, SeriesTransformerState state, __Name__Model model)
        : base(env, state, model)
        => Model = model;

    /// <summary>The kernels.</summary>
    public __Name__Model Model { get; }

    static SavedFormat ISavedSeriesTransformer<__Name__Transformer>.Identity => Identity;

    private protected override SavedFormat Format => Identity;

    // *** Binary format ***
    // int: channels
    // float[]: weights, [kernel, tap]
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(Model.NumberOfChannels);
        writer.WriteArray(Model.Weights);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length) => __Name__Graph.Write(graph, Model, series, length);

    static __Name__Transformer ISavedSeriesTransformer<__Name__Transformer>.Read(IHostEnvironment env, SeriesTransformerState state, BinaryReader reader, uint version)
    {
        int channels = reader.ReadInt32();
        float[] weights = reader.ReadArray<float>();
        return new(env, state, new __Name__Model(channels, weights));
    }
}
