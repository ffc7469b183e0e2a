using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Scores series by a file that <c>mlContext.Model.SaveAsOnnx</c> wrote, without ML.NET pipelines, on any execution
/// provider of ONNX Runtime. May be used by many threads at once.
/// </summary>
public sealed class OnnxSequenceScorer : IDisposable
{
    private const float LargestMagnitude = 1e30f;
    private const int FeaturesAtOnce = 8;

    // Taps, three times them and sums of MiniRocket's kernels: five times nine.
    private const int RowsPerChannel = 45;

    // Between nodes of featurizers; on a CPU the values should stay in its caches.
    private const int PointsPerBatch = 4000;
    private const int MaxBatchSize = 1024;

    private readonly string _name;
    private readonly InferenceSession _session;
    private readonly OnnxScorerOptions _options;
    private readonly OnnxSeriesInput _input;
    private readonly int[] _dimensions;
    private readonly bool _hasOperators;
    private readonly bool _staysInCaches;
    private volatile bool _disposed;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="options">Where to run it; default: on the CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is damaged, or not of a pipeline of series.</exception>
    /// <exception cref="InvalidOperationException">No execution provider is available, and falling back to the CPU is
    /// off.</exception>
    public OnnxSequenceScorer(string path, OnnxScorerOptions? options = null)
        : this((options ?? new OnnxScorerOptions()).CheckedCopy(), ReadFile(path), path)
    {
    }

    /// <summary>Opens a file that is in memory.</summary>
    /// <param name="model">The bytes of an .onnx file.</param>
    /// <param name="name">For messages.</param>
    /// <param name="options">Where to run it; default: on the CPU.</param>
    /// <exception cref="FormatException">The bytes are damaged, or not of a pipeline of series.</exception>
    /// <exception cref="InvalidOperationException">No execution provider is available, and falling back to the CPU is
    /// off.</exception>
    public OnnxSequenceScorer(byte[] model, string name, OnnxScorerOptions? options = null)
        : this((options ?? new OnnxScorerOptions()).CheckedCopy(), model, name)
    {
    }

    private OnnxSequenceScorer(OnnxScorerOptions options, byte[] model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _options = options;
        _name = name;
        OnnxFile file = OnnxFile.Read(model, name);
        _input = file.Input;
        OperatorSets = file.OperatorSets;
        OutputColumnNames = file.OutputColumnNames;
        Classes = file.Classes;
        _session = file.Open(_options, out string provider, out string? note);
        ExecutionProvider = provider;
        ExecutionProviderNote = note;
        _dimensions = _session.InputMetadata[_input.Column].Dimensions;
        bool isOnCpu = provider.Equals(OnnxExecutionProvider.Cpu, StringComparison.OrdinalIgnoreCase);
        _hasOperators =
            isOnCpu && file.HasFunctions && !file.HasFeaturizerNodes && OnnxOperators.AreAvailable;
        _staysInCaches = isOnCpu && (file.HasFeaturizerNodes || (file.HasFunctions && !_hasOperators));
    }

    /// <summary>The execution provider in use, for example <c>CPU</c> or <c>CUDA</c>.</summary>
    public string ExecutionProvider { get; }

    /// <summary>
    /// One line on providers that were requested but are unavailable; <see langword="null"/> where the first one is in
    /// use.
    /// </summary>
    public string? ExecutionProviderNote { get; }

    /// <summary>
    /// The class names in the order of scores; empty where there are none. Those of a Boolean label are False and True,
    /// and its one score is that of True.
    /// </summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Channels of a series.</summary>
    public int NumberOfChannels => _input.Channels;

    /// <summary>
    /// In which order the values of a series are given: that of the column that the model was fitted on.
    /// </summary>
    public SeriesLayout Layout => _input.Layout;

    /// <summary>Points a channel; <see langword="null"/> where series may have any length.</summary>
    public int? SeriesLength => _input.Length;

    /// <summary>The fewest points a channel that the model takes.</summary>
    public int MinLength => _input.MinimumLength;

    /// <summary>What NaN becomes; with <see cref="MissingValues.Error"/> it is refused.</summary>
    public MissingValues MissingValues => _input.MissingValues;

