using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What every trained ridge ensemble knows: its blocks, and the function that they were made into.
/// </summary>
internal sealed class RidgeEnsembleModel
{
    private const int MaxBlocks = 100_000;

    private const uint WithJoint = 0x00010002;

    private readonly ProbabilityMixture? _mixture;

    private RidgeEnsembleModel(RidgeEnsembleBlock[] blocks, RidgeEnsembleBlock? joint, LinearModel? linear,
        ProbabilityMixture? mixture)
    {
        Blocks = blocks;
        Joint = joint;
        Linear = linear;
        _mixture = mixture;
        NumberOfFeatures = linear?.NumberOfFeatures ?? mixture!.NumberOfFeatures;
        NumberOfTargets = linear?.NumberOfTargets ?? mixture!.NumberOfTargets;
        if (blocks.Sum(block => (long)block.NumberOfFeatures) != NumberOfFeatures)
            throw new FormatException($"The blocks have {blocks.Sum(block => (long)block.NumberOfFeatures)} features; "
                + $"the model has {NumberOfFeatures}.");
        if (joint is not null && joint.NumberOfFeatures != NumberOfFeatures)
            throw new FormatException($"The joint model has {joint.NumberOfFeatures} features instead of all "
                + $"{NumberOfFeatures}.");
        CheckSumOfWeights(blocks.Sum(block => block.Weight) + (joint?.Weight ?? 0));
    }

    /// <summary>In the order of the features.</summary>
    public RidgeEnsembleBlock[] Blocks { get; }

    /// <summary>Of all features side by side; <see langword="null"/> where there is none.</summary>
    public RidgeEnsembleBlock? Joint { get; }

    /// <summary>The model over all features; <see langword="null"/> where probabilities are averaged.</summary>
    public LinearModel? Linear { get; }

    public EnsembleFusion Fusion => Linear is null ? EnsembleFusion.Probabilities : EnsembleFusion.Linear;

    public int NumberOfFeatures { get; }

    public int NumberOfTargets { get; }

    /// <summary>An ensemble whose score is the sum of the blocks' decision values.</summary>
    public static RidgeEnsembleModel Of(
        RidgeEnsembleBlock[] blocks, LinearModel linear, RidgeEnsembleBlock? joint = null)
        => new(blocks, joint, linear, null);

    /// <summary>An ensemble whose score is of the mean of the blocks' probabilities.</summary>
    public static RidgeEnsembleModel Of(RidgeEnsembleBlock[] blocks, ProbabilityMixture mixture)
        => new(blocks, null, null, mixture);

    /// <summary>Refuses a model of another task.</summary>
    /// <param name="classifies">Whether the task is to classify.</param>
    /// <exception cref="FormatException">The model is of another task.</exception>
    public void CheckTask(bool classifies)
    {
        if (!classifies && Fusion != EnsembleFusion.Linear)
            throw new FormatException($"The blocks of a regression are fused by {Fusion}; "
                + $"they must be fused by {EnsembleFusion.Linear}.");
        if (Array.Find(Joint is null ? Blocks : [.. Blocks, Joint], block => block.Temperature is null == classifies)
            is { } block)
            throw new FormatException($"The block '{block.ColumnName}' of a "
                + (classifies ? "classifier has no temperature; it must have one." : "regression has a temperature; "
                    + "it must have none."));
    }

    /// <summary>Computes the decision values of one row.</summary>
    /// <param name="features">[feature].</param>
    /// <param name="decisions">[target], to be filled.</param>
    public void Score(ReadOnlySpan<float> features, Span<double> decisions)
    {
        if (Linear is not null)
            Linear.Score(features, decisions);
        else
            _mixture!.Score(features, decisions);
    }

    /// <summary>Writes the decision values as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">What the nodes' names begin with.</param>
    /// <param name="features">[N, feature].</param>
    /// <returns>[N, target].</returns>
    public string WriteDecisions(GraphWriter graph, string name, string features)
        => Linear?.WriteDecisions(graph, name, features) ?? _mixture!.WriteDecisions(graph, name, features);

    /// <summary>The format of a model file with a ridge ensemble in it.</summary>
    public static SavedFormat Format(string loaderSignature, string modelSignature)
        => new(loaderSignature, modelSignature, SectionPrefix.SizeOfSingle, WithJoint);

    // *** Binary format ***
    // int: fusion
    // int: blocks
    // the blocks, see RidgeEnsembleBlock; their weights, with that of a joint model, sum to 1
    // linear, from version 0x00010002: bool: whether there is a joint model; where there is, see RidgeEnsembleBlock
    // linear: the coefficients over all features, see LinearModelFormat
    // probabilities: the coefficients of each block over its temperature; double: scale; double[]: offsets
    public void Write(BinaryWriter writer)
    {
        writer.Write((int)Fusion);
        writer.Write(Blocks.Length);
        foreach (RidgeEnsembleBlock block in Blocks)
            block.Write(writer);
        if (Linear is not null)
        {
            writer.Write(Joint is not null);
            Joint?.Write(writer);
            writer.Write(Linear);
            return;
        }

        foreach (LinearModel block in _mixture!.Blocks)
            writer.Write(block);
        writer.Write(_mixture.Scale);
        writer.WriteArray(_mixture.Offsets);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="version">The version that wrote it.</param>
    public static RidgeEnsembleModel Read(BinaryReader reader, uint version)
    {
        var fusion = (EnsembleFusion)reader.ReadInt32();
        int count = reader.ReadInt32();
        if (!Enum.IsDefined(fusion))
            throw new FormatException($"The blocks are fused by {(int)fusion}; "
                + $"it must be {(int)EnsembleFusion.Linear} or {(int)EnsembleFusion.Probabilities}.");
        if (count is < 1 or > MaxBlocks)
            throw new FormatException($"The ensemble is of {count} blocks; it must be of 1 to {MaxBlocks}.");
        var blocks = new List<RidgeEnsembleBlock>();
        for (int b = 0; b < count; b++)
            blocks.Add(RidgeEnsembleBlock.Read(reader));
        if (fusion == EnsembleFusion.Linear)
        {
            RidgeEnsembleBlock? joint =
                version >= WithJoint && reader.ReadBoolean() ? RidgeEnsembleBlock.Read(reader) : null;
            return Of([.. blocks], reader.ReadLinearModel(), joint);
        }

        LinearModel[] models = [.. blocks.Select(_ => reader.ReadLinearModel())];
        for (int b = 0; b < count; b++)
        {
            if (models[b].NumberOfFeatures != blocks[b].NumberOfFeatures)
                throw new FormatException($"The model of the block '{blocks[b].ColumnName}' has "
                    + $"{models[b].NumberOfFeatures} features instead of {blocks[b].NumberOfFeatures}.");
        }

        return Of([.. blocks], new ProbabilityMixture(
            models, [.. blocks.Select(block => block.Weight)], reader.ReadDouble(), reader.ReadArray<double>()));
    }

    private static void CheckSumOfWeights(double sum)
    {
        const double rounding = 1e-9;
        if (!(Math.Abs(sum - 1) <= rounding))
            throw new FormatException(FormattableString.Invariant(
                $"The weights of the ensemble sum to {sum}; they must sum to 1."));
    }
}
