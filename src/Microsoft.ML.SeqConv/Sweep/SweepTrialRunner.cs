namespace Microsoft.ML.SeqConv;

/// <summary>Fits and measures a pipeline on every fold.</summary>
/// <param name="task">Classification or regression.</param>
/// <param name="data">The rows and folds.</param>
/// <param name="label">The label column.</param>
/// <param name="metric">What is measured.</param>
/// <param name="newContext">
/// Makes the context of a fit: one for each, since a cancelled context stays cancelled.
/// </param>
internal sealed class SweepTrialRunner(
    SweepTask task, SweepData data, string label, SweepMetric metric, Func<MLContext> newContext)
{
    public SweepMetric Metric => metric;

    /// <param name="build">Makes the pipeline of a context.</param>
    /// <param name="checkAlive">
    /// Is called while components of this library fit; an exception of it ends the trial.
    /// </param>
    /// <param name="cancellation">Ends the trial.</param>
    /// <returns>The metric on each fold.</returns>
    public double[] Run(Func<MLContext, IEstimator<ITransformer>> build, Action checkAlive,
        CancellationToken cancellation)
    {
        var metrics = new double[data.Folds.Count];
        for (int fold = 0; fold < metrics.Length; fold++)
        {
            checkAlive();
            cancellation.ThrowIfCancellationRequested();
            MLContext context = newContext();
            using IDisposable cancelling = context.CancelOn(cancellation);
            using IDisposable watching = context.OnFitProgress(_ => checkAlive());
            (IDataView train, IDataView test) = data.Folds[fold];
            ITransformer model = build(context).Fit(train);
            try
            {
                metrics[fold] = task.Measure(context, model.Transform(test), label, metric);
            }
            finally
            {
                (model as IDisposable)?.Dispose();
            }

            if (!double.IsFinite(metrics[fold]))
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"{metric} is {metrics[fold]} on fold {fold + 1} of {metrics.Length}."));
        }

        return metrics;
    }

    /// <summary>
    /// The pipeline for the rows as they were given: labels become keys before, and predicted keys labels after.
    /// </summary>
    public IEstimator<ITransformer> Whole(MLContext context, IEstimator<ITransformer> pipeline) => data.MapsLabel
        ? context.Transforms.Conversion.MapValueToKey(label).Append(pipeline)
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
        : pipeline;
}
