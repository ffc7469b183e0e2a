using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The base of estimators that fit a featurizer of series: it checks the schema, reads the series in two
/// passes that hold no more than the series a model needs, reports progress and can be cancelled. A component
/// adds the fit of its model.
/// </summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
public abstract class SeriesFeaturizerEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : SeriesTransformer
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly SeriesOptions _options;

    private protected SeriesFeaturizerEstimator(
        IHostEnvironment env, string component, string outputColumnName, string? inputColumnName, SeriesOptions options)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        options.CheckValues();
        Component = component;
        _host = env.Register(component);
        _outputColumnName = outputColumnName;
        _inputColumnName = string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName;
        _options = options.Copy();

        // One draw here, not in Fit: two fits of one estimator agree.
        Seed = (uint)(options.Seed ?? _host.Rand.Next());
    }

    internal IHostEnvironment Environment => _host;

    private protected string Component { get; }

    private protected ulong Seed { get; }

    /// <summary>Points of the shortest kernel.</summary>
    private protected abstract int MinimumLength { get; }

    /// <summary>Whether features grow with the values of a channel, and not only with its shape.</summary>
    private protected virtual bool FeaturesGrowWithValues => false;

    /// <summary>Checks what else the fit reads.</summary>
    private protected virtual void CheckOtherColumns(SchemaShape inputSchema)
    {
    }

    /// <summary>Fits the model.</summary>
    private protected abstract TTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source);

    /// <summary>Fits the featurizer on the series of a data view.</summary>
    /// <param name="input">
    /// Has the input column: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c> (or <c>T, C</c>, see
    /// <see cref="SeriesOptions.Layout"/>) or a vector of unknown size. It is read twice.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing, of another type, or contradicts the options.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, or a row breaks a rule of the options.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        DataViewSchema.Column column = input.Schema[_inputColumnName];
        SeriesShape shape = SeriesShape.Of(_inputColumnName, column.Type, _options.NumberOfChannels, _options.Layout);
        var preparation = new SeriesPreparation(shape, MinimumLength, _options.MissingValues,
            _options.ShortSeries, _options.Normalization)
        {
            Layout = _options.Layout
        };

        using IChannel channel = _host.Start("Fit");
        using var monitor = new FitMonitor(_host, Component);
        var source = new SeriesSource(input, column, preparation, monitor, _options.NumberOfThreads ?? 0);
        if (FeaturesGrowWithValues && source.Spreads.FlatChannels() is { Length: > 0 } flat)
            preparation = LeaveOutFlat(source, flat, preparation, channel);
        TTransformer transformer = Fit(
            _host,
            new SeriesTransformerState(_outputColumnName, _inputColumnName, preparation)
            {
                NumberOfThreads = _options.NumberOfThreads,
            },
            source);
        transformer.KeepFor(input);
        channel.Inform($"{Component}: {transformer.NumberOfFeatures} features fitted on {source.Count} series of "
            + $"{shape.Channels} channels, up to {source.MaximumLength} points.");
        return transformer;
    }

    // A channel is named and, where there are others, not used: its features would follow rounding and noise in
    // training, and swamp all others as soon as it moves.
    private SeriesPreparation LeaveOutFlat(
        SeriesSource source, int[] flat, SeriesPreparation preparation, IChannel channel)
    {
        int channels = preparation.Shape.Channels;
        string named = string.Join(", ",
            flat.Select(c => FormattableString.Invariant($"{c} ({source.Spreads[c]:G3})")));
        string where = FormattableString.Invariant(
            $"Column '{_inputColumnName}' is flat in training in the channels {named}: ")
            + "the largest movement within a series"
            + FormattableString.Invariant($" is in parentheses, that of all channels is {source.Spreads.Largest:G3}. ");
        if (flat.Length == channels)
        {
            channel.Warn($"{where}{Component} learns from rounding and noise. Check the column, or scale its values.");
            return preparation;
        }

        channel.Warn($"{where}{Component} does not use them. Where they carry information, bring the channels to a "
            + "common scale, for example with Normalization = SeriesNormalization.ZNormalize; else remove them.");
        return source.LeaveOut(flat);
    }

    /// <summary>
    /// The schema after the transform: the output column is a vector of Single of known size with slot names.
    /// </summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.Find(
            _inputColumnName, $"{Component} reads its series from it", "inputColumnName");
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column, "a series must be a vector of Single. Convert it, for example with "
                + "mlContext.Transforms.Conversion.ConvertType or Concatenate.");
        }

        CheckOtherColumns(inputSchema);
        return inputSchema.With(SlotNames.Promise(_outputColumnName));
    }
}
