namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The trained weights of a WaveNet over quantised samples, laid out for one sample after the other: matrices are
/// [input, output], row-major.
/// </summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Embedding">[level, residual]: the first layer of a one-hot sample.</param>
/// <param name="Layers">The layers in order.</param>
/// <param name="Hidden">[skip, skip], after the first rectifier.</param>
/// <param name="HiddenBias">[skip].</param>
/// <param name="Output">[skip, level], after the second.</param>
/// <param name="OutputBias">[level].</param>
internal sealed record WaveNetModel(WaveNetShape Shape, float[] Embedding, WaveNetLayerWeights[] Layers,
    float[] Hidden, float[] HiddenBias, float[] Output, float[] OutputBias)
{
    /// <summary>Throws when an array does not fit the shape.</summary>
    /// <exception cref="FormatException">An array has another length than the shape says.</exception>
    public void Check()
    {
        Shape.Check();
        (int residual, int gates, int skip) = (Shape.ResidualChannels, 2 * Shape.GateChannels, Shape.SkipChannels);
        Holds(Layers.Length == Shape.Layers, "layers");
        Holds(Embedding.Length == Shape.Outputs * residual, "embedding");
        Holds(Hidden.Length == skip * skip && HiddenBias.Length == skip, "hidden layer");
        Holds(Output.Length == skip * Shape.Outputs && OutputBias.Length == Shape.Outputs, "output");
        foreach (WaveNetLayerWeights layer in Layers)
        {
            Holds(layer.Taps.Length == Shape.KernelSize && layer.Taps.All(tap => tap.Length == residual * gates),
                "taps");
            Holds(layer.Bias.Length == gates && layer.Condition.Length == Shape.ConditionChannels * gates, "gates");
            Holds(layer.Residual.Length == Shape.GateChannels * residual && layer.ResidualBias.Length == residual,
                "residual");
            Holds(layer.Skip.Length == Shape.GateChannels * skip && layer.SkipBias.Length == skip, "skip");
        }
    }

    private static void Holds(bool condition, string part)
    {
        if (!condition)
            throw new FormatException($"The weights of the {part} do not fill the network's shape.");
    }
}

/// <summary>A layer's weights.</summary>
/// <param name="Taps">
/// For each tap of the dilated convolution, the oldest first, [residual, 2 * gate]: filters, then gates.
/// </param>
/// <param name="Bias">[2 * gate].</param>
/// <param name="Condition">[condition, 2 * gate].</param>
/// <param name="Residual">[gate, residual].</param>
/// <param name="ResidualBias">[residual].</param>
/// <param name="Skip">[gate, skip].</param>
/// <param name="SkipBias">[skip].</param>
internal sealed record WaveNetLayerWeights(float[][] Taps, float[] Bias, float[] Condition, float[] Residual,
    float[] ResidualBias, float[] Skip, float[] SkipBias);
