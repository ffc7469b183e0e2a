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

    internal LoadAudioEstimator(IHostEnvironment env, string outputColumnName, string? audioFolder, string? inputColumnName, int sampleRate)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        _transformer = new LoadAudioTransformer(env, outputColumnName, string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName, audioFolder, sampleRate);
    }

    /// <summary>Makes the transformer. No row is read.</summary>
    /// <param name="input">Data that has the column of paths.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or no text.</exception>
    public LoadAudioTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        return _transformer;
    }

    /// <summary>The schema after the transform.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.TryFindColumn(_transformer.InputColumnName, out SchemaShape.Column column))
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{_transformer.InputColumnName}' is missing; LoadAudio reads the paths of files from it. "
                + $"The columns are {string.Join(", ", inputSchema.Select(c => $"'{c.Name}'"))}. Set inputColumnName.");
        }

        if (column.ItemType != TextDataViewType.Instance || column.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{_transformer.InputColumnName}' is {column.GetTypeString()}; LoadAudio needs Text: the path of a WAV file.");
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(c => c.Name);
        columns[_transformer.OutputColumnName] = new SchemaShape.Column(
            _transformer.OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Single, false, new SchemaShape([SampleRateAnnotation.Shape]));
        return new SchemaShape(columns.Values);
    }
}
