using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>A graph in ONNX Runtime on the CPU, as other programs run it.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;

    private OnnxRun(byte[] model) => _session = new InferenceSession(model);

    public OnnxRun(byte[] model, SessionOptions options) => _session = new InferenceSession(model, options);

    public IReadOnlyCollection<string> Inputs => [.. _session.InputMetadata.Keys];

    public IReadOnlyCollection<string> Outputs => [.. _session.OutputMetadata.Keys];

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public static OnnxRun Of(MLContext context, ITransformer model, IDataView sample, OnnxExportOptions? options = null)
    {
        return new OnnxRun(Export(context, model, sample, options));
    }

    /// <summary>A file in memory.</summary>
    public static byte[] Export(
        MLContext context, ITransformer model, IDataView sample, OnnxExportOptions? options = null)
    {
        using var stream = new MemoryStream();
        context.Model.SaveAsOnnx(model, sample, stream, options);
        return stream.ToArray();
    }

    /// <summary>The values of an output for a batch of vectors.</summary>
    public T[] Get<T>(string output, string input, float[][] rows, params int[] dimensions)
        => Get<float, T>(output, input, rows, dimensions);

    /// <summary>The values of an output for a batch of vectors of any type.</summary>
    public TOut[] Get<TIn, TOut>(string output, string input, TIn[][] rows, params int[] dimensions)
    {
        int[] shape = dimensions.Length == 0 ? [rows.Length, rows[0].Length] : [rows.Length, .. dimensions];
        var tensor = new DenseTensor<TIn>(rows.SelectMany(row => row).ToArray(), shape);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(
            [NamedOnnxValue.CreateFromTensor(input, tensor)], [output]);
        return [.. results[0].AsTensor<TOut>()];
    }

    public void Dispose() => _session.Dispose();
}
