using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Scores of classes: the softmax of decision values at a temperature.</summary>
internal sealed class SoftmaxHead
{
    private readonly string _name;

    /// <param name="temperature">What decision values are divided by.</param>
    /// <param name="name">Of the trainer, for the nodes of an ONNX graph.</param>
    public SoftmaxHead(double temperature, string name)
    {
        if (!(temperature > 0) || !double.IsFinite(temperature))
            throw new FormatException(FormattableString.Invariant(
                $"The temperature is {temperature}; it must be positive and finite."));
        Temperature = temperature;
        _name = name;
    }

    public double Temperature { get; }

    /// <summary>Computes the scores of one row.</summary>
    /// <param name="decisions">[class].</param>
    /// <param name="scores">[class]; a buffer in it is reused.</param>
    public void Predict(ReadOnlySpan<double> decisions, ref VBuffer<float> scores)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref scores, decisions.Length);
        SoftmaxTemperature.Apply(decisions, Temperature, editor.Values);
        scores = editor.Commit();
    }

    /// <summary>Writes scores and predicted key as ONNX nodes, and decision values beside them.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="outputs">The predicted key, and the scores last.</param>
    /// <param name="decisions">[N, class].</param>
    public void WriteOnnx(GraphWriter graph, string[] outputs, string decisions)
    {
        decisions = graph.Add("Identity", $"{outputs[^1]}.Decision", [decisions]);
        string scaled = Temperature == 1 ? decisions : graph.Add("Div", $"{_name}/decision at temperature",
            [decisions, graph.Constant($"{_name}/temperature", (float)Temperature)]);
        graph.AddTo(outputs[^1], "Softmax", $"{_name}/score", [scaled], ("axis", 1L));

        // Keys count from one.
        string index = graph.Add("ArgMax", $"{_name}/class index", [decisions], ("axis", 1L), ("keepdims", 1L));
        string key = graph.Add("Add", $"{_name}/class key", [index, graph.Constant($"{_name}/first key", [1L], 1)]);
        graph.AddTo(outputs[0], "Cast", $"{_name}/predicted label", [key], ("to", typeof(uint)));
    }
}
