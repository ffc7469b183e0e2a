using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Onnx;
using DataType = Microsoft.ML.SeqConv.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What the metadata of a file say otherwise than its nodes: a scorer would check a series by the ones and compute it by
/// the others. Nodes that another program has rewritten say nothing, and contradict nothing.
/// </summary>
/// <param name="graph">The nodes.</param>
/// <param name="functions">Their functions.</param>
/// <param name="input">What the metadata say of the series.</param>
/// <param name="classes">What they say of the classes.</param>
internal sealed class OnnxContradictions(GraphProto graph, IEnumerable<FunctionProto> functions, OnnxSeriesInput input,
    IReadOnlyList<string> classes)
{
    /// <summary>The first contradiction, to follow the file's name; <see langword="null"/> where there is none.</summary>
    public string? Find() => OfShape() ?? OfMissingValues() ?? OfClasses();

    // The first node makes [N, C, T], or [N, T, C] which the second turns.
    private string? OfShape()
    {
        if (Only(graph.Node.Where(node => node.Input.FirstOrDefault() == input.Column)) is not { OpType: "Reshape" } shape
            || !shape.Name.StartsWith("Series/", StringComparison.Ordinal)
            || Sizes(shape.Input.ElementAtOrDefault(1)) is not [0, > 0 and var first, > 0 and var second])
            return null;
        bool turned = Only(graph.Node.Where(node => node.Input.Contains(shape.Output[0])))
            is { OpType: "Transpose" } turn && turn.Name.StartsWith("Series/", StringComparison.Ordinal);
        (long channels, long points, SeriesLayout layout) = turned
            ? (second, first, SeriesLayout.TimeChannel)
            : (first, second, SeriesLayout.ChannelTime);
        return channels == input.Channels && points == (input.Length ?? points)
            && (layout == input.Layout || channels == 1)
                ? null
                : FormattableString.Invariant($"has nodes for {channels} channels of {points} points, {layout}, but its ")
                    + FormattableString.Invariant($"metadata says {input.Channels} channels of ")
                    + FormattableString.Invariant($"{input.Length ?? points} points, {input.Layout}.");
    }

    private string? OfMissingValues()
        => input.MissingValues == MissingValues.Error
            || graph.Node.Concat(functions.SelectMany(function => function.Node)).Any(node => node.OpType == "IsNaN")
                ? null
                : $"has no node that looks for missing values, but its metadata says {input.MissingValues}.";

    // Labels are looked up in a table, which begins with that of no class.
    private string? OfClasses()
    {
        if (classes.Count == 0)
            return null;
        if (graph.Output.FirstOrDefault(output => output.Name == DefaultColumnNames.Score)?.Type.TensorType.Shape.Dim
            is [_, { DimValue: > 1 and var scores }] && scores != classes.Count)
        {
            return FormattableString.Invariant(
                $"has {scores} scores of a series, but its metadata names {classes.Count} classes.");
        }

        TensorProto? table = graph.Node.FirstOrDefault(node => node.OpType == "Gather"
            && node.Output.Contains(DefaultColumnNames.PredictedLabel)) is { } lookup
                ? graph.Initializer.FirstOrDefault(constant => constant.Name == lookup.Input[0])
                : null;
        if (table is null || table.DataType != DataType.String)
            return null;
        string[] labels = [.. table.StringData.Skip(1).Select(label => label.ToStringUtf8())];
        int other = Enumerable.Range(0, Math.Max(labels.Length, classes.Count))
            .FirstOrDefault(i => labels.ElementAtOrDefault(i) != classes.ElementAtOrDefault(i), -1);
        return other < 0 ? null
            : FormattableString.Invariant($"has nodes whose class {other} is '{labels.ElementAtOrDefault(other)}', ")
                + $"but its metadata says '{classes.ElementAtOrDefault(other)}'.";
    }

    private static NodeProto? Only(IEnumerable<NodeProto> nodes)
        => nodes.Take(2).ToArray() is [var only] ? only : null;

    private long[]? Sizes(string? name)
        => graph.Initializer.FirstOrDefault(constant => constant.Name == name) is { DataType: DataType.Int64 } constant
            ? [.. constant.Int64Data, .. MemoryMarshal.Cast<byte, long>(constant.RawData.Span)]
            : null;
}
