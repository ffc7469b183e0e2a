using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Adds intervals to the scores of a regression: the interval of significance 0.1 holds the label of a new row with a
/// probability of at least 0.9, where calibration rows and new rows come from the same source (split conformal
/// prediction: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018, arXiv:1604.04173). All intervals have one width.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | With
/// <see cref="ConformalCalibration.LeaveOneOut"/> no: the trained model has what is needed. With
/// <see cref="ConformalCalibration.Rows"/> yes, once |
/// | Input column data type | Single: the predicted number. With <see cref="ConformalCalibration.Rows"/> also the
/// label, Single |
/// | Output columns | <c>LowerBound</c>, <c>UpperBound</c>: Single, in the unit of the label |
/// </para>
/// <para>
/// Leave-one-out residuals are those of models fitted on one row less, so that their guarantee is approximate (the
/// jackknife; with the shift of the mean that jackknife+ has, Barber, Candès, Ramdas and Tibshirani 2021,
/// arXiv:1905.02928). With too few calibration rows for the significance the bounds are infinite.
/// </para>
/// </remarks>
public sealed class ConformalRegressionEstimator : IEstimator<ConformalRegressionTransformer>
{
    private const string Component = "Conformal";
    private const string Kind = "calibration rows";

    private readonly IHost _host;
    private readonly Options _options;

    internal ConformalRegressionEstimator(IHostEnvironment env, Options options)
    {
        _host = env.Register(Component);
        _options = options.CheckedCopy();
    }

    /// <summary>Calibrates intervals.</summary>
    /// <param name="input">
    /// Scored by the model. With <see cref="ConformalCalibration.LeaveOneOut"/> its rows are not read; with
    /// <see cref="ConformalCalibration.Rows"/> they are the calibration rows, and the model must not have been trained
    /// on them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model keeps no leave-one-out residuals; or no row has a label, or a score is not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ConformalRegressionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        using IChannel channel = _host.Start("Fit");
        double[] residuals =
            _options.Calibration == ConformalCalibration.LeaveOneOut ? OfModel(input) : Read(input, channel);
        ConformalRegressor regressor = ConformalRegressor.Calibrate(residuals);
        double halfWidth = regressor.HalfWidth(_options.Significance);
        if (double.IsInfinity(halfWidth))
            channel.Warn(CalibrationSize.Warning($"{residuals.Length} {Kind}", _options.Significance,
                "all bounds are infinite"));
        return new(_host, _options.ScoreColumnName, _options.Significance, (float)halfWidth, residuals.Length);
    }

    /// <summary>The schema with the columns that are added.</summary>
    /// <param name="inputSchema">Has the scores, and the label where it is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column scores = inputSchema.Find(
            _options.ScoreColumnName, $"{Component} reads predictions from it", nameof(Options.ScoreColumnName));
        if (!scores.IsScalar(NumberDataViewType.Single))
            throw SchemaColumns.WrongType(scores, ConformalRegressionTransformer.ScoreRule);
        if (_options.Calibration == ConformalCalibration.Rows)
        {
            SchemaShape.Column label = inputSchema.Find(_options.LabelColumnName,
                $"{Component} reads the labels of the calibration rows from it", nameof(Options.LabelColumnName));
            if (!label.IsScalar(NumberDataViewType.Single))
                throw SchemaColumns.WrongType(label, $"{Component} needs a label that is a Single. Append "
                    + "mlContext.Transforms.Conversion.ConvertType before the trainer.");
        }

        return inputSchema.With(
            SchemaColumns.Scalar(ConformalRegressionTransformer.LowerBound, NumberDataViewType.Single),
            SchemaColumns.Scalar(ConformalRegressionTransformer.UpperBound, NumberDataViewType.Single));
    }

    private double[] OfModel(IDataView input)
    {
        object? model = ScoringModel.Of(input, input.Schema[_options.ScoreColumnName]);
        return model is ILeaveOneOutRegression { LeaveOneOut: { } kept } ? kept.Values
            : throw ScoredRows.NothingKept(_options.ScoreColumnName, model, model is ILeaveOneOutRegression,
                "regression trainers");
    }

    private double[] Read(IDataView input, IChannel channel)
    {
        DataViewSchema.Column scores = input.Schema[_options.ScoreColumnName];
        DataViewSchema.Column labels = input.Schema[_options.LabelColumnName];
        var residuals = new List<double>();
        long total = 0;
        using DataViewRowCursor cursor = input.GetRowCursor([scores, labels]);
        ValueGetter<float> getScore = cursor.GetGetter<float>(scores);
        ValueGetter<float> getLabel = cursor.GetGetter<float>(labels);
        float score = 0;
        float label = 0;
        while (cursor.MoveNext())
        {
            _host.ThrowIfCancelled();
            getLabel(ref label);
            getScore(ref score);
            if (float.IsFinite(label))
            {
                residuals.Add(float.IsFinite(score) ? (double)label - score
                    : throw new InvalidOperationException(FormattableString.Invariant(
                        $"Column '{scores.Name}' is {score} in row {total}; predictions of {Kind} must be finite. ")
                        + "Correct or remove the row."));
            }

            total++;
        }

        MissingLabels.Warn(channel.Warn, labels.Name, total - residuals.Count, total, Kind);
        return residuals.Count > 0 ? [.. residuals] : throw ScoredRows.NoLabels(labels.Name, total, Kind);
    }

    /// <summary>Options of <see cref="ConformalRegressionEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The predicted number.</summary>
        public string ScoreColumnName { get; set; } = DefaultColumnNames.Score;

        /// <summary>The label, a Single: read with <see cref="ConformalCalibration.Rows"/>.</summary>
        public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

        /// <summary>How often an interval may lack the label of its row: above 0 and below 1. Default 0.1.</summary>
        public double Significance { get; set; } = 0.1;

        /// <summary>What intervals are calibrated on.</summary>
        public ConformalCalibration Calibration { get; set; }

        internal Options CheckedCopy()
        {
            ArgumentException.ThrowIfNullOrEmpty(ScoreColumnName);
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
            Guard.Require(Significance is > 0 and < 1, Significance, "it must be above 0 and below 1");
            Guard.Defined(Calibration);
            return (Options)MemberwiseClone();
        }
    }
}
