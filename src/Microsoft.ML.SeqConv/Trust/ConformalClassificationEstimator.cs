using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Adds prediction sets to the scores of a classifier: the set of significance 0.1 holds the class of a new row with a
/// probability of at least 0.9, where calibration rows and new rows come from the same source. The guarantee does not
/// depend on how good the model is; a better one has smaller sets (Vovk, Gammerman and Shafer 2005; Angelopoulos and
/// Bates 2021, arXiv:2107.07511).
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | With
/// <see cref="ConformalCalibration.LeaveOneOut"/> no: the trained model has what is needed. With
/// <see cref="ConformalCalibration.Rows"/> yes, once |
/// | Input column data type | Vector of Single of known size: the probabilities of the classes. With
/// <see cref="ConformalCalibration.Rows"/> also the label, a key |
/// | Output columns | <c>PredictionSet</c>: Vector of Boolean, one a class, with the classes' names as slot names;
/// <c>PValue</c>: Vector of Single, one a class, above 0 to 1; <c>Confidence</c>: Single, one less the second largest
/// p-value; <c>Credibility</c>: Single, the largest p-value; <c>IsRejected</c>: Boolean |
/// </para>
/// <para>
/// The set of a row may be empty: then no class makes it like the calibration rows. Leave-one-out predictions are of
/// models fitted on one row less, so that their guarantee is approximate; for those of an ensemble the weights and
/// temperatures were chosen on all rows. A row whose scores are NaN has all classes in its set, p-values of NaN, and is
/// rejected.
/// </para>
/// <para>
/// Calibration on rows that were held out, for any trainer:
/// <c>var sets = mlContext.MulticlassClassification.Conformal(options).Fit(model.Transform(heldOut));</c>, then
/// <c>model.Append(sets)</c>.
/// </para>
/// </remarks>
public sealed class ConformalClassificationEstimator : IEstimator<ConformalClassificationTransformer>
{
    private const string Component = "Conformal";

    private readonly IHost _host;
    private readonly Options _options;
    private readonly int _seed;

    internal ConformalClassificationEstimator(IHostEnvironment env, Options options)
    {
        _host = env.Register(Component);
        _options = options.CheckedCopy();
        _seed = _options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Calibrates prediction sets.</summary>
    /// <param name="input">
    /// Scored by the model. With <see cref="ConformalCalibration.LeaveOneOut"/> its rows are not read; with
    /// <see cref="ConformalCalibration.Rows"/> they are the calibration rows, and the model must not have been trained
    /// on them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model keeps no leave-one-out predictions; or no row has a label, a label is of no class of the model, or
    /// scores are no probabilities.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ConformalClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        DataViewSchema.Column scores = input.Schema[_options.ScoreColumnName];
        ConformalClassificationTransformer.CheckScores(scores);
        using IChannel channel = _host.Start("Fit");
        ScoredRows rows = _options.Calibration == ConformalCalibration.LeaveOneOut
            ? ScoredRows.OfModel(input, scores)
            : ScoredRows.Read(input, new(input.Schema[_options.LabelColumnName], scores, []), "calibration rows",
                channel.Warn, _host.ThrowIfCancelled);
        WarnOfFewRows(rows, channel);
        ConformalClassifier classifier = ConformalClassifier.Calibrate(
            rows.Probabilities, rows.Labels, rows.Classes.Names.Length, _options.Settings(_seed));
        var rule = RejectionRule.Of(_options, rows);
        if (float.IsInfinity(rule.Limit))
            channel.Warn(FormattableString.Invariant($"MaxRisk is {_options.MaxRisk}, which no share of the ")
                + $"{rows.Labels.Length} calibration rows reaches: every row is rejected. Raise it.");
        return new(_host, _options.ScoreColumnName, rows.Classes, classifier, _options.Significance, rule);
    }

