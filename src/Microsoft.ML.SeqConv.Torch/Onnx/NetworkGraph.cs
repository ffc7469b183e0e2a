using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The layers that networks are made of, in scoring mode, as ONNX nodes. Names are those that modules
/// are registered under.
/// </summary>
internal static class NetworkGraph
{
    private const double Epsilon = 1e-5;        // of batch normalisation

    /// <summary>A convolution over time.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">A path.</param>
    /// <param name="input">[N, channels, T].</param>
    /// <param name="convolution">Its weights and groups.</param>
    /// <param name="before">Zeros before the series.</param>
    /// <param name="after">Zeros after it.</param>
    /// <param name="dilation">Points from tap to tap.</param>
    /// <param name="stride">Points from output to output.</param>
    /// <returns>[N, filters, T].</returns>
    public static string Convolution(GraphWriter graph, string name, string input, Conv1d convolution, long before,
        long after, long dilation = 1, long stride = 1)
    {
        string[] inputs = convolution.bias is { } bias
            ? [input, Weight(graph, $"{name}/weight", convolution.weight!), Weight(graph, $"{name}/bias", bias)]
            : [input, Weight(graph, $"{name}/weight", convolution.weight!)];
        return graph.Add("Conv", name, inputs,
            ("kernel_shape", new[] { convolution.weight!.shape[2] }), ("pads", new[] { before, after }), ("dilations",
                new[] { dilation }), ("strides", new[] { stride }), ("group", convolution.groups));
    }

    /// <summary>A convolution over frequency and time.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">A path.</param>
    /// <param name="input">[N, channels, bands, T].</param>
    /// <param name="convolution">Its weights.</param>
    /// <param name="bandPadding">Zeros at either end of the bands.</param>
    /// <param name="timePadding">Zeros before and after the series.</param>
    /// <returns>[N, filters, bands, T].</returns>
    public static string Convolution(
        GraphWriter graph, string name, string input, Conv2d convolution, long bandPadding, long timePadding)
        => graph.Add("Conv", name, [input, Weight(graph, $"{name}/weight", convolution.weight!),
            Weight(graph, $"{name}/bias", convolution.bias!)],
            ("kernel_shape", convolution.weight!.shape[2..]), ("pads",
                new[] { bandPadding, timePadding, bandPadding, timePadding }));

    /// <summary>Batch normalisation by the running means and variances.</summary>
    public static string Normalization(GraphWriter graph, string name, string input, BatchNorm1d norm)
        => graph.Add("BatchNormalization", name,
            [input, Weight(graph, $"{name}/weight", norm.weight!), Weight(graph, $"{name}/bias", norm.bias!),
                Weight(graph, $"{name}/mean", norm.running_mean!), Weight(graph,
                    $"{name}/variance", norm.running_var!)],
            ("epsilon", (float)Epsilon));

    /// <summary>A linear layer: [N, features] to [N, outputs].</summary>
    public static string Linear(GraphWriter graph, string name, string input, Linear linear)
        => graph.Add("Gemm", name,
            [input, Weight(graph, $"{name}/weight", linear.weight!),
                Weight(graph, $"{name}/bias", linear.bias!)], ("transB", 1L));

    /// <summary>The mean over time: [N, channels, T] to [N, channels].</summary>
    public static string AveragePool(GraphWriter graph, string name, string input)
        => graph.Add("ReduceMean", name, [input], ("axes", new[] { 2L }), ("keepdims", 0L));

    /// <summary>The maximum of a point and its two neighbours.</summary>
    public static string MaxPool3(GraphWriter graph, string name, string input)
        => graph.Add("MaxPool", name, [input], ("kernel_shape", new[] { 3L }),
            ("strides", new[] { 1L }), ("pads", new[] { 1L, 1L }));

    /// <summary>A constant of a tensor's values.</summary>
    public static string Weight(GraphWriter graph, string name, Tensor weight)
    {
        using var scope = NewDisposeScope();
        return graph.Constant(name,
            weight.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray(), weight.shape);
    }
}
