using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Makes recordings into mel spectrograms or cepstral coefficients, as librosa and torchaudio define them: series of a
/// channel for each band and a point for each frame, which every featurizer and network of series takes.
/// </summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | No, only at the column's sample rate |
/// | Input column data type | vector of Single, of known or unknown size: samples, full scale -1 to 1 |
/// | Output column data type | vector of Single, [band or coefficient, frame]; the number of frames is open where
/// the input's size is |
/// | Exportable to ONNX | Yes, from raw samples on |
/// </remarks>
public sealed class MelSpectrogramEstimator : IEstimator<MelSpectrogramTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly MelOptions _options;

    internal MelSpectrogramEstimator(
        IHostEnvironment env, string outputColumnName, string? inputColumnName, MelOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        _host = env.Register(nameof(MelSpectrogramEstimator));
        _outputColumnName = outputColumnName;
        _inputColumnName = string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName;
        _options = options.Copy();
        if (_options.SampleRate is int rate)
            _options.ToSettings(rate);
    }

    /// <summary>Makes the transformer. No row is read.</summary>
    /// <param name="input">Has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or of another type, or an option is out of its range at the column's sample rate.
    /// </exception>
    /// <exception cref="ArgumentException">The sample rate is not known.</exception>
    public MelSpectrogramTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        DataViewSchema.Column column = input.Schema[_inputColumnName];
        return new(_host, _outputColumnName, _inputColumnName,
            new MelSpectrogram(_options.ToSettings(_options.RateOf(column))));
    }

    /// <summary>The schema after the transform.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.Find(
            _inputColumnName, "the mel spectrogram reads its samples from it", "inputColumnName");
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column, "a recording must be a vector of Single. Read files with "
                + "mlContext.Data.LoadFromAudioFolder or mlContext.Transforms.LoadAudio.");
        }

        return inputSchema.With(column.Kind == SchemaShape.Column.VectorKind.Vector
            ? SchemaColumns.Vector(_outputColumnName, NumberDataViewType.Single)
            : SchemaColumns.VariableVector(_outputColumnName, NumberDataViewType.Single));
    }
}
