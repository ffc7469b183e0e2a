namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The sizes of a WaveNet (van den Oord et al. 2016, arXiv:1609.03499).</summary>
internal sealed record WaveNetShape
{
    private const long MaxMemory = 1 << 28;       // values of a layer's past

    /// <summary>Values of an output: 256 for samples in mu-law.</summary>
    public required int Outputs { get; init; }

    /// <summary>Channels between layers, 1 to 4,096.</summary>
    public required int ResidualChannels { get; init; }

    /// <summary>Channels inside a layer, after the gates, 1 to 4,096.</summary>
    public required int GateChannels { get; init; }

    /// <summary>Channels that layers add their part to for the output, 1 to 4,096.</summary>
    public required int SkipChannels { get; init; }

    /// <summary>Layers of a stack, whose dilations are 1, 2, 4, ..., 1 to 20.</summary>
    public required int LayersPerStack { get; init; }

    /// <summary>Stacks one after the other, 1 to 100.</summary>
    public required int Stacks { get; init; }

    /// <summary>Taps of a convolution, 2 to 16.</summary>
    public int KernelSize { get; init; } = 2;

    /// <summary>Channels of what layers are conditioned on, 0 for none: a speaker's, then the features'.</summary>
    public int ConditionChannels { get; init; }

    /// <summary>All layers.</summary>
    public int Layers => LayersPerStack * Stacks;

    /// <summary>
    /// Points that an output depends on, its own included: 1 + (kernel - 1) times the sum of dilations.
    /// </summary>
    public int ReceptiveField => 1 + (KernelSize - 1) * Stacks * ((1 << LayersPerStack) - 1);

    /// <summary>The dilation of a layer, from 0.</summary>
    /// <param name="layer">0 to <see cref="Layers"/> - 1.</param>
    internal int Dilation(int layer) => 1 << (layer % LayersPerStack);

    /// <summary>Throws when a size is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range; the message names it.</exception>
    internal void Check()
    {
        Guard.Within(Outputs, 1, 1 << 20);
        Guard.Within(ResidualChannels, 1, 4096);
        Guard.Within(GateChannels, 1, 4096);
        Guard.Within(SkipChannels, 1, 4096);
        Guard.Within(LayersPerStack, 1, 20);
        Guard.Within(Stacks, 1, 100);
        Guard.Within(KernelSize, 2, 16);
        Guard.Within(ConditionChannels, 0, 8192);
        Guard.Require((long)Dilation(LayersPerStack - 1) * (KernelSize - 1) * ResidualChannels <= MaxMemory
            && (KernelSize - 1L) * Stacks << LayersPerStack <= int.MaxValue, LayersPerStack,
            $"with {ResidualChannels} channels, {KernelSize} taps and {Stacks} stacks the past to remember is too long",
            remedy: "Take fewer layers a stack.");
    }
}
