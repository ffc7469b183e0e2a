using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Forecasts real-valued series by the causal dilated stack of WaveNet (van den Oord et al. 2016, arXiv:1609.03499; for series: Borovykh, Bohte and Oosterlee 2017, arXiv:1703.04691): the whole
/// horizon at once, with quantiles.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Forecasting |
/// | Is normalization required? | No: each window is scaled by its own mean and mean distance from it |
/// | Input column data type | vector of Single of known or unknown size: the points of a series up to now, one series a row |
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
    private const int StepsPerEpoch = 20;       // where there are few windows, batches are smaller, so that an epoch still has so many steps
    private const int LeastBatch = 4;

    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Options _options;
    private readonly ulong _seed;

    internal WaveNetForecastEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        _host = env.Register(Component);
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _options = options.CheckedCopy();
        _seed = (uint)(options.Seed ?? _host.Rand.Next());       // one draw here, not in Fit: two fits of one estimator agree
    }

    /// <summary>Trains on the series of a data view.</summary>
    /// <param name="input">One series a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A series is too short, constant or broken, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public WaveNetForecastTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        using IChannel channel = _host.Start("Training");
        using var monitor = new FitMonitor(_host, Component);
        TorchLibrary.EnsureLoaded();
        Device device = TorchDevice.Choose(_options.GpuDeviceId ?? ContextDevice.GpuDeviceId(_host), _options.FallbackToCpu ?? ContextDevice.FallbackToCpu(_host), message => channel.Warn(message));
        DataViewSchema.Column column = input.Schema[_inputColumnName];
        var preparation = new SeriesPreparation(
            new SeriesShape(1, WaveNetForecastTransformer.ShapeOf(column).Length), MinimumLength: 1, _options.MissingValues, ShortSeries.Error, SeriesNormalization.None);
        List<float[]> series = ReadSeries(input, column, preparation, monitor);
        ForecastSettings settings = _options.Settings();
        ForecastSplit split = ForecastSplit.ByTime(series, settings, _options.ValidationFraction).WithoutConstants(series, settings);
        if (split.Train.Length == 0)
        {
            throw new InvalidOperationException($"Column '{column.Name}' is constant in every window of {_options.WindowSize} points to learn from; there is nothing to learn. "
                + "Take a larger windowSize or a smaller ValidationFraction, or check the column.");
        }

        if (split.Validation.Length == 0 && _options.ValidationFraction > 0)
            channel.Warn($"{Component}: the series are too short to hold points back, or those are constant, so that all epochs are run. Give longer series, or set ValidationFraction to 0.");
        try
        {
            set_num_threads(_options.NumberOfThreads ?? TorchLibrary.DefaultThreads);
            NetworkEnsemble networks = Train(series, split, settings, device, monitor, channel);
            return new WaveNetForecastTransformer(_host, _outputColumnName, _inputColumnName, preparation with { Shape = new SeriesShape(1, null) }, settings, networks, history: []);
        }
        finally
        {
            set_num_threads(TorchLibrary.DefaultThreads);      // a setting of the process, for threads that libtorch has not met yet
        }
    }

    /// <summary>The schema after the transform.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column column = inputSchema.Find(_inputColumnName, $"{Component} reads its series from it");
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column, "a series must be a vector of Single, one series a row. Where each row "
                + "is a point in time, gather them with mlContext.Data.GatherSeries.");
        }

        return inputSchema.With(SlotNames.Promise(_outputColumnName));
    }

    private List<float[]> ReadSeries(IDataView input, DataViewSchema.Column column, SeriesPreparation preparation, FitMonitor monitor)
    {
        monitor.Begin("reading series", "series", input.GetRowCount());
        using DataViewRowCursor cursor = input.GetRowCursor([column]);
        var reader = new SeriesReader(column.Name, preparation, cursor.GetIdGetter());
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> source = default;
        var series = new List<float[]>();
        int needed = _options.WindowSize + _options.Horizon;
        while (cursor.MoveNext())
        {
            monitor.Report(cursor.Position);
            get(ref source);
            float[] points = reader.Read(source).ToArray();
            if (points.Length < needed)
            {
                throw new InvalidOperationException($"Column '{column.Name}' has {points.Length} points in row {cursor.Position}; {Component} learns from windows of {_options.WindowSize} points and the {_options.Horizon} after them, "
                    + $"so it needs at least {needed}. Lower windowSize or horizon, or remove the row.");
            }

            series.Add(points);
        }

        if (series.Count == 0)
            throw new InvalidOperationException($"Column '{column.Name}' has no rows; {Component} needs at least one series. Check the data view or its filters.");
        if (series.All(points => points.All(value => value == points[0])))
            throw new InvalidOperationException($"Column '{column.Name}' is constant in all {series.Count} rows; there is nothing to learn. Check the column.");
        return series;
    }

    private NetworkEnsemble Train(List<float[]> series, ForecastSplit split, ForecastSettings settings, Device device, FitMonitor monitor, IChannel channel)
    {
        int batch = Math.Min(_options.BatchSize, Math.Max(LeastBatch, split.Train.Length / StepsPerEpoch));
        var networks = new List<SequenceNetwork>();
        var histories = new List<TrainingHistory>();
        try
        {
            for (int i = 0; i < _options.NumberOfNetworks; i++)
            {
                ulong seed = new SeededRandom(_seed + (ulong)i).NextUInt64();
                string stage = _options.NumberOfNetworks > 1 ? $"training network {i + 1} of {_options.NumberOfNetworks}" : "training";
                ForecastNetwork network = Make(settings, seed, device);
                networks.Add(network);
                if (i == 0)
                {
                    channel.Inform(string.Create(CultureInfo.InvariantCulture, $"{Component}: {network.CountParameters():N0} trainable weights, {split.Train.Length} windows of {series.Count} series to learn from, "
                        + $"{split.Validation.Length} to choose the number of epochs by, on {device}."));
                }

                TrainingHistory history = Run(network, series, split.Train, split.Validation, settings, _options.NumberOfEpochs, batch, seed, device, stage, monitor);
                if (split.Validation.Length > 0)
                {
                    // Again, on all points, for as many steps as were best.
                    networks.RemoveAt(i);
                    network.Dispose();
                    network = Make(settings, seed, device);
                    networks.Add(network);
                    int epochs = Math.Max(1, (int)Math.Round((double)history.BestEpoch * split.Train.Length / split.All.Length));
                    Run(network, series, split.All, [], settings, epochs, batch, seed, device, stage + " on all points", monitor);
                }

                histories.Add(history);
            }

            return new NetworkEnsemble([.. networks], histories, device, new TargetScale(0, 1));
        }
        catch
        {
            foreach (SequenceNetwork network in networks)
                network.Dispose();
            throw;
        }
    }

    private static ForecastNetwork Make(ForecastSettings settings, ulong seed, Device device)
    {
        var network = new ForecastNetwork(settings);
        using var generator = new Generator(seed >> 1);
        network.Initialize(generator);
        network.to(device);
        return network;
    }

    private TrainingHistory Run(
        ForecastNetwork network, List<float[]> series, (int Series, int Start)[] train, (int Series, int Start)[] validation, ForecastSettings settings, int epochs, int batch, ulong seed,
        Device device, string stage, FitMonitor monitor)
    {
        using var optimizer = new Adam(network);
        return TrainingLoop.Run(
            network, optimizer, new ForecastExamples(series, train, settings), validation.Length == 0 ? null : new ForecastExamples(series, validation, settings), new PinballLoss(settings.Quantiles),
            new TrainingSettings
            {
                Epochs = epochs,
                BatchSize = batch,
                LearningRate = _options.LearningRate,
                Patience = validation.Length == 0 ? 0 : _options.Patience,
                ClipNorm = 1,
                Seed = seed,
                Device = device,
                Stage = stage,
            },
            monitor);
    }
}
