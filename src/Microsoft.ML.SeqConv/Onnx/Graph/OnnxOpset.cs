using Microsoft.ML.SeqConv.Onnx;

namespace Microsoft.ML.SeqConv;

/// <summary>The operator set that is written, and what older steps have to change for it.</summary>
internal static class OnnxOpset
{
    /// <summary>The version of the standard operators: ONNX Runtime 1.14 and later run it.</summary>
    public const int Version = 17;

    /// <summary>The import of the standard operators.</summary>
    public static OperatorSetIdProto Standard => new() { Domain = "", Version = Version };

    // with version 13
    private static readonly HashSet<string> AxesBecameInputs = ["Squeeze", "Unsqueeze", "ReduceSum"];

    /// <summary>ML.NET's steps write operators of version 9 to 12. Where the standard has changed since, their nodes
    /// are written again.</summary>
    public static void Raise(GraphProto graph, Func<string, string> uniqueName)
    {
        foreach (NodeProto node in graph.Node.Where(
            node => node.Domain.Length == 0 && AxesBecameInputs.Contains(node.OpType)))
        {
            AttributeProto? axes = node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes");
            if (axes is null)
                continue;
            string name = uniqueName($"{node.Name}/axes");
            graph.Initializer.Add(OnnxTypes.Tensor<long>(name, [.. axes.Ints], [axes.Ints.Count]));
            node.Input.Add(name);
            node.Attribute.Remove(axes);
        }
    }
}
