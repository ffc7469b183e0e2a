using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads the WAV files that a column of paths names.</summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text: a path, relative to the folder that is given |
/// | Output column data type | vector of Single of unknown size: samples, one channel, full scale -1 to 1 |
/// | Exportable to ONNX | No: a graph takes the samples |
/// </remarks>
public sealed class LoadAudioEstimator : IEstimator<LoadAudioTransformer>
{
    private readonly LoadAudioTransformer _transformer;

    internal LoadAudioEstimator(
        IHostEnvironment env, string outputColumnName, string? audioFolder, string? inputColumnName, int sampleRate)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        _transformer = new LoadAudioTransformer(env, outputColumnName,
            string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName, audioFolder, sampleRate);
    }

    /// <summary>Makes the transformer. No row is read.</summary>
    /// <param name="input">Data that has the column of paths.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or no text.</exception>
    public LoadAudioTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        return _transformer;
    }

    /// <summary>The schema after the transform.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.Find(
            _transformer.InputColumnName, "LoadAudio reads the paths of files from it", "inputColumnName");
        if (!column.IsScalar(TextDataViewType.Instance))
            throw SchemaColumns.WrongType(column, "LoadAudio needs Text: the path of a WAV file.");
        return inputSchema.With(SchemaColumns.VariableVector(
            _transformer.OutputColumnName, NumberDataViewType.Single, SampleRateAnnotation.Shape));
    }
}