    /// <summary>The schema with the columns that are added.</summary>
    /// <param name="inputSchema">Has the scores, and the label where it is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column scores = inputSchema.Find(
            _options.ScoreColumnName, $"{Component} reads the probabilities of the classes from it",
            nameof(Options.ScoreColumnName));
        if (scores.Kind != SchemaShape.Column.VectorKind.Vector || !scores.IsVectorOfSingle())
            throw SchemaColumns.WrongType(scores, ConformalClassificationTransformer.ScoresRule);
        if (_options.Calibration == ConformalCalibration.Rows)
        {
            SchemaShape.Column label = inputSchema.Find(_options.LabelColumnName,
                $"{Component} reads the classes of the calibration rows from it", nameof(Options.LabelColumnName));
            if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !label.IsKey)
                throw SchemaColumns.WrongType(label, $"{Component} needs a label that is a key. Make keys with "
                    + $"mlContext.Transforms.Conversion.MapValueToKey(\"{label.Name}\") before the trainer.");
        }

        return inputSchema.With(ConformalColumns.Promised());
    }

    private void WarnOfFewRows(ScoredRows rows, IChannel channel)
    {
        int needed = CalibrationSize.Needed(_options.Significance);
        int[] counts = rows.CountByClass();
        string[] few = [.. rows.Classes.Names.Where((_, k) => counts[k] < needed).Select(name => $"'{name}'")];
        if (!_options.PerClass && rows.Labels.Length < needed)
            channel.Warn(CalibrationSize.Warning(
                $"{rows.Labels.Length} calibration rows", _options.Significance, "every set has all classes"));
        else if (_options.PerClass && few.Length > 0)
            channel.Warn(CalibrationSize.Warning(
                $"too few calibration rows of the classes {KeyMapping.List(few)}", _options.Significance,
                "these classes are in every set", perClass: true));
    }

    /// <summary>Options of <see cref="ConformalClassificationEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The probabilities of the classes.</summary>
        public string ScoreColumnName { get; set; } = DefaultColumnNames.Score;

        /// <summary>The label, a key: read with <see cref="ConformalCalibration.Rows"/>.</summary>
        public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

        /// <summary>How often a set may lack the class of its row: above 0 and below 1. Default 0.1.</summary>
        public double Significance { get; set; } = 0.1;

        /// <summary>What sets are calibrated on.</summary>
        public ConformalCalibration Calibration { get; set; }

        /// <summary>How unlike the training data a class makes a row.</summary>
        public ConformalScore Score { get; set; }

        /// <summary>
        /// Whether each class is calibrated on its own rows (Mondrian), so that the guarantee holds for the rows of
        /// each class. It takes as many rows of each class. Default false: it holds for all rows together.
        /// </summary>
        public bool PerClass { get; set; }

        /// <summary>
        /// What <see cref="ConformalScore.Raps"/> adds to the score of a class for each rank after
        /// <see cref="FreeRanks"/>: 0 to 1. Default 0.01.
        /// </summary>
        public double RankPenalty { get; set; } = 0.01;

        /// <summary>
        /// How many of a row's likeliest classes have no penalty with <see cref="ConformalScore.Raps"/>: 0 or more.
        /// Default 1.
        /// </summary>
        public int FreeRanks { get; set; } = 1;

        /// <summary>Which rows are rejected.</summary>
        public ConformalRejection Rejection { get; set; }

        /// <summary>
        /// The least credibility of a row that is answered, with <see cref="ConformalRejection.Credibility"/>: 0 to 1.
        /// Default 0.05. Of new rows like the calibration rows at most that share is rejected.
        /// </summary>
        public double MinCredibility { get; set; } = 0.05;

        /// <summary>
        /// The largest share of errors among answered calibration rows, with <see cref="ConformalRejection.Risk"/>:
        /// 0 to 1. Default 0.05.
        /// </summary>
        public double MaxRisk { get; set; } = 0.05;

        /// <summary>
        /// Of the random part of <see cref="ConformalScore.Aps"/> and <see cref="ConformalScore.Raps"/>. Default
        /// <see langword="null"/>: a draw of the context, once in an estimator's life.
        /// </summary>
        public int? Seed { get; set; }

        internal ConformalSettings Settings(int seed) => new()
        {
            Score = Score,
            PerClass = PerClass,
            RankPenalty = RankPenalty,
            FreeRanks = FreeRanks,
            Seed = seed,
        };

        internal Options CheckedCopy()
        {
            ArgumentException.ThrowIfNullOrEmpty(ScoreColumnName);
            ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
            Guard.Require(Significance is > 0 and < 1, Significance, "it must be above 0 and below 1");
            Guard.Defined(Calibration);
            Guard.Defined(Rejection);
            Guard.Within<double>(MinCredibility, 0, 1);
            Guard.Within<double>(MaxRisk, 0, 1);
            Settings(0);
            return (Options)MemberwiseClone();
        }
    }
}
