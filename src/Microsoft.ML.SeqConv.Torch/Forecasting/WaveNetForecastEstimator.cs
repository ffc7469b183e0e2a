using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
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
/// All rows train one network. Validation is by time: the last points of each series choose the number of epochs, and then the networks are trained anew on all points for as many.
/// </para>
/// </remarks>
public sealed class WaveNetForecastEstimator : IEstimator<WaveNetForecastTransformer>
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
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A series is too short, constant or broken, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public WaveNetForecastTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        using IChannel channel = _host.Start("Training");
        using var monitor = new FitMonitor(_host, Component);
        TorchLibrary.EnsureLoaded();
        Device device = TorchDevice.Choose(_options.GpuDeviceId ?? ContextDevice.GpuDeviceId(_host), _options.FallbackToCpu ?? ContextDevice.FallbackToCpu(_host), message => channel.Warning(message));
        DataViewSchema.Column column = input.Schema[_inputColumnName];
        var preparation = new SeriesPreparation(
            new SeriesShape(1, WaveNetForecastTransformer.ShapeOf(column).Length), MinimumLength: 1, _options.MissingValues, ShortSeries.Error, SeriesNormalization.None);
        List<float[]> series = ReadSeries(input, column, preparation, monitor);
        ForecastSettings settings = _options.Settings();
        ForecastSplit split = ForecastSplit.ByTime(series, settings, _options.ValidationFraction);
        if (split.Validation.Length == 0 && _options.ValidationFraction > 0)
            channel.Warning($"{Component}: the series are too short to hold points back, so that all epochs are run. Give longer series, or set ValidationFraction to 0.");
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
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.TryFindColumn(_inputColumnName, out SchemaShape.Column column))
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{_inputColumnName}' is missing; {Component} reads its series from it. "
                + $"The columns are {string.Join(", ", inputSchema.Select(c => $"'{c.Name}'"))}.");
        }

        if (column.ItemType != NumberDataViewType.Single || column.Kind == SchemaShape.Column.VectorKind.Scalar)
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{_inputColumnName}' is {column.GetTypeString()}; a series must be a vector of Single, one series a row. "
                + "Where each row is a point in time, gather them with mlContext.Data.GatherSeries.");
        }

        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(c => c.Name);
        columns[_outputColumnName] = SlotNames.Promise(_outputColumnName);
        return new SchemaShape(columns.Values);
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
                    + $"so it needs at least {needed}. Lower windowSize or horizon, or drop the row.");
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
                    channel.Info(string.Create(CultureInfo.InvariantCulture, $"{Component}: {network.CountParameters():N0} trainable weights, {split.Train.Length} windows of {series.Count} series to learn from, "
                        + $"{split.Validation.Length} to choose the number of epochs by, on {device}."));
                }

                TrainingHistory history = Run(network, series, split.Train, split.Validation, settings, _options.NumberOfEpochs, seed, device, stage, monitor);
                if (split.Validation.Length > 0)
                {
                    // Anew on all points, for as many steps as were best.
                    networks.RemoveAt(i);
                    network.Dispose();
                    network = Make(settings, seed, device);
                    networks.Add(network);
                    int epochs = Math.Max(1, (int)Math.Round((double)history.BestEpoch * split.Train.Length / split.All.Length));
                    Run(network, series, split.All, [], settings, epochs, seed, device, stage + " on all points", monitor);
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
        ForecastNetwork network, List<float[]> series, (int Series, int Start)[] train, (int Series, int Start)[] validation, ForecastSettings settings, int epochs, ulong seed, Device device, string stage,
        FitMonitor monitor)
    {
        using var optimizer = new Adam(network);
        return TrainingLoop.Run(
            network, optimizer, new ForecastExamples(series, train, settings), validation.Length == 0 ? null : new ForecastExamples(series, validation, settings), new PinballLoss(settings.Quantiles),
            new TrainingSettings
            {
                Epochs = epochs,
                BatchSize = Math.Min(_options.BatchSize, Math.Max(LeastBatch, train.Length / StepsPerEpoch)),
                LearningRate = _options.LearningRate,
                Patience = validation.Length == 0 ? 0 : _options.Patience,
                ClipNorm = 1,
                Seed = seed,
                Device = device,
                Stage = stage,
            },
            monitor);
    }

    /// <summary>Options of <see cref="WaveNetForecastEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Points that a forecast is told from, 2 to 100,000.</summary>
        public int WindowSize { get; set; }

        /// <summary>Points that are forecast, 1 to 100,000.</summary>
        public int Horizon { get; set; }

        /// <summary>Quantiles, rising, between 0 and 1; 0.5 must be among them. Default 0.05, 0.5, 0.95: the median in an interval of nine tenths.</summary>
        public double[] Quantiles { get; set; } = [0.05, 0.5, 0.95];

        /// <summary>Seasons in points, each 2 to <see cref="WindowSize"/>: 12 for months of years. The forecast is learned as the difference from repeating the longest. Default: none.</summary>
        public int[] SeasonalPeriods { get; set; } = [];

        /// <summary>What to do with NaN. Default <see cref="MissingValues.Error"/>.</summary>
        public MissingValues MissingValues { get; set; } = MissingValues.Error;

        /// <summary>Networks whose quantiles are averaged, 1 to 1,000. Default 3.</summary>
        public int NumberOfNetworks { get; set; } = 3;

        /// <summary>Channels between layers and inside of them, 1 to 4,096. Default 16.</summary>
        [Range(8, 64, init: 16, logBase: true)]
        public int NumberOfChannels { get; set; } = 16;

        /// <summary>Channels of the output's layers, 1 to 4,096. Default 32.</summary>
        [Range(16, 128, init: 32, logBase: true)]
        public int NumberOfSkipChannels { get; set; } = 32;

        /// <summary>The most passes over the windows, from 1. Default 60.</summary>
        [Range(10, 300, init: 60, logBase: true)]
        public int NumberOfEpochs { get; set; } = 60;

        /// <summary>Epochs without a better one after which training ends; 0 for never. Default 10.</summary>
        public int Patience { get; set; } = 10;

        /// <summary>The most windows of a step, from 1. Default 32. Of few windows fewer are taken, but at least four, so that an epoch has some twenty steps.</summary>
        public int BatchSize { get; set; } = 32;

        /// <summary>The learning rate of Adam, positive. Default 1e-3.</summary>
        [Range(1e-4, 1e-2, init: 1e-3, logBase: true)]
        public double LearningRate { get; set; } = 1e-3;

        /// <summary>
        /// The share of each series' points, at its end, that choose the number of epochs, 0 to below 1; at least a horizon. No window to learn from reaches into them. Default 0.2; 0: all
        /// epochs are run.
        /// </summary>
        public double ValidationFraction { get; set; } = 0.2;

        /// <summary>Seed of weights and order. Default <see langword="null"/>: drawn from the context.</summary>
        public int? Seed { get; set; }

        /// <summary>Threads that one operation may use, at least 1. Default <see langword="null"/>: libtorch's.</summary>
        public int? NumberOfThreads { get; set; }

        /// <summary>The CUDA device. Default <see langword="null"/>: <see cref="MLContext.GpuDeviceId"/>, and where that is unset the CPU.</summary>
        public int? GpuDeviceId { get; set; }

        /// <summary>Whether the CPU is used where the device is not there. Default <see langword="null"/>: <see cref="MLContext.FallbackToCpu"/>.</summary>
        public bool? FallbackToCpu { get; set; }

        internal Options CheckedCopy()
        {
            ArgumentNullException.ThrowIfNull(Quantiles);
            ArgumentNullException.ThrowIfNull(SeasonalPeriods);
            Require(WindowSize is >= 2 and <= 100_000, nameof(WindowSize), WindowSize, "must be 2 to 100,000");
            Require(Horizon is >= 1 and <= 100_000, nameof(Horizon), Horizon, "must be 1 to 100,000");
            string quantiles = string.Join(", ", Quantiles.Select(q => q.ToString(CultureInfo.InvariantCulture)));
            Require(Quantiles.All(q => q > 0 && q < 1) && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First < pair.Second) && Quantiles.Contains(0.5), nameof(Quantiles), quantiles,
                "must rise between 0 and 1, with 0.5 among them");
            foreach (int period in SeasonalPeriods)
                Require(period >= 2 && period <= WindowSize, nameof(SeasonalPeriods), period, $"must be 2 to WindowSize, {WindowSize}, so that a window shows the season before");
            Require(Enum.IsDefined(MissingValues), nameof(MissingValues), MissingValues, "is none of its values");
            Require(NumberOfNetworks is >= 1 and <= 1000, nameof(NumberOfNetworks), NumberOfNetworks, "must be 1 to 1,000");
            Require(NumberOfEpochs >= 1, nameof(NumberOfEpochs), NumberOfEpochs, "must be at least 1");
            Require(Patience >= 0, nameof(Patience), Patience, "must be at least 0");
            Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "must be at least 1");
            Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "must be positive and finite");
            Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "must be at least 0 and below 1");
            Require(NumberOfThreads is null or (>= 1 and <= 1024), nameof(NumberOfThreads), NumberOfThreads, "must be 1 to 1,024");
            Settings().Stack.Check();
            var copy = (Options)MemberwiseClone();
            copy.Quantiles = [.. Quantiles];
            copy.SeasonalPeriods = [.. SeasonalPeriods.Distinct().Order()];
            return copy;
        }

        // As many layers as let the last point see the whole window.
        internal ForecastSettings Settings() => new(WindowSize, Horizon, [.. Quantiles], [.. SeasonalPeriods.Distinct().Order()], new WaveNetShape
        {
            Outputs = Quantiles.Length * Horizon,
            ResidualChannels = NumberOfChannels,
            GateChannels = NumberOfChannels,
            SkipChannels = NumberOfSkipChannels,
            LayersPerStack = Math.Max(1, (int)Math.Ceiling(Math.Log2(WindowSize))),
            Stacks = 1,
        });

        private static void Require(bool holds, string name, object? value, string rule)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it {rule}."));
        }
    }
}
