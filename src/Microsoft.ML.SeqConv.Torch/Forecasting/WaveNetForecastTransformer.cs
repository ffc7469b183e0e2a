using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained forecaster: it maps a column of series to a column of forecasts, [quantile, horizon], of the points after
/// each series. Made by <see cref="WaveNetForecastEstimator"/>.
/// </summary>
public sealed partial class WaveNetForecastTransformer
    : ColumnTransformer, ISavedComponent<WaveNetForecastTransformer>, IDisposable
{
    private const float LargestMagnitude = 1e30f;       // as SeriesReader takes

    internal static readonly SavedFormat Identity =
        new("SeqConvWaveNetForecast", "SCWVNFOR", SectionPrefix.ColumnPair, WithOffsets);

    private const uint WithOffsets = 0x00010002;

    private readonly SeriesPreparation _preparation;
    private readonly ForecastSettings _settings;
    private readonly NetworkEnsemble _networks;

    internal WaveNetForecastTransformer(
        IHostEnvironment env, string outputColumnName, string inputColumnName, SeriesPreparation preparation,
        ForecastSettings settings, NetworkEnsemble networks, float[] history)
        : base(env, Identity, outputColumnName, inputColumnName)
    {
        _preparation = preparation;
        _settings = settings;
        _networks = networks;
        History = history;
    }

    /// <summary>Points that a forecast is made from.</summary>
    public int WindowSize => _settings.WindowSize;

    /// <summary>Points that are forecast.</summary>
    public int Horizon => _settings.Horizon;

    /// <summary>The quantiles of a forecast.</summary>
    public IReadOnlyList<double> Quantiles => _settings.Quantiles;

    /// <summary>The seasons that it was trained with, rising.</summary>
    public IReadOnlyList<int> SeasonalPeriods => _settings.Periods;

    /// <summary>How each network was trained while the last points were held back.</summary>
    public IReadOnlyList<TrainingHistory> Histories => _networks.Histories;

    /// <summary>Trainable weights of one network.</summary>
    public long NumberOfParameters => _networks.Networks[0].CountParameters();

    static SavedFormat ISavedComponent<WaveNetForecastTransformer>.Identity => Identity;

    /// <summary>The last points of a series, where an engine saved the model; else empty.</summary>
    internal float[] History { get; }

    /// <summary>Forecasts the points after a series.</summary>
    /// <param name="series">At least <see cref="WindowSize"/> points, the last one the present.</param>
    /// <remarks>
    /// Missing values (NaN) follow the <see cref="WaveNetForecastEstimator.Options.MissingValues"/> that the model was
    /// trained with. Points before the window are read only where the window begins in a gap that is interpolated: back
    /// to the last present one. Points that are not read are not checked.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The series is too short, or a point that is read is infinite, beyond 1e30, or NaN where the model was trained
    /// with <see cref="MissingValues.Error"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">All points are missing.</exception>
    public Forecast Predict(ReadOnlySpan<float> series)
    {
        if (series.Length < WindowSize)
        {
            throw new ArgumentException(
                $"The series has {series.Length} points; a forecast is made from {WindowSize}. Give a longer series.",
                nameof(series));
        }

        int start = FirstRead(series);
        CheckPoints(series, start, "Point", "of the series ", nameof(series));
        return Predict(PointBefore.Of(series[start..^WindowSize]), series[^WindowSize..].ToArray(), "The series");
    }

    /// <summary>Forecasts the points after a window that was checked.</summary>
    /// <param name="before">The last present point before the window.</param>
    /// <param name="window">Is overwritten.</param>
    /// <param name="what">What has the points, for the message.</param>
    internal Forecast Predict(PointBefore before, float[] window, string what)
    {
        if (_preparation.MissingValues == MissingValues.Interpolate)
        {
            before.FillStart(window);
            if (Array.TrueForAll(window, float.IsNaN))
            {
                throw new InvalidOperationException($"{what} has no present point; all {WindowSize} points of the "
                    + "window are NaN, and all before it. Give a point that is present, or train with "
                    + "MissingValues.Zero.");
            }
        }

        var prepared = new VBuffer<float>(window.Length, window);
        return ForecastOf(SeriesReader.ReadOne(InputColumnName, _preparation, prepared));
    }

    /// <summary>
    /// The first point that a forecast from the end of a series reads: the first one of the window, or where the window
    /// begins in a gap that is interpolated, the last present one before; 0 where none is present.
    /// </summary>
    internal int FirstRead(ReadOnlySpan<float> series)
    {
        int start = Math.Max(0, series.Length - WindowSize);
        if (_preparation.MissingValues != MissingValues.Interpolate)
            return start;
        while (start > 0 && float.IsNaN(series[start]))
            start--;
        return start;
    }

    /// <summary>Checks points against the range and against the model's rule for missing values.</summary>
    internal void CheckPoints(ReadOnlySpan<float> points, int start, string what, string where, string parameter)
    {
        bool takesMissing = _preparation.MissingValues != MissingValues.Error;
        for (int t = start; t < points.Length; t++)
        {
            if (Math.Abs(points[t]) <= LargestMagnitude || (float.IsNaN(points[t]) && takesMissing))
                continue;
            string rule = float.IsNaN(points[t])
                ? "the model was trained with MissingValues.Error. Replace the missing value, or train with "
                    + "MissingValues.Interpolate or Zero."
                : "points must be within +-1e30. Correct the value"
                    + (takesMissing ? ", write NaN for a missing value" : "")
                    + ", or scale the series and train again.";
            string value = points[t].ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException($"{what} {t} {where}is {value}; {rule}", parameter);
        }
    }

    private Forecast ForecastOf(ReadOnlySpan<float> window)
        => new(_settings.Quantiles, PredictWindow(window), WindowScale.Of(window).Spread == 0);

    /// <summary>Makes an engine that takes points as they come.</summary>
    /// <param name="history">
    /// Points up to now; <see langword="null"/>: those that the model was saved with by
    /// <see cref="ForecastEngine.SaveCheckpoint"/>, if it was.
    /// </param>
    public ForecastEngine CreateEngine(float[]? history = null) => new(this, history ?? History);

    /// <summary>Frees the memory of the weights. The transformer cannot be used afterwards.</summary>
    public void Dispose() => _networks.Dispose();

    /// <summary>The same model with the last points of a series.</summary>
    internal WaveNetForecastTransformer WithHistory(float[] history)
        => new(Environment, OutputColumnName, InputColumnName, _preparation, _settings, _networks, history);

    internal static SeriesShape ShapeOf(DataViewSchema.Column column)
    {
        SeriesShape shape = SeriesShape.Of(column.Name, column.Type, null);
        return shape.Channels == 1 ? shape
            : throw SchemaColumns.Refused(column.Name,
                $"has {shape.Channels} channels; each series has a row of its own. Split the channels into rows.");
    }

    private protected override void CheckInput(DataViewSchema.Column column) => ShapeOf(column);

    private protected override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input)
    {
        string Name(int slot)
            => string.Create(CultureInfo.InvariantCulture,
                $"q{_settings.Quantiles[slot / Horizon]} h{slot % Horizon + 1}");
        var type = new VectorDataViewType(NumberDataViewType.Single, _settings.Quantiles.Length, Horizon);
        return [new(OutputColumnName, type, SlotNames.Make(_settings.Quantiles.Length * Horizon, Name))];
    }

    private protected override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(input);
        ValueGetter<DataViewRowId> getId = row.GetIdGetter();
        var reader = new SeriesReader(input.Name, _preparation, getId);
        VBuffer<float> source = default;
        float[] points = [];
        DataViewRowId id = default;
        return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> forecast) =>
        {
            get(ref source);
            if (source.Length < WindowSize)
            {
                getId(ref id);
                throw new InvalidOperationException(
                    $"Column '{input.Name}' has {source.Length} points in row {id.Low}; a forecast is made from "
                    + $"{WindowSize}. Give longer series, or train with a smaller windowSize.");
            }

            if (points.Length < source.Length)
                points = new float[source.Length];
            source.CopyTo(points);
            points.AsSpan(0, FirstRead(points.AsSpan(0, source.Length))).Clear();        // not read, so not checked
            float[] values = PredictWindow(reader.Read(new VBuffer<float>(source.Length, points))[^WindowSize..]);
            VBufferEditor<float> editor = VBufferEditor.Create(ref forecast, values.Length);
            values.CopyTo(editor.Values);
            forecast = editor.Commit();
        });
    }

    private float[] PredictWindow(ReadOnlySpan<float> window)
    {
        WindowScale scale = WindowScale.Of(window);
        var scaled = new float[WindowSize];
        scale.Scale(window, scaled);
        float[][] scores = [new float[_settings.Quantiles.Length * Horizon]];
        _networks.Score(device => SeriesBatches.Stack([scaled], 1, device), [0], scores);
        for (int k = 0; k < scores[0].Length; k++)
            scores[0][k] = scale.Restore(scores[0][k] + (_settings.Offsets.Length == 0 ? 0 : _settings.Offsets[k]));
        return scores[0];
    }

    private protected override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => true;

    private protected override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
    {
        var preparation = new SeriesPreparation(
            ShapeOf(input), WindowSize, _preparation.MissingValues, ShortSeries.Error, SeriesNormalization.None);
        (string series, _) = SeriesInput.Write(graph, input, preparation, SeriesInput.UnknownFeatures);
        string forecast = WriteForecast(graph, series);
        string output = graph.AddColumn(outputs[0].Type, OutputColumnName);
        graph.AddTo(output, "Identity", $"{OutputColumnName}/output", [forecast]);
    }

    // The last point is taken from all others first: differences of values near each other are exact in float32, and so
    // a high level takes no digits.
    private string WriteForecast(GraphWriter graph, string series)
    {
        // [N, 1, window]
        string window = ForecastNetwork.Slice(graph, "Forecast/window", series, 2, -WindowSize, int.MaxValue);
        string origin = ForecastNetwork.Slice(graph, "Forecast/origin", window, 2, -1, int.MaxValue);       // [N, 1, 1]
        string near = graph.Add("Sub", "Forecast/from origin", [window, origin]);
        string level = graph.Add("ReduceMean", "Forecast/level", [near], ("axes", new[] { 2L }), ("keepdims", 1L));
        string centred = graph.Add("Sub", "Forecast/centred", [near, level]);
        string spread = graph.Add("ReduceMean", "Forecast/spread", [graph.Add("Abs", "Forecast/distances", [centred])],
            ("axes", new[] { 2L }), ("keepdims", 1L));
        string scaled = graph.Add("Div", "Forecast/scaled", [centred,
            graph.Add("Max", "Forecast/positive spread", [spread, graph.Constant("Forecast/least spread", 1e-30f)])]);
        // [N, quantiles, horizon]
        string quantiles = _networks.WriteScores(graph, scaled);
        if (_settings.Offsets.Length > 0)
            quantiles = graph.Add("Add", "Forecast/calibrated", [quantiles, graph.Constant(
                "Forecast/offsets", _settings.Offsets, 1, _settings.Quantiles.Length, Horizon)]);
        string fromOrigin = graph.Add(
            "Add", "Forecast/quantiles from origin",
            [graph.Add("Mul", "Forecast/spread quantiles", [quantiles, spread]), level]);
        return graph.Add("Add", "Forecast/quantiles", [fromOrigin, origin]);
    }

    // *** Binary format ***
    // the preparation, see SeriesPreparation
    // int: window size, horizon; double[]: quantiles; int[]: periods; int: residual, gate and skip channels, layers a
    //   stack, stacks, kernel size
    // float[]: the last points of a series, back to the present one before the window where that begins in a gap;
    // empty for none
    // the networks, see NetworkEnsemble
    // from version 0x00010002: float[]: what is added to the quantiles, [quantile, horizon]; empty for nothing
    private protected override void WriteModel(BinaryWriter writer)
    {
        _preparation.Write(writer);
        writer.Write(WindowSize);
        writer.Write(Horizon);
        writer.WriteArray<double>(_settings.Quantiles);
        writer.WriteArray<int>(_settings.Periods);
        WaveNetShape shape = _settings.Stack;
        foreach (int size in (ReadOnlySpan<int>)[shape.ResidualChannels, shape.GateChannels, shape.SkipChannels,
            shape.LayersPerStack, shape.Stacks, shape.KernelSize])
            writer.Write(size);
        writer.WriteArray<float>(History);
        _networks.Write(writer);
        writer.WriteArray<float>(_settings.Offsets);
    }

    static WaveNetForecastTransformer ISavedComponent<WaveNetForecastTransformer>.Read(SavedSection section)
    {
        BinaryReader reader = section.Reader;
        SeriesPreparation preparation = SeriesPreparation.Read(reader);
        int window = reader.ReadInt32();
        int horizon = reader.ReadInt32();
        double[] quantiles = reader.ReadArray<double>();
        int[] periods = reader.ReadArray<int>();
        int[] sizes = [.. Enumerable.Range(0, 6).Select(_ => reader.ReadInt32())];
        float[] history = reader.ReadArray<float>();
        new WaveNetForecastEstimator.Options
        {
            WindowSize = window,
            Horizon = horizon,
            Quantiles = quantiles,
            SeasonalPeriods = periods
        }.CheckedCopy();
        var shape = new WaveNetShape
        {
            Outputs = checked(quantiles.Length * horizon),
            ResidualChannels = sizes[0],
            GateChannels = sizes[1],
            SkipChannels = sizes[2],
            LayersPerStack = sizes[3],
            Stacks = sizes[4],
            KernelSize = sizes[5],
        };
        shape.Check();
        if (Array.FindIndex(history, value => Math.Abs(value) > LargestMagnitude) is int beyond and >= 0)
        {
            string value = history[beyond].ToString(CultureInfo.InvariantCulture);
            throw new FormatException($"Point {beyond} of its history is {value}.");
        }

        var settings = new ForecastSettings(window, horizon, quantiles, periods, shape);
        NetworkEnsemble networks = NetworkEnsemble.Read(
            reader, device => new ForecastNetwork(settings, device), ScoringDevice.Of(section.Environment));
        try
        {
            settings = settings with { Offsets = ReadOffsets(section, settings) };
            return new(section.Environment, section.OutputColumnName, section.InputColumnName, preparation, settings,
                networks, history);
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    private static float[] ReadOffsets(SavedSection section, ForecastSettings settings)
    {
        float[] offsets = section.Version >= WithOffsets ? section.Reader.ReadArray<float>() : [];
        if (offsets.Length > 0 && offsets.Length != settings.Quantiles.Length * settings.Horizon)
            throw new FormatException($"It has {offsets.Length} offsets of {settings.Quantiles.Length} quantiles and "
                + $"{settings.Horizon} points.");
        return Array.TrueForAll(offsets, float.IsFinite) ? offsets
            : throw new FormatException("An offset of its quantiles is not finite.");
    }
}
