using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Onnx;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SeqConv;

/// <summary>Writes a fitted pipeline as one graph: every step in turn, then the outputs.</summary>
internal sealed class PipelineExport
{
    private const int MaxClassNames = 10_000;

    private readonly OnnxExportOptions _options;
    private readonly PipelineGraph _graph;
    private readonly Dictionary<string, string> _lost = [];     // column -> the step that could not be written
    private int? _columnsBeforePrediction;
    private string[]? _classes;                                 // of the last step that predicts keys
    private DataViewSchema? _schemaBeforeLast;

    private PipelineExport(OnnxExportOptions options)
    {
        _options = options;
        _graph = new PipelineGraph(options.GraphName) { SeriesLength = options.SeriesLength, Form = options.Form };
    }

    /// <exception cref="InvalidOperationException">
    /// An output needs a step that has no ONNX form, or does not exist; the message names it.
    /// </exception>
    public static ModelProto Run(ITransformer model, IDataView sample, OnnxExportOptions options)
    {
        options.Validate();
        return new PipelineExport(options).Run(model, sample);
    }

    private ModelProto Run(ITransformer model, IDataView sample)
    {
        foreach (DataViewSchema.Column column in sample.Schema.Where(
            column => !column.IsHidden && IsWritable(column.Type)))
            _graph.AddInput(column.Type, column.Name);

        IDataView view = sample;
        ITransformer[] steps = [.. Steps(model)];
        for (int i = 0; i < steps.Length; i++)
        {
            _schemaBeforeLast = view.Schema;
            view = Write(steps[i], $"Step {i + 1} of {steps.Length}, {steps[i].GetType().Name},", view);
        }

        foreach (DataViewSchema.Column column in Outputs(view.Schema))
            WriteOutput(column);
        _graph.Metadata["mlnet.version"] = OnnxTypes.VersionOf(typeof(MLContext));
        _graph.Metadata["seqconv.schema"] = string.Join("; ",
            sample.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}"));
        return _graph.ToModel();
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private IDataView Write(ITransformer step, string name, IDataView before)
    {
        IDataView after = step.Transform(before);
        PipelinePart[] parts = PipelinePart.Between(before, after) ?? throw new InvalidOperationException(
            $"{name} does not work row by row and cannot be written to ONNX. "
            + "Apply it to the data before the pipeline.");
        if (step is KeyToValueMappingTransformer mapping)
        {
            LookUp(mapping, before.Schema);
            return after;
        }

        foreach (PipelinePart part in parts)
        {
            if (part.Predicts)
            {
                _columnsBeforePrediction ??= part.Before.Count;
                _classes = ClassesOf(part.After) ?? _classes;
            }

            if (!TryWrite(part, name))
            {
                foreach (DataViewSchema.Column column in part.After.Skip(part.Before.Count))
                    Lose(column.Name, name);
            }
        }

        return after;
    }

    private static string[]? ClassesOf(DataViewSchema prediction)
        => prediction.GetColumnOrNull(DefaultColumnNames.PredictedLabel) switch
        {
            { Type: KeyDataViewType { Count: <= MaxClassNames } } key => LabelValues.Of(key).Names,
            { Type: BooleanDataViewType } => [bool.FalseString, bool.TrueString],
            _ => null,
        };

    private bool TryWrite(PipelinePart part, string name)
    {
        try
        {
            return part.TryWrite(_graph);
        }
        catch (NotSupportedException error)
        {
            throw new InvalidOperationException(
                $"{name} cannot be written to ONNX: {error.Message} Apply it to the data before the pipeline.", error);
        }
    }

    private void LookUp(KeyToValueMappingTransformer step, DataViewSchema before)
    {
        foreach ((string output, string input) in PipelinePart.ColumnPairsOf(step)!)
        {
            if (_graph.HasColumn(input))
                KeyLookup.Write(_graph, before[input], output);
            else
                _graph.RemoveColumn(output);
        }
    }

    private void Lose(string column, string step)
    {
        _graph.RemoveColumn(column);
        _lost[column] = step;
    }

    private IEnumerable<DataViewSchema.Column> Outputs(DataViewSchema schema)
    {
        if (_options.OutputColumnNames is { } names)
        {
            return names.Select(name => schema.GetColumnOrNull(name) ?? throw new ArgumentException(
                $"OutputColumnNames names '{name}', which the pipeline does not make; "
                + "it makes "
                + $"{string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => column.Name))}.",
                nameof(OnnxExportOptions.OutputColumnNames)));
        }

        int first = _columnsBeforePrediction ?? _schemaBeforeLast!.Count;
        return schema.Where(column => column.Index >= first && !column.IsHidden);
    }

    private void WriteOutput(DataViewSchema.Column column)
    {
        if (!_graph.HasColumn(column.Name))
        {
            string? step = _lost.TryGetValue(column.Name, out string? own) ? own : _lost.Values.FirstOrDefault();
            string problem = step is null
                ? "no step of the pipeline makes it from the inputs"
                : $"{step} has no ONNX form";
            throw new InvalidOperationException($"Column '{column.Name}' cannot be written to ONNX: {problem}. "
                + "Apply that step to the data before the pipeline, or name other columns in "
                + "OnnxExportOptions.OutputColumnNames.");
        }

        // The label as it was given, not its number.
        bool hasValues = column.Type is KeyDataViewType
            && column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues) is not null;
        DataViewType type = hasValues ? KeyLookup.Write(_graph, column, column.Name) : column.Type;
        bool areScores = column is
        {
            Name: DefaultColumnNames.Score, Type: VectorDataViewType { Size: > 1 and <= MaxClassNames } scores
        } && _classes?.Length == scores.Size;
        if (areScores || column is { Name: DefaultColumnNames.PredictedLabel, Type: BooleanDataViewType })
            _graph.Metadata["seqconv.classes"] = JsonSerializer.Serialize(_classes);

        _graph.AddOutput(type, column.Name);
        string decision = $"{column.Name}.Decision";
        if (_options.OutputColumnNames is null && _graph.HasColumn(decision))
            _graph.AddOutput(column.Type, decision);
    }

    private static bool IsWritable(DataViewType type)
    {
        Type item = (type is VectorDataViewType vector ? vector.ItemType : type).RawType;
        return item.IsPrimitive || item == typeof(ReadOnlyMemory<char>);
    }
}
