using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to Hydra features: for each kernel of each group how much it wins by having the largest output, and how
/// often by having the smallest. Made by <see cref="HydraEstimator"/>.
/// </summary>
public sealed class HydraTransformer
    : SeriesTransformer, ISavedComponent<HydraTransformer>, IPrunableTransformer<HydraTransformer>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvHydra", "SC_HYDRA", SectionPrefix.ColumnPair, KeptFeaturesFormat.Version);

    internal HydraTransformer(IHostEnvironment env, SeriesTransformerState state, HydraModel model)
        : base(env, Identity, state, model)
        => Model = model;

    /// <summary>The random kernels and the scaling of their features.</summary>
    public HydraModel Model { get; }

    /// <inheritdoc/>
    public HydraTransformer Keep(IReadOnlyList<int> features) => new(Environment, State, Model.Keep(features));

    static SavedFormat ISavedComponent<HydraTransformer>.Identity => Identity;

    // *** Binary format ***
    // int: channels
    // int[]: dilations
    // int: representations
    // int: kernels of a group
    // float[]: weights, [dilation, representation, group, kernel, tap]
    // int: channels of a group
    // int[]: those channels, [dilation, representation, group, channel]
    // float[]: means of the scaling, float[]: deviations; both empty where there is none
    // from version 0x00010002: the kept features, see KeptFeaturesFormat; weights and channels are then of the
    //   groups that have one
    // int, where the model is pruned: groups of a dilation and representation in the full model
    private protected override void WriteFeaturizer(BinaryWriter writer)
    {
        writer.Write(Model.NumberOfChannels);
        writer.WriteArray(Model.Dilations);
        writer.Write(Model.Representations);
        writer.Write(Model.KernelsPerGroup);
        writer.WriteArray(Model.Weights);
        writer.Write(Model.ChannelsPerGroup);
        writer.WriteArray(Model.Channels);
        writer.WriteArray(Model.Scaling is null ? [] : Model.Scaling.Means);
        writer.WriteArray(Model.Scaling is null ? [] : Model.Scaling.Deviations);
        KeptFeaturesFormat.Write(writer, Model.IsPruned, Model.KeptFeatures);
        if (Model.IsPruned)
            writer.Write(Model.Groups);
    }

    private protected override string WriteFeatures(GraphWriter graph, string series, int? length)
        => HydraGraph.Write(graph, Model, series, length);

    static HydraTransformer ISavedComponent<HydraTransformer>.Read(SavedSection section)
    {
        SeriesTransformerState state = SeriesTransformerState.Read(section);
        BinaryReader reader = section.Reader;
        int channels = reader.ReadInt32();
        int[] dilations = reader.ReadArray<int>();
        int representations = reader.ReadInt32();
        int kernelsPerGroup = reader.ReadInt32();
        float[] weights = reader.ReadArray<float>();
        int channelsPerGroup = reader.ReadInt32();
        int[] groupChannels = reader.ReadArray<int>();
        float[] means = reader.ReadArray<float>();
        float[] deviations = reader.ReadArray<float>();
        SparseScaling? scaling = means.Length + deviations.Length == 0 ? null : new(means, deviations);
        if (KeptFeaturesFormat.Read(section) is { } kept)
            return new(section.Environment, state, new HydraModel(channels, dilations, representations,
                reader.ReadInt32(), kernelsPerGroup, weights, channelsPerGroup, groupChannels, scaling, kept));
        return new(section.Environment, state, new HydraModel(channels, dilations, representations, kernelsPerGroup,
            weights, channelsPerGroup, groupChannels, scaling));
    }
}
