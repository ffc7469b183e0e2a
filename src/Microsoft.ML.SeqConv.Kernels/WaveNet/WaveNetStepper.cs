using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Runs a WaveNet one sample at a time. Each layer keeps its past inputs in a ring as long as its dilations reach,
/// so that a sample costs the weights of one column and not a receptive field (Le Paine et al. 2016,
/// arXiv:1611.09482). Before the first sample lies silence in every layer, as the full convolution's zero padding.
/// One thread uses one stepper.
/// </summary>
internal sealed class WaveNetStepper
{
    private readonly WaveNetModel _model;
    private readonly float[][] _past;           // by layer, a ring of [dilation * (kernel - 1), residual]
    private readonly int[] _oldest;             // where each ring's oldest value is
    private readonly float[][] _fixedGates;     // by layer [2 * gate]: bias, and what does not change over time
    private readonly float[] _residual;
    private readonly float[] _gates;
    private readonly float[] _gated;
    private readonly float[] _skip;
    private readonly float[] _hidden;

    /// <param name="model">The weights.</param>
    /// <param name="globalCondition">
    /// The first condition channels, which do not change over time; empty for none.
    /// </param>
    public WaveNetStepper(WaveNetModel model, ReadOnlySpan<float> globalCondition = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        WaveNetShape shape = model.Shape;
        if (globalCondition.Length > shape.ConditionChannels)
            throw new ArgumentException($"The condition has {globalCondition.Length} values; "
                + $"the network takes {shape.ConditionChannels}.", nameof(globalCondition));
        GlobalChannels = globalCondition.Length;
        _past = new float[shape.Layers][];
        _oldest = new int[shape.Layers];
        _fixedGates = new float[shape.Layers][];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            _past[layer] = new float[shape.Dilation(layer) * (shape.KernelSize - 1) * shape.ResidualChannels];
            _fixedGates[layer] = [.. model.Layers[layer].Bias];
            MatrixVector.Add(model.Layers[layer].Condition.AsSpan(0, GlobalChannels * 2 * shape.GateChannels),
                globalCondition, _fixedGates[layer]);
        }

        _residual = new float[shape.ResidualChannels];
        _gates = new float[2 * shape.GateChannels];
        _gated = new float[shape.GateChannels];
        _skip = new float[shape.SkipChannels];
        _hidden = new float[shape.SkipChannels];
    }

    /// <summary>Condition channels that do not change over time.</summary>
    public int GlobalChannels { get; }

    /// <summary>Condition channels that are given with each sample.</summary>
    public int LocalChannels => _model.Shape.ConditionChannels - GlobalChannels;

    /// <summary>Takes the sample before, and computes the logits of the next one's levels.</summary>
    /// <param name="level">The level of the sample before.</param>
    /// <param name="localCondition"><see cref="LocalChannels"/> values at the time of the next sample.</param>
    /// <param name="logits">Gets one value a level.</param>
    public void Step(int level, ReadOnlySpan<float> localCondition, Span<float> logits)
    {
        WaveNetShape shape = _model.Shape;
        Guard.Within(level, 0, shape.Outputs - 1);
        if (localCondition.Length != LocalChannels)
            throw new ArgumentException($"The condition has {localCondition.Length} values; "
                + $"the network takes {LocalChannels} with each sample.", nameof(localCondition));
        _model.Embedding.AsSpan(level * shape.ResidualChannels, shape.ResidualChannels).CopyTo(_residual);
        Array.Clear(_skip);
        for (int layer = 0; layer < shape.Layers; layer++)
            Advance(layer, localCondition);
        Rectify(_skip);
        _model.HiddenBias.CopyTo(_hidden, 0);
        MatrixVector.Add(_model.Hidden, _skip, _hidden);
        Rectify(_hidden);
        _model.OutputBias.CopyTo(logits);
        MatrixVector.Add(_model.Output, _hidden, logits);
    }

    private void Advance(int layer, ReadOnlySpan<float> localCondition)
    {
        WaveNetShape shape = _model.Shape;
        WaveNetLayerWeights weights = _model.Layers[layer];
        float[] past = _past[layer];
        int width = shape.ResidualChannels;
        int columns = past.Length / width;
        int dilation = shape.Dilation(layer);
        _fixedGates[layer].CopyTo(_gates, 0);
        if (!localCondition.IsEmpty)
            MatrixVector.Add(weights.Condition.AsSpan(GlobalChannels * _gates.Length), localCondition, _gates);
        for (int tap = 0; tap < shape.KernelSize - 1; tap++)
        {
            int column = (_oldest[layer] + tap * dilation) % columns;
            MatrixVector.Add(weights.Taps[tap], past.AsSpan(column * width, width), _gates);
        }

        MatrixVector.Add(weights.Taps[^1], _residual, _gates);
        _residual.CopyTo(past.AsSpan(_oldest[layer] * width));
        _oldest[layer] = (_oldest[layer] + 1) % columns;

        Gate();
        MatrixVector.Add(weights.Skip, _gated, _skip);
        Sum(weights.SkipBias, _skip);
        MatrixVector.Add(weights.Residual, _gated, _residual);
        Sum(weights.ResidualBias, _residual);
    }

    // tanh(filter) * sigmoid(gate)
    private void Gate()
    {
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= _gated.Length - width; i += width)
            (Logistic.Tanh(new Vector<float>(_gates, i)) * Logistic.Sigmoid(
                new Vector<float>(_gates, _gated.Length + i))).CopyTo(_gated, i);
        for (; i < _gated.Length; i++)
            _gated[i] = MathF.Tanh(_gates[i]) / (1 + MathF.Exp(-_gates[_gated.Length + i]));
    }

    private static void Rectify(float[] values)
    {
        foreach (ref float value in values.AsSpan())
            value = Math.Max(0, value);
    }

    private static void Sum(float[] bias, float[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] += bias[i];
    }
}
