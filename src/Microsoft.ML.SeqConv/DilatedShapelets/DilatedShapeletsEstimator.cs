using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Draws random dilated shapelets, short windows of training series, and slides them over a series: the smallest
/// distance of each, where that is, and how many windows are closer than a threshold. The features see shapes and
/// where they occur; the kernels of the ROCKET family see neither, so the two make a good ensemble. The features feed a
/// linear trainer.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes, three times: to check it, to read the
/// series that shapelets are drawn from, and, with <see cref="Options.LimitToTrainingRange"/>, to measure features; and
/// labels once, where there are any |
/// | Input column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size (ragged);
/// for the fit also a label: key or Boolean (classes), or Single (not used) |
/// | Output column data type | Vector of Single of known size, with slot names such as
/// <c>min s17 d4 normalized</c> |
/// </para>
/// <para>
/// Shapelets have 11 points, or half as many as the median series where that has fewer than 22. Windows that share
/// half of their points become one shapelet at most, so a small training set gives fewer shapelets than were asked for.
/// With several channels a shapelet is of some of them, from 1 to 9; one drawn where a channel is flat is kept, as in
/// the published code. Rows without a label give no shapelets. Values up to 1e30 give finite features.
/// </para>
/// <para>Guillaume, Vrain and Elloumi 2022, Random Dilated Shapelet Transform: A new approach for time series
/// shapelets, arXiv:2109.13514.</para>
/// </remarks>
public sealed class DilatedShapeletsEstimator : SeriesFeaturizerEstimator<DilatedShapeletsTransformer>
{
    private const int RowsPerReport = 64;

    private readonly string? _labelColumnName;
    private readonly Options _options;

    internal DilatedShapeletsEstimator(IHostEnvironment env, string outputColumnName, string? labelColumnName,
        string? inputColumnName, Options options)
        : base(env, "DilatedShapelets", outputColumnName, inputColumnName, options)
    {
        _labelColumnName = string.IsNullOrEmpty(labelColumnName) ? null : labelColumnName;
        _options = (Options)options.Copy();
    }

    private protected override int MinimumLength => 2;

    private protected override bool FeaturesGrowWithValues => true;

    private protected override void CheckOtherColumns(SchemaShape inputSchema)
    {
        if (_labelColumnName is not null)
            inputSchema.FindLabel(_labelColumnName, Component, $"{Component} draws shapelets by class");
    }

    private protected override DilatedShapeletsTransformer Fit(
        IHostEnvironment env, SeriesTransformerState state, SeriesSource source)
    {
        int[] classes = Classes(source);
        source.Monitor.Begin("drawing shapelets", "parts", 1);
        ShapeletPlan plan = ShapeletPlan.Draw([.. source.Lengths], classes, source.Shape.Channels,
            _options.Settings(), Seed, source.Monitor.AsFraction());
        SeriesSet series = source.Gather(plan.Series, out int[] places);
        source.Monitor.Begin("finding thresholds", "parts", 1);
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(
            plan, series, places, source.Threads, source.Monitor.AsFraction(), CancellationToken.None);
        if (!_options.LimitToTrainingRange)
            return new DilatedShapeletsTransformer(env, state, model);

        // Training series keep their features, which the trainer after it is handed.
        source.Monitor.Begin("measuring features", "series", source.Count);
        var range = new TrainingRangeFit(model.NumberOfFeatures);
        TrainingFeatures? kept = TrainingFeatures.Gather(
            source, model.NumberOfFeatures, batch => range.Add(model, batch, source.Threads));
        return new DilatedShapeletsTransformer(env, state, model.With(range.Solve())) { OfTraining = kept };
    }

    // By row; below zero without a label.
    private int[] Classes(SeriesSource source)
    {
        if (_labelColumnName is null || source.Data.Schema[_labelColumnName].Type is NumberDataViewType)
            return [];
        DataViewSchema.Column column = source.Data.Schema[_labelColumnName];
        source.Monitor.Begin("reading labels", "rows", source.Count);
        using DataViewRowCursor cursor = source.Data.GetRowCursor([column]);
        ValueGetter<float> getLabel = LabelReader.Open(cursor, column);
        var classes = new List<int>(source.Count);
        while (cursor.MoveNext())
        {
            if (classes.Count % RowsPerReport == 0)
                source.Monitor.Report(classes.Count);
            float label = 0;
            getLabel(ref label);
            classes.Add(float.IsNaN(label) ? -1 : (int)label);
        }

        if (classes.Count != source.Count)
            throw new InvalidOperationException($"Column '{_labelColumnName}' has {classes.Count} rows, but there were "
                + $"{source.Count} series before; a view that is read twice must give the same rows in the same order. "
                + "Cache it, or save it to a file and load that.");
        if (classes.TrueForAll(value => value < 0))
            throw new InvalidOperationException($"Column '{_labelColumnName}' has no row with a label among "
                + $"{classes.Count}; DilatedShapelets draws from those that have one. Add the labels, or leave "
                + "labelColumnName out.");
        return [.. classes];
    }

    /// <summary>Options of <see cref="DilatedShapeletsEstimator"/>.</summary>
    public sealed class Options : SeriesOptions
    {
        /// <summary>
        /// Shapelets, from 1 to 1,000,000; each gives three features. A small training set gives fewer. Default 2,000.
        /// </summary>
        [Range(250, 4_000, init: 2_000, logBase: true)]
        public int NumberOfShapelets { get; set; } = 2_000;

        /// <summary>Points of a shapelet, from 2 to 1,024; at most half of the median series. Default 11.</summary>
        [Range(5, 31, init: 11, logBase: true)]
        public int ShapeletLength { get; set; } = 11;

        /// <summary>
        /// The fraction of shapelets that compare z-normalised windows, shapes without their level and size, from 0 to
        /// 1. Default 0.8.
        /// </summary>
        [Range(0.0, 1.0, init: 0.8)]
        public double NormalizedFraction { get; set; } = 0.8;

        /// <summary>
        /// Whether features are limited to the range that they had in training. A distance that hardly varies in
        /// training and that a linear model tells classes apart by may be far larger in a later series, and would
        /// decide alone; the limit costs nothing else. An addition to the published method. Default true.
        /// </summary>
        public bool LimitToTrainingRange { get; set; } = true;

        internal DilatedShapeletsSettings Settings() => new()
        {
            NumberOfShapelets = NumberOfShapelets,
            ShapeletLength = ShapeletLength,
            NormalizedFraction = NormalizedFraction,
            LimitToTrainingRange = LimitToTrainingRange,
        };

        private protected override void Validate()
        {
            base.Validate();
            Settings().Validate();
        }
    }
}