    /// <summary>
    /// Samples a second, where the model takes recordings; <see langword="null"/> for other series, and for files
    /// written before the rate was noted.
    /// </summary>
    public int? SampleRate => _input.SampleRate;

    /// <summary>The name of the graph's input.</summary>
    public string InputColumnName => _input.Column;

    /// <summary>The names of the graph's outputs.</summary>
    public IReadOnlyList<string> OutputColumnNames { get; }

    /// <summary>The version of each set of operators that the graph uses, by its domain.</summary>
    public IReadOnlyDictionary<string, long> OperatorSets { get; }

    /// <summary>Scores series.</summary>
    /// <param name="series">
    /// Each [channel, time], row-major, or [time, channel] where <see cref="Layout"/> says so. Series of different
    /// lengths are scored in a batch for each length.
    /// </param>
    /// <param name="cancellation">Ends the work between batches.</param>
    /// <returns>One prediction a series, in their order.</returns>
    /// <exception cref="ArgumentException">
    /// A series has another length or number of channels than the file was written for, or a value
    /// that it does not take.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The graph cannot be run on these series, or gives a score that is not finite: the file is damaged, or
    /// values are too large.
    /// </exception>
    public SequencePrediction[] Score(IReadOnlyList<float[]> series, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(series);
        for (int i = 0; i < series.Count; i++)
            Check(series[i], i);
        var predictions = new SequencePrediction[series.Count];
        foreach (IGrouping<int, int> sameLength in Enumerable.Range(0, series.Count).GroupBy(i => series[i].Length))
        {
            foreach (int[] batch in sameLength.Chunk(BatchSizeFor(sameLength.Key / NumberOfChannels)))
            {
                cancellation.ThrowIfCancellationRequested();
                ScoreBatch(series, batch, sameLength.Key, predictions);
            }
        }

        return predictions;
    }

    /// <summary>Frees the session.</summary>
    public void Dispose()
    {
        _disposed = true;
        _session.Dispose();
    }

