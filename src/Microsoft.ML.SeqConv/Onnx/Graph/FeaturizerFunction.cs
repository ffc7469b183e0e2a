using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Onnx;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A featurizer as a function in an ONNX file. The node that calls it holds the featurizer, for
/// <see cref="FeaturizerOperator"/>, and the function's body the same in standard operators, for every other runtime.
/// </summary>
internal static class FeaturizerFunction
{
    private const string ChecksumAttribute = "checksum";

    /// <summary>A name for a featurizer that no function has yet.</summary>
    /// <param name="featurizer">What is computed.</param>
    /// <param name="functions">Those that the file has.</param>
    /// <returns><see langword="null"/> where there is none: no operator computes it, or all names are taken.</returns>
    public static string? FreeName(SeriesFeaturizer featurizer, IEnumerable<FunctionProto> functions)
        => FeaturizerBytes.KindOf(featurizer) is { } kind
            ? OperatorDomain.NamesOf(kind).Except(functions.Select(function => function.Name)).FirstOrDefault()
            : null;

    /// <summary>Makes a function of a graph. Constants become nodes: a function has no others.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">Nodes and constants.</param>
    /// <param name="input">The series.</param>
    /// <param name="output">The features.</param>
    public static FunctionProto Of(string name, GraphProto body, string input, string output)
    {
        var function = new FunctionProto { Name = name, Domain = OperatorDomain.Name };
        function.Input.Add(input);
        function.Output.Add(output);
        function.Attribute.Add([FeaturizerOperator.ModelAttribute, ChecksumAttribute]);
        function.OpsetImport.Add(OnnxOpset.Standard);
        foreach (TensorProto constant in body.Initializer)
        {
            var node = new NodeProto { OpType = "Constant", Name = constant.Name };
            node.Output.Add(constant.Name);
            node.Attribute.Add(NodeAttribute.Of("value", constant));
            function.Node.Add(node);
        }

        function.Node.Add(body.Node);
        return function;
    }

    /// <summary>The attributes of the node that calls a function.</summary>
    public static IEnumerable<AttributeProto> AttributesOf(SeriesFeaturizer featurizer, FunctionProto function)
    {
        byte[] model = FeaturizerBytes.Write(featurizer);
        return
        [
            NodeAttribute.Of(FeaturizerOperator.ModelAttribute, model),
            NodeAttribute.Of(ChecksumAttribute, ChecksumOf(model, function)),
        ];
    }

    /// <summary>Whether a node calls a function.</summary>
    public static bool Calls(NodeProto node, FunctionProto function)
        => node.OpType == function.Name && node.Domain == function.Domain;

    /// <summary>
    /// Whether the featurizer of a node and the function that it calls were written together: else machines with the
    /// operators would compute something else than others.
    /// </summary>
    public static bool Matches(NodeProto node, FunctionProto function)
        => AttributeOf(node, ChecksumAttribute)?.ToStringUtf8()
            == ChecksumOf(AttributeOf(node, FeaturizerOperator.ModelAttribute)?.ToByteArray() ?? [], function);

    private static ByteString? AttributeOf(NodeProto node, string name)
        => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.S;

    private static string ChecksumOf(byte[] model, FunctionProto function)
        => Convert.ToHexString(SHA256.HashData([.. model, .. function.ToByteArray()]));
}
