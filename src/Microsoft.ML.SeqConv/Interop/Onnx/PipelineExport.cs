using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Onnx;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SeqConv;

/// <summary>Writes a fitted pipeline as one graph: every step in turn, then the outputs.</summary>
internal sealed class PipelineExport
{
    private readonly IHostEnvironment _env;
    private readonly OnnxExportOptions _options;
    private readonly PipelineGraph _graph;
    private readonly Dictionary<string, string> _lost = [];     // column -> the step that could not be written
    private int? _columnsBeforePrediction;
    private DataViewSchema? _schemaBeforeLast;

    private PipelineExport(IHostEnvironment env, OnnxExportOptions options)
    {
        _env = env;
        _options = options;
        _graph = new PipelineGraph(options.GraphName) { SeriesLength = options.SeriesLength };
    }

    /// <exception cref="InvalidOperationException">An output needs a step that has no ONNX form, or does not exist; the message names it.</exception>
    public static ModelProto Run(IHostEnvironment env, ITransformer model, IDataView sample, OnnxExportOptions options)
    {
        options.Validate();
        return new PipelineExport(env, options).Run(model, sample);
    }

    private ModelProto Run(ITransformer model, IDataView sample)
    {
        foreach (DataViewSchema.Column column in sample.Schema.Where(column => !column.IsHidden && IsWritable(column.Type)))
            _graph.AddInput(column.Type, column.Name);

        IDataView view = sample;
        ITransformer[] steps = [.. Steps(model)];
        for (int i = 0; i < steps.Length; i++)
        {
            _schemaBeforeLast = view.Schema;
            view = Write(steps[i], $"Step {i + 1} of {steps.Length}, {steps[i].GetType().Name},", view);
        }

        foreach (DataViewSchema.Column column in Outputs(view.Schema))
            WriteOutput(column, view);
        _graph.Metadata["mlnet.version"] = OnnxTypes.VersionOf(typeof(MLContext));
        _graph.Metadata["seqconv.schema"] = string.Join("; ", sample.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}"));
        return _graph.ToModel();
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private IDataView Write(ITransformer step, string name, IDataView before)
    {
        IDataView after = step.Transform(before);
        var parts = new Stack<IDataTransform>();
        for (IDataView view = after; !ReferenceEquals(view, before); view = parts.Peek().Source)
        {
            if (view is not IDataTransform part)
                throw new InvalidOperationException($"{name} does not work row by row and cannot be written to ONNX. Apply it to the data before the pipeline.");
            parts.Push(part);
        }

        foreach (IDataTransform part in parts)
        {
            if (part is IDataScorerTransform || AddsScores(part))
                _columnsBeforePrediction ??= part.Source.Schema.Count;
            if (part is not ITransformCanSaveOnnx writable || !writable.CanSaveOnnx(_graph))
            {
                for (int i = part.Source.Schema.Count; i < part.Schema.Count; i++)
                    Lose(part.Schema[i].Name, name);
                continue;
            }

            try
            {
                writable.SaveAsOnnx(_graph);
            }
            catch (NotSupportedException error)
            {
                throw new InvalidOperationException($"{name} cannot be written to ONNX: {error.Message} Apply it to the data before the pipeline.", error);
            }
        }

        return after;
    }

    private static bool AddsScores(IDataTransform part)
        => part.Schema.Skip(part.Source.Schema.Count).Any(column => column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnKind) is not null);

    private void Lose(string column, string step)
    {
        _graph.RemoveColumn(column);
        _lost[column] = step;
    }

    private IEnumerable<DataViewSchema.Column> Outputs(DataViewSchema schema)
    {
        if (_options.OutputColumns is { } names)
        {
            return names.Select(name => schema.GetColumnOrNull(name) ?? throw new ArgumentException(
                $"OutputColumns names '{name}', which the pipeline does not make; it makes {string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => column.Name))}.", nameof(OnnxExportOptions.OutputColumns)));
        }

        int first = _columnsBeforePrediction ?? _schemaBeforeLast!.Count;
        return schema.Where(column => column.Index >= first && !column.IsHidden);
    }

    private void WriteOutput(DataViewSchema.Column column, IDataView view)
    {
        if (!_graph.ContainsColumn(column.Name))
        {
            string? step = _lost.TryGetValue(column.Name, out string? own) ? own : _lost.Values.FirstOrDefault();
            throw new InvalidOperationException($"Column '{column.Name}' cannot be written to ONNX: {(step is null ? "no step of the pipeline makes it from the inputs" : $"{step} has no ONNX form")}. "
                + "Apply that step to the data before the pipeline, or name other columns in OnnxExportOptions.OutputColumns.");
        }

        DataViewType type = column.Type;
        if (type is KeyDataViewType && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is not null)
        {
            // The label as it was given, not its number.
            IDataView values = new KeyToValueMappingTransformer(_env, column.Name).Transform(view);
            ((ITransformCanSaveOnnx)values).SaveAsOnnx(_graph);
            type = values.Schema[column.Name].Type;
        }

        if (column.HasSlotNames() && column.Type is VectorDataViewType { Size: > 1 and <= 10_000 } && column.Name == DefaultColumnNames.Score)
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.GetSlotNames(ref names);
            _graph.Metadata["seqconv.classes"] = JsonSerializer.Serialize(names.DenseValues().Select(name => name.ToString()));
        }

        _graph.AddOutput(type, column.Name);
        string decision = $"{column.Name}.Decision";
        if (_options.OutputColumns is null && _graph.ContainsColumn(decision))
            _graph.AddOutput(column.Type, decision);
    }

    private static bool IsWritable(DataViewType type)
    {
        Type item = (type is VectorDataViewType vector ? vector.ItemType : type).RawType;
        return item.IsPrimitive || item == typeof(ReadOnlyMemory<char>);
    }
}
