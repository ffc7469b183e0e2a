using Google.Protobuf;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Writes fitted pipelines as ONNX files.</summary>
public static class OnnxModelCatalog
{
    /// <summary>
    /// Writes a fitted pipeline as one ONNX graph, from the columns it reads to its predictions, for every ONNX Runtime
    /// provider. Inputs and outputs have the columns' names; the batch is open, a series is [N, T] or [N, C, T]. Labels
    /// come out as they were given. Operators are of version 17, convolutions in float32.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">The fitted pipeline.</param>
    /// <param name="sample">Data with the schema of what is to be scored; no row is read.</param>
    /// <param name="path">The file, replaced when it exists, and only when all went well.</param>
    /// <param name="options">Outputs and length; default: predictions, at the length of the column.</param>
    /// <exception cref="InvalidOperationException">
    /// A step has no ONNX form, or not for series of open length; the message names it and what to do.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// An option breaks a rule, or the sample has another schema than the pipeline reads.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveAsOnnx(this ModelOperationsCatalog catalog, ITransformer model, IDataView sample,
        string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Export(catalog, model, sample, options);
        try
        {
            AtomicFile.Write(path, stream => stream.Write(bytes));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The ONNX file '{Path.GetFullPath(path)}' cannot be written: "
                + $"{error.Message} Choose another folder, or free the file.", error);
        }
    }

    /// <summary>
    /// Writes a fitted pipeline as one ONNX graph; see
    /// <see cref="SaveAsOnnx(ModelOperationsCatalog, ITransformer, IDataView, string, OnnxExportOptions?)"/>.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">The fitted pipeline.</param>
    /// <param name="sample">Data with the schema of what is to be scored; no row is read.</param>
    /// <param name="stream">Is written to at its position.</param>
    /// <param name="options">Outputs and length; default: predictions, at the length of the column.</param>
    public static void SaveAsOnnx(this ModelOperationsCatalog catalog, ITransformer model, IDataView sample,
        Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Export(catalog, model, sample, options));
    }

    private static byte[] Export(
        ModelOperationsCatalog catalog, ITransformer model, IDataView sample, OnnxExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sample);
        return PipelineExport.Run(model, sample, options ?? new OnnxExportOptions()).ToByteArray();
    }
}