    private static byte[] ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.RemoveAbandoned(path);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw new FileNotFoundException(
            $"There is no ONNX file '{path}'. Write one with mlContext.Model.SaveAsOnnx.", path);
    }

    private IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(NamedOnnxValue input)
    {
        try
        {
            return _session.Run([input]);
        }
        catch (Exception error) when (error is OnnxRuntimeException or NullReferenceException or OverflowException)
        {
            throw Unusable($"cannot be run by ONNX Runtime: {error.Message}", error);
        }
    }

    private InvalidOperationException Unusable(string what, Exception? cause = null)
        => new($"'{_name}' {what} Look at the values of the series, or export the pipeline again.", cause);

    private void Check(float[] series, int index)
    {
        ArgumentNullException.ThrowIfNull(series);
        int channels = _input.Channels;
        if (series.Length == 0 || series.Length % channels != 0)
            throw new ArgumentException($"Series {index} has {series.Length} values; "
                + $"they must fill {channels} channels equally.", nameof(series));
        int length = series.Length / channels;
        if (_input.Length is int fixedLength && length != fixedLength)
            throw new ArgumentException($"Series {index} has {length} points a channel; the file was written for "
                + $"{fixedLength}. Resample or cut the series, or export for another length.", nameof(series));
        if (length < _input.MinimumLength)
            throw new ArgumentException($"Series {index} has {length} points a channel; "
                + $"the model needs at least {_input.MinimumLength}. Pad the series.", nameof(series));
        for (int channel = 0; channel < channels; channel++)
            CheckChannel(series, index, channel, length);
    }

    private void CheckChannel(float[] series, int index, int channel, int length)
    {
        (int start, int step) =
            _input.Layout == SeriesLayout.ChannelTime ? (channel * length, 1) : (channel, _input.Channels);
        bool anyPresent = false;
        for (int t = 0; t < length; t++)
        {
            float value = series[start + t * step];
            anyPresent |= !float.IsNaN(value);
            if (float.IsNaN(value) && _input.MissingValues == MissingValues.Error)
            {
                throw new ArgumentException($"Series {index} has NaN at point {t} of channel {channel}; "
                    + "the model was trained with MissingValues.Error. Replace missing values, or train with "
                    + "MissingValues.Interpolate or Zero.", nameof(series));
            }

            if (Math.Abs(value) > LargestMagnitude)
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Series {index} has {value} at point {t} of channel "
                        + $"{channel}; values must be within +-1e30. Scale them."), nameof(series));
        }

        if (!anyPresent && _input.MissingValues == MissingValues.Interpolate)
            throw new ArgumentException($"Series {index} has no value in channel {channel}; "
                + "there is nothing to interpolate from. Remove the series.", nameof(series));
    }

    // The largest values between nodes have a row of points for a part of the features, or some for each channel;
    // operators have features alone.
    private int BatchSizeFor(int length)
    {
        if (_options.BatchSize is int size)
            return size;
        long rows = Math.Max(_input.NumberOfFeatures / FeaturesAtOnce, RowsPerChannel * _input.Channels);
        long values = _hasOperators
            ? Math.Max(_input.NumberOfFeatures, (long)length * _input.Channels)
            : rows * length;
        int maxSize = _staysInCaches ? Math.Clamp(PointsPerBatch / length, 1, MaxBatchSize) : MaxBatchSize;
        return (int)Math.Clamp(_options.MaxBatchBytes / (values * sizeof(float)), 1, maxSize);
    }

    private void ScoreBatch(IReadOnlyList<float[]> series, int[] batch, int values, SequencePrediction[] predictions)
    {
        var data = new float[batch.Length * values];
        for (int i = 0; i < batch.Length; i++)
            series[batch[i]].CopyTo(data, i * values);
        int length = values / _input.Channels;
        int[] shape = _dimensions.Length == 2 ? [batch.Length, values]
            : _input.Layout == SeriesLayout.ChannelTime ? [batch.Length, _input.Channels, length]
            : [batch.Length, length, _input.Channels];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = Run(
            NamedOnnxValue.CreateFromTensor(_input.Column, new DenseTensor<float>(data, shape)));
        DisposableNamedOnnxValue? Result(string name) => results.FirstOrDefault(result => result.Name == name);
        string[]? labels = Result("PredictedLabel") is { } predicted ? OnnxLabels.Read(predicted) : null;
        float[]? scores = Numbers("Score");
        float[]? decisions = Numbers("Score.Decision");
        float[]? probabilities = Numbers("Probability");
        bool[]? sets = Values<bool>("PredictionSet");
        bool[]? rejections = Values<bool>("IsRejected");
        float[]? credibilities = Numbers("Credibility");
        float[]? lower = Values<float>("LowerBound");
        float[]? upper = Values<float>("UpperBound");
        if (labels?.Length is int count && count != batch.Length)
            throw Unusable($"gives {count} labels for {batch.Length} series.");
        T[]? Values<T>(string name)
        {
            if (Result(name) is not { } result)
                return null;
            T[] values = result.Value is Tensor<T> tensor ? [.. tensor]
                : throw Unusable($"gives '{name}' as {result.Value.GetType().Name} instead of {typeof(T).Name}.");
            return values.Length > 0 && values.Length % batch.Length == 0 ? values
                : throw Unusable($"gives {values.Length} numbers as '{name}' for {batch.Length} series.");
        }

        float[]? Numbers(string name)
        {
            float[]? values = Values<float>(name);
            int bad = values is null ? -1 : Array.FindIndex(values, value => !float.IsFinite(value));
            if (bad >= 0)
                throw Unusable(string.Create(CultureInfo.InvariantCulture,
                    $"gives {values![bad]} as '{name}' for series {batch[bad / (values.Length / batch.Length)]}."));
            return values;
        }

        T[]? Row<T>(T[]? values, int row)
            => values?.AsSpan(row * (values.Length / batch.Length), values.Length / batch.Length).ToArray();
        for (int i = 0; i < batch.Length; i++)
        {
            predictions[batch[i]] = new()
            {
                Label = labels?[i],
                Scores = Row(scores, i) ?? [],
                Probability = probabilities?[i],
                DecisionValues = Row(decisions, i),
                PredictionSet = Row(sets, i),
                Credibility = credibilities?[i],
                IsRejected = rejections?[i],
                LowerBound = lower?[i],
                UpperBound = upper?[i],
            };
        }
    }
}
