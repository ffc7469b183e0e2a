using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>One step of a <see cref="WaveNetStepper"/> as an ONNX graph whose memory goes in and out.</summary>
internal sealed class WaveNetStepGraph
{
    private readonly WaveNetGenerator _generator;
    private readonly WaveNetShape _shape;
    private readonly PipelineGraph _graph = new("WaveNetStep");

    private WaveNetStepGraph(WaveNetGenerator generator)
    {
        _generator = generator;
        _shape = generator.Shape;
    }

    /// <summary>Writes the file, through a temporary one.</summary>
    public static void Save(WaveNetGenerator generator, string path)
    {
        byte[] bytes = new WaveNetStepGraph(generator).Write();
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private byte[] Write()
    {
        WaveNetModel model = _generator.Model;
        string level = Input("level", NumberDataViewType.Int64);
        string? condition = WriteCondition();
        // [N, residual]
        string x = _graph.Add("Gather", "embedding",
            [_graph.Constant("embedding/vectors", model.Embedding, _shape.Outputs, _shape.ResidualChannels),
                _graph.Reshape("levels", level, -1)]);
        string? skips = null;
        for (int layer = 0; layer < _shape.Layers; layer++)
            (x, skips) = WriteLayer(layer, x, skips, condition);
        string hidden = Linear("hidden", _graph.Add("Relu", "skips", [skips!]), model.Hidden, model.HiddenBias);
        string logits = Linear("output", _graph.Add("Relu", "hidden/relu", [hidden]), model.Output, model.OutputBias);
        Output("logits", logits, new VectorDataViewType(NumberDataViewType.Single, _shape.Outputs));
        _graph.Metadata["seqconv.sampleRate"] = _generator.SampleRate.ToString(CultureInfo.InvariantCulture);
        if (_generator.NumberOfFeatureChannels > 0)
        {
            _graph.Metadata["seqconv.featureHop"] = _generator.FeatureHop.ToString(CultureInfo.InvariantCulture);
            _graph.Metadata["seqconv.featureFilters"] = JsonSerializer.Serialize(_generator.Conditions.Filters);
        }

        _graph.Metadata["seqconv.speakers"] = JsonSerializer.Serialize(_generator.Speakers);
        return _graph.ToModel().ToByteArray();
    }

    private string? WriteCondition()
    {
        string? speaker = null;
        if (_generator.Speakers.Count > 0)
        {
            WaveNetConditions conditions = _generator.Conditions;
            string number = _graph.Reshape("speakers", Input("speaker", NumberDataViewType.Int64), -1);
            speaker = _graph.Add("Gather", "speaker vector", [_graph.Constant("speaker vectors",
                conditions.SpeakerVectors, conditions.Speakers.Count, conditions.SpeakerChannels), number]);
        }

        if (_generator.NumberOfFeatureChannels == 0)
            return speaker;
        string features = Input("features",
            new VectorDataViewType(NumberDataViewType.Single, _generator.NumberOfFeatureChannels));
        return speaker is null ? features : _graph.Add("Concat", "condition", [speaker, features], ("axis", 1L));
    }

    // The memory of a layer is [N, columns, residual], the oldest column first.
    private (string Residual, string Skips) WriteLayer(int layer, string x, string? skips, string? condition)
    {
        WaveNetLayerWeights weights = _generator.Model.Layers[layer];
        string name = $"layer{layer}";
        int dilation = _shape.Dilation(layer);
        int columns = dilation * (_shape.KernelSize - 1);
        var type = new VectorDataViewType(NumberDataViewType.Single, columns, _shape.ResidualChannels);
        string state = Input($"state{layer}", type);
        string present = _graph.Reshape($"{name}/present", x, -1, 1, _shape.ResidualChannels);
        string line = _graph.Add("Concat", $"{name}/line", [state, present], ("axis", 1L));
        Output($"next_state{layer}", Slice($"{name}/next state", line, 1, columns + 1), type);

        string gates = Linear($"{name}/present tap", x, weights.Taps[^1], weights.Bias);
        for (int tap = 0; tap < _shape.KernelSize - 1; tap++)
        {
            string past = _graph.Reshape($"{name}/past{tap}",
                Slice($"{name}/column{tap}", state, tap * dilation, tap * dilation + 1), -1, _shape.ResidualChannels);
            gates = _graph.Add("Add", $"{name}/with tap{tap}",
                [gates, Linear($"{name}/tap{tap}", past, weights.Taps[tap], null)]);
        }

        if (condition is not null)
            gates = _graph.Add("Add", $"{name}/conditioned",
                [gates, Linear($"{name}/condition", condition, weights.Condition, null)]);
        string filter = _graph.Add("Tanh", $"{name}/filter", [Slice($"{name}/filters", gates, 0, _shape.GateChannels)]);
        string gate = _graph.Add("Sigmoid", $"{name}/gate",
            [Slice($"{name}/gates", gates, _shape.GateChannels, 2 * _shape.GateChannels)]);
        string gated = _graph.Add("Mul", $"{name}/gated", [filter, gate]);
        string skip = Linear($"{name}/skip", gated, weights.Skip, weights.SkipBias);
        string residual = _graph.Add("Add", $"{name}/residual sum",
            [x, Linear($"{name}/residual", gated, weights.Residual, weights.ResidualBias)]);
        return (residual, skips is null ? skip : _graph.Add("Add", $"{name}/skips", [skips, skip]));
    }

    // Along the second dimension.
    private string Slice(string name, string input, long from, long to)
        => _graph.Add("Slice", name, [input, _graph.Constant($"{name}/from", [from], 1),
            _graph.Constant($"{name}/to", [to], 1), _graph.Constant($"{name}/axis", [1L], 1)]);

    // matrix: [input, output].
    private string Linear(string name, string input, float[] matrix, float[]? bias)
    {
        int outputs = bias?.Length ?? 2 * _shape.GateChannels;
        string weight = _graph.Constant($"{name}/weight", matrix, matrix.Length / outputs, outputs);
        return bias is null
            ? _graph.Add("MatMul", name, [input, weight])
            : _graph.Add("Gemm", name, [input, weight, _graph.Constant($"{name}/bias", bias, outputs)]);
    }

    private string Input(string name, DataViewType type)
    {
        _graph.AddInput(type, name);
        return _graph.VariableOf(name);
    }

    private void Output(string name, string variable, DataViewType type)
    {
        _graph.AddTo(_graph.AddColumn(type, name), "Identity", $"{name}/output", [variable]);
        _graph.AddOutput(type, name);
    }
}
