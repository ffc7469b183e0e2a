using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Searches pipelines for series, by cross-validation, without a package beyond this one.</summary>
public static class SweepCatalog
{
    /// <summary>Searches a classifier of series: featurizer, head, normalisation and their hyperparameters.</summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="data">The training rows. They are held in memory. Measure the model on others.</param>
    /// <param name="options">Budget, metric, search; default: 40 trials, accuracy, successive halving.</param>
    /// <param name="labelColumnName">The label, a key or any type that can become one.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="cancellation">
    /// Ends the sweep with the best of the trials until then; so does <see cref="MLContextExtensions.CancelOn"/>. The
    /// best pipeline is still fitted on all rows.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An option breaks a rule, a column is missing, or there are fewer rows than folds.
    /// </exception>
    /// <exception cref="InvalidOperationException">Every trial failed; the message has the first cause.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial ended.</exception>
    public static SequenceSweepResult SweepSequenceClassifier(
        this ModelOperationsCatalog catalog, IDataView data, SequenceSweepOptions? options = null,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        CancellationToken cancellation = default)
        => Sweep(catalog, SweepTask.Classification, data, options, labelColumnName, seriesColumnName, cancellation);

    /// <summary>
    /// Searches a regressor of series: featurizer, normalisation and their hyperparameters, with ridge.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="data">The training rows. They are held in memory. Measure the model on others.</param>
    /// <param name="options">
    /// Budget, metric, search; default: 40 trials, root mean squared error, successive halving.
    /// </param>
    /// <param name="labelColumnName">The target, Single.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="cancellation">
    /// Ends the sweep with the best of the trials until then; so does <see cref="MLContextExtensions.CancelOn"/>. The
    /// best pipeline is still fitted on all rows.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An option breaks a rule, a column is missing, or there are fewer rows than folds.
    /// </exception>
    /// <exception cref="InvalidOperationException">Every trial failed; the message has the first cause.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial ended.</exception>
    public static SequenceSweepResult SweepSequenceRegressor(
        this ModelOperationsCatalog catalog, IDataView data, SequenceSweepOptions? options = null,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        CancellationToken cancellation = default)
        => Sweep(catalog, SweepTask.Regression, data, options, labelColumnName, seriesColumnName, cancellation);

    private static SequenceSweepResult Sweep(
        ModelOperationsCatalog catalog, SweepTask task, IDataView data, SequenceSweepOptions? options, string label,
        string series, CancellationToken cancellation)
    {
        var environment = catalog.Environment();
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentException.ThrowIfNullOrEmpty(series);
        options ??= new SequenceSweepOptions();
        options.Check();
        SweepMetric metric = task.Check(options.Metric);
        IReadOnlyList<SweepCandidate> candidates = options.Candidates ?? (task.IsClassification
            ? SequenceCandidates.ForClassification(label, series, options.MissingValues)
            : SequenceCandidates.ForRegression(label, series, options.MissingValues));

        using FitMonitor monitor = FitMonitor.Start(environment, "Sweep");
        SweepData rows = SweepData.Prepare(task, data, label, series, options.NumberOfFolds,
            options.NumberOfRepeats, options.Seed);
        MissingLabels.Warn(message => environment.Warn("Reading", message), label,
            rows.RowsWithoutLabel, rows.NumberOfRows);
        int? device = ContextDevice.GpuDeviceId(environment);
        bool fallback = ContextDevice.FallbackToCpu(environment);
        Func<MLContext> newContext = () =>
            new MLContext(options.Seed) { GpuDeviceId = device, FallbackToCpu = fallback };
        var runner = new SweepTrialRunner(task, rows, label, metric, newContext);
        return new SequenceSweep(options, candidates, runner, newContext).Run(data, monitor, cancellation);
    }
}
