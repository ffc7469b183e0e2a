using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Forecasts real-valued series by the causal dilated stack of WaveNet (van den Oord et al. 2016, arXiv:1609.03499; for
/// series: Borovykh, Bohte and Oosterlee 2017, arXiv:1703.04691): the whole horizon at once, with quantiles.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Forecasting |
/// | Is normalization required? | No: each window is scaled by its own mean and mean distance from it |
/// | Input column data type | vector of Single of known or unknown size: the points of a series up to now,
/// one series a row |
/// | Output column data type | vector of Single, [quantile, horizon], in the unit of the series |
/// | Exportable to ONNX | Yes |
/// </para>
/// <para>
/// All rows train one network. Validation is by time: the last points of each series choose the number of epochs, and
/// then the networks are trained again, on all points, for as many steps.
/// </para>
/// </remarks>
public sealed partial class WaveNetForecastEstimator : IEstimator<WaveNetForecastTransformer>
{
    private const string Component = "ForecastByWaveNet";
    // where there are few windows, batches are smaller, so that an epoch still has so many steps
    private const int StepsPerEpoch = 20;
    private const int MinBatch = 4;

    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Options _options;
    private readonly ulong _seed;

    internal WaveNetForecastEstimator(
        IHostEnvironment env, string outputColumnName, string inputColumnName, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        _host = env.Register(Component);
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _options = options.CheckedCopy();
        // one draw here, not in Fit: two fits of one estimator agree
        _seed = (uint)(options.Seed ?? _host.Rand.Next());
    }

    /// <summary>Trains on the series of a data view.</summary>
    /// <param name="input">One series a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A series is too short, constant or broken, or there are no rows.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public WaveNetForecastTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        using IChannel channel = _host.Start("Training");
        using var monitor = new FitMonitor(_host, Component);
        var training = new NetworkTraining(
            _host, _options, _seed, monitor, channel.Inform, channel.Warn);
        DataViewSchema.Column column = input.Schema[_inputColumnName];
        var preparation = new SeriesPreparation(
            new SeriesShape(1, WaveNetForecastTransformer.ShapeOf(column).Length), MinimumLength: 1,
            _options.MissingValues, ShortSeries.Error, SeriesNormalization.None);
        (List<float[]> series, List<float> weights) = ReadSeries(input, column, preparation, monitor, channel);
        ForecastSettings settings = _options.Settings();
        ForecastSplit split = ForecastSplit.ByTime(series, settings, _options.ValidationFraction)
            .WithoutConstants(series, settings);
        if (split.Train.Length == 0)
        {
            throw new InvalidOperationException($"Column '{column.Name}' is constant in every window of "
                + $"{_options.WindowSize} points to learn from; there is nothing to learn. "
                + "Take a larger windowSize or a smaller ValidationFraction, or check the column.");
        }

        if (split.Validation.Length == 0 && _options.ValidationFraction > 0)
            channel.Warn($"{Component}: the series are too short to hold points back, or those are constant, "
                + "so that all epochs are run. Give longer series, or set ValidationFraction to 0.");
        ForecastExamples Examples((int Series, int Start)[] windows) => new(series, weights, windows, settings);
        bool validates = split.Validation.Length > 0;
        ForecastCalibration? calibration = validates && _options.CalibrateIntervals
            ? new(Examples(ForecastCalibration.Some(split.Validation, settings)), settings)
            : null;
        var plan = new NetworkPlan
        {
            Make = device => new ForecastNetwork(settings, device),
            Initialize = (network, generator) => ((ForecastNetwork)network).Initialize(generator),
            NumberOfNetworks = _options.NumberOfNetworks,
            Train = Examples(split.Train),
            Validation = validates ? Examples(split.Validation) : null,
            Refit = validates ? Examples(split.All) : null,
            Validated = calibration is null ? null : calibration.Add,
            Objective = new PinballLoss(settings.Quantiles),
            Scale = new TargetScale(0, 1),
            Data = $"{split.Train.Length} windows of {series.Count} series to learn from, "
                + $"{split.Validation.Length} to choose the number of epochs by",
        };
        Options options = _options.CheckedCopy();
        options.BatchSize = Math.Min(_options.BatchSize, Math.Max(MinBatch, split.Train.Length / StepsPerEpoch));
        options.Patience = validates ? _options.Patience : 0;
        NetworkEnsemble networks = training.Run(plan, options);
        bool isShort = false;
        float[] offsets = calibration?.Offsets(out isShort) ?? [];
        if (isShort)
            channel.Warn($"{Component}: {split.Validation.Length} windows of {_options.Horizon} points were held back, "
                + "fewer errors than the outer quantiles need, so that their interval may be too narrow. Give longer "
                + "series, or raise ValidationFraction.");
        return new WaveNetForecastTransformer(
            _host, _outputColumnName, _inputColumnName, preparation with { Shape = new SeriesShape(1, null) },
            settings with { Offsets = offsets }, networks, history: []);
    }

    /// <summary>The schema after the transform.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.Find(_inputColumnName, $"{Component} reads its series from it");
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column,
                "a series must be a vector of Single, one series a row. Where each row "
                + "is a point in time, gather them with mlContext.Data.GatherSeries.");
        }

        inputSchema.CheckWeight(_options.ExampleWeightColumnName, Component);
        return inputSchema.With(SlotNames.Promise(_outputColumnName));
    }

    private (List<float[]> Series, List<float> Weights) ReadSeries(
        IDataView input, DataViewSchema.Column column, SeriesPreparation preparation, FitMonitor monitor,
        IChannel channel)
    {
        monitor.Begin("reading series", "series", input.GetRowCount());
        DataViewSchema.Column? weightColumn = ExampleWeights.Find(input.Schema, _options.ExampleWeightColumnName);
        using DataViewRowCursor cursor = input.GetRowCursor([column, weightColumn ?? column]);
        var reader = new SeriesReader(column.Name, preparation, cursor.GetIdGetter());
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        var rowWeights = new ExampleWeights(cursor, weightColumn);
        VBuffer<float> source = default;
        var series = new List<float[]>();
        var weights = new List<float>();
        int needed = _options.WindowSize + _options.Horizon;
        while (cursor.MoveNext())
        {
            monitor.Report(cursor.Position);
            if (!rowWeights.Read())
                continue;
            get(ref source);
            float[] points = reader.Read(source).ToArray();
            if (points.Length < needed)
            {
                throw new InvalidOperationException($"Column '{column.Name}' has {points.Length} points in row "
                    + $"{cursor.Position}; {Component} learns from windows of {_options.WindowSize} points and the "
                    + $"{_options.Horizon} after them, "
                    + $"so it needs at least {needed}. Lower windowSize or horizon, or remove the row.");
            }

            series.Add(points);
            weights.Add(rowWeights.Current);
        }

        rowWeights.Warn(channel, column);
        if (series.Count == 0)
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' has no rows{rowWeights.Condition}; {Component} needs at least one series. "
                + "Check the data view or its filters.");
        }

        if (series.All(points => points.All(value => value == points[0])))
            throw new InvalidOperationException($"Column '{column.Name}' is constant in all {series.Count} rows; "
                + "there is nothing to learn. Check the column.");
        return (series, weights);
    }
}
