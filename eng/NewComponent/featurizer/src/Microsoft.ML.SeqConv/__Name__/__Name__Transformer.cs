using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps series to __Name__ features. Made by <see cref="__Name__Estimator"/>.</summary>
public sealed class __Name__Transformer : SeriesTransformer, ISavedComponent<__Name__Transformer>
{
    internal static readonly SavedFormat Identity = new("SeqConv__Name__", "__SIGNATURE__", SectionPrefix.ColumnPair);

    internal __Name__Transformer(IHostEnvironment env, SeriesTransformerState state, __Name__Model model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The kernels.</summary>
    public __Name__Model Model { get; }

    static SavedFormat ISavedComponent<__Name__Transformer>.Identity => Identity;

    // *** Binary format ***
    // int: channels
    // float[]: weights, [kernel, tap]
    private protected override void WriteFeaturizer(BinaryWriter writer)
    {
        writer.Write(Model.NumberOfChannels);
        writer.WriteArray(Model.Weights);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => __Name__Graph.Write(graph, Model, series, length);

    static __Name__Transformer ISavedComponent<__Name__Transformer>.Read(SavedSection section)
    {
        SeriesTransformerState state = SeriesTransformerState.Read(section);
        int channels = section.Reader.ReadInt32();
        float[] weights = section.Reader.ReadArray<float>();
        return new(section.Environment, state, new __Name__Model(channels, weights));
    }
}
