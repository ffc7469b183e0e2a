using Microsoft.ML.AutoML;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Experiments of AutoML over pipelines for series, ready to run.</summary>
public static class SequenceExperimentCatalog
{
    /// <summary>
    /// An experiment over <see cref="SequencePipelineCatalog.SequenceClassification"/>: cross-validated with folds that
    /// keep the shares of classes, by a tuner that begins with the cheapest pipelines. The model of its result is
    /// fitted on all rows. A token given to <see cref="AutoMLExperiment.RunAsync"/> ends it with the best so far.
    /// </summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="data">The training rows. They are held in memory. Measure the model on others.</param>
    /// <param name="options">
    /// Budget, metric, folds, candidates; <see cref="SequenceSweepOptions.Search"/> is not used. Default:
    /// 40 trials, accuracy.
    /// </param>
    /// <param name="monitor">
    /// Receives the trials, for example a <see cref="LeaderBoardMonitor"/>; default: none is.
    /// </param>
    /// <param name="labelColumnName">The label, a key or any type that can become one.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <exception cref="ArgumentException">
    /// An option breaks a rule, a column is missing, or there are fewer rows than folds.
    /// </exception>
    public static AutoMLExperiment CreateSequenceClassificationExperiment(
        this AutoCatalog catalog, IDataView data, SequenceSweepOptions? options = null, IMonitor? monitor = null,
        string labelColumnName = "Label", string seriesColumnName = "Series")
        => Create(catalog, SweepTask.Classification, data, options ?? new SequenceSweepOptions(), monitor,
            labelColumnName, seriesColumnName);

    /// <summary>The same for regression, over <see cref="SequencePipelineCatalog.SequenceRegression"/>.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="data">The training rows. They are held in memory. Measure the model on others.</param>
    /// <param name="options">
    /// Budget, metric, folds, candidates; <see cref="SequenceSweepOptions.Search"/> is not used. Default: 40 trials,
    /// root mean squared error.
    /// </param>
    /// <param name="monitor">
    /// Receives the trials, for example a <see cref="LeaderBoardMonitor"/>; default: none is.
    /// </param>
    /// <param name="labelColumnName">The target, Single.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <exception cref="ArgumentException">
    /// An option breaks a rule, a column is missing, or there are fewer rows than folds.
    /// </exception>
    public static AutoMLExperiment CreateSequenceRegressionExperiment(
        this AutoCatalog catalog, IDataView data, SequenceSweepOptions? options = null, IMonitor? monitor = null,
        string labelColumnName = "Label", string seriesColumnName = "Series")
        => Create(catalog, SweepTask.Regression, data, options ?? new SequenceSweepOptions(), monitor,
            labelColumnName, seriesColumnName);

    private static AutoMLExperiment Create(AutoCatalog catalog, SweepTask task, IDataView data,
        SequenceSweepOptions options, IMonitor? monitor, string label, string series)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        SweepMetric metric = task.Check(options.Metric);
        SweepablePipeline pipeline = catalog.SequencePipeline(options.Candidates ?? (task.IsClassification
            ? SequenceCandidates.ForClassification(label, series, options.MissingValues)
            : SequenceCandidates.ForRegression(label, series, options.MissingValues)));
        SweepData rows = SweepData.Prepare(task, data, label, series, options.NumberOfFolds,
            options.NumberOfRepeats, options.Seed);
        Func<MLContext> newContext = () => new MLContext(options.Seed);
        var runner = new SweepTrialRunner(task, rows, label, metric, newContext);

        AutoMLExperiment experiment = catalog.CreateExperiment()
            .SetPipeline(pipeline)
            .SetTrialRunner(new SequenceTrialRunner(runner, pipeline, data, newContext, options.OnTrial))
            .SetTuner(new CheapestFirstTuner(pipeline, options.Seed))
            .SetMonitor(monitor ?? new LeaderBoardMonitor(TextWriter.Null, metric));
        if (options.NumberOfTrials is int trials)
            experiment.SetMaxModelToExplore(trials);
        if (options.MaxSeconds is double seconds)
            experiment.SetTrainingTimeInSeconds((uint)Math.Ceiling(seconds));
        return experiment;
    }
}
