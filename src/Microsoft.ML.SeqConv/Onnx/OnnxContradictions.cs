using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Onnx;
using DataType = Microsoft.ML.SeqConv.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Where the metadata of a file do not fit its nodes. A scorer checks a series by the metadata and computes it by the
/// nodes, so that they must agree. Nodes that another program has rewritten are not understood, and contradict nothing.
/// </summary>
/// <param name="graph">The nodes.</param>
/// <param name="functions">Their functions.</param>
/// <param name="input">What the metadata say of the series.</param>
/// <param name="classes">What they say of the classes.</param>
internal sealed class OnnxContradictions(
    GraphProto graph, IEnumerable<FunctionProto> functions, OnnxSeriesInput input, IReadOnlyList<string> classes)
{
    private const string SeriesPath = "Series/";

    /// <summary>
    /// The first contradiction, to follow the file's name; <see langword="null"/> where there is none.
    /// </summary>
    public string? Find() => OfShape() ?? OfMissingValues() ?? OfClasses();

    // The first nodes make [N, C, T], or [N, T, C] and transpose it.
    private string? OfShape()
    {
        foreach (NodeProto reshape in graph.Node.Where(node => node.OpType == "Reshape"
            && node.Input.FirstOrDefault() == input.Column
            && node.Name.StartsWith(SeriesPath, StringComparison.Ordinal)))
        {
            bool isTransposed = graph.Node.Any(node => node.OpType == "Transpose"
                && node.Input.Contains(reshape.Output[0])
                && node.Name.StartsWith(SeriesPath, StringComparison.Ordinal));
            if (Read(reshape, isTransposed) is not var (channels, points))
                continue;
            SeriesLayout layout = isTransposed ? SeriesLayout.TimeChannel : SeriesLayout.ChannelTime;
            if (channels != input.Channels || (points is not null && input.Length is not null && points != input.Length)
                || (layout != input.Layout && channels > 1))
            {
                return $"has nodes for {Text(channels)} channels of {Text(points)} points, {layout}, but its metadata "
                    + $"says {Text(input.Channels)} channels of {Text(input.Length)} points, {input.Layout}.";
            }
        }

        return null;

        static string Text(long? size) => size?.ToString(CultureInfo.InvariantCulture) ?? "any";
    }

    // A shape of fixed length is a constant; one of open length joins the batch, the channels and the rest.
    private (long Channels, long? Points)? Read(NodeProto reshape, bool isTransposed)
    {
        string? shape = reshape.Input.ElementAtOrDefault(1);
        if (Sizes(shape) is [0, > 0 and var first, > 0 and var second])
            return isTransposed ? (second, first) : (first, second);
        return graph.Node.FirstOrDefault(node => node.OpType == "Concat" && node.Output.Contains(shape))
            is { Input: [_, var before, var after] } && Sizes(isTransposed ? after : before) is [> 0 and var channels]
                ? (channels, null)
                : null;
    }

    private string? OfMissingValues()
    {
        string[] names = [.. graph.Node.Concat(functions.SelectMany(function => function.Node))
            .Where(node => node.OpType is "IsNaN").Select(node => node.Name)];
        bool fits = input.MissingValues switch
        {
            MissingValues.Zero => names.Any(name => name.StartsWith(SeriesPath, StringComparison.Ordinal)),
            MissingValues.Interpolate => names.Length > 0,
            _ => true,
        };
        return fits ? null
            : $"has no node for missing values as its metadata says, {input.MissingValues}.";
    }

    private string? OfClasses()
    {
        if (classes.Count == 0)
            return null;
        if (OutputOf(DefaultColumnNames.Score)?.Shape?.Dim is [_, { DimValue: > 1 and var scores }]
            && scores != classes.Count)
        {
            return FormattableString.Invariant(
                $"has {scores} scores of a series, but its metadata names {classes.Count} classes.");
        }

        string[]? labels = LabelsOfNodes();
        if (labels is null)
            return null;
        int other = Enumerable.Range(0, Math.Max(labels.Length, classes.Count))
            .FirstOrDefault(i => labels.ElementAtOrDefault(i) != classes.ElementAtOrDefault(i), -1);
        return other < 0 ? null
            : FormattableString.Invariant($"has nodes whose class {other} is '{labels.ElementAtOrDefault(other)}', ")
                + $"but its metadata says '{classes.ElementAtOrDefault(other)}'.";
    }

    // Keys are looked up in a table, whose first entry stands for a missing label; other labels are comparisons.
    private string[]? LabelsOfNodes()
    {
        if (graph.Node.FirstOrDefault(node => node.Output.Contains(DefaultColumnNames.PredictedLabel))
            is { OpType: "Gather" } lookup)
        {
            string[]? table = Constant(lookup.Input[0]) is { } constant ? OnnxLabels.Read(constant) : null;
            return table?.Skip(1).ToArray();
        }

        return OutputOf(DefaultColumnNames.PredictedLabel)?.ElemType == DataType.Bool
            ? [bool.FalseString, bool.TrueString]
            : null;
    }

    private TypeProto.Types.Tensor? OutputOf(string name)
        => graph.Output.FirstOrDefault(output => output.Name == name)?.Type?.TensorType;

    private TensorProto? Constant(string? name)
        => graph.Initializer.FirstOrDefault(constant => constant.Name == name);

    private long[]? Sizes(string? name)
        => Constant(name) is { DataType: DataType.Int64 } constant
            ? [.. constant.Int64Data, .. MemoryMarshal.Cast<byte, long>(constant.RawData.Span)]
            : null;
}
