using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Classification or regression: its metrics, and how a scored set is measured.</summary>
internal sealed class SweepTask
{
    public static readonly SweepTask Classification = new("classifier", "classification", SweepMetric.Accuracy,
        SweepMetric.MacroAccuracy, SweepMetric.LogLoss);
    public static readonly SweepTask Regression = new("regressor", "regression", SweepMetric.RootMeanSquaredError,
        SweepMetric.MeanAbsoluteError, SweepMetric.RSquared);

    private readonly string _model;
    private readonly string _task;
    private readonly SweepMetric[] _metrics;

    private SweepTask(string model, string task, params SweepMetric[] metrics)
    {
        _model = model;
        _task = task;
        _metrics = metrics;
    }

    public bool IsClassification => this == Classification;

    /// <summary>The metric to use, the task's first by default.</summary>
    /// <exception cref="ArgumentException">The metric does not fit the task.</exception>
    public SweepMetric Check(SweepMetric? metric)
    {
        if (metric is not { } given)
            return _metrics[0];
        Guard.Require(
            Enum.IsDefined(given), (int)given, $"it must be one of {string.Join(", ", _metrics)}", "Metric");
        return _metrics.Contains(given)
            ? given
            : throw new ArgumentException(
                $"The metric {given} is for {(IsClassification ? Regression : Classification)._task}, "
                + $"and this sweep is of a {_model}; choose {string.Join(", ", _metrics)}.", nameof(metric));
    }

    public static bool MoreIsBetter(SweepMetric metric)
        => metric is SweepMetric.Accuracy or SweepMetric.MacroAccuracy or SweepMetric.RSquared;

    public double Measure(MLContext context, IDataView scored, string label, SweepMetric metric)
    {
        if (IsClassification)
        {
            MulticlassClassificationMetrics classes = context.MulticlassClassification.Evaluate(scored, label);
            return metric switch
            {
                SweepMetric.MacroAccuracy => classes.MacroAccuracy,
                SweepMetric.LogLoss => classes.LogLoss,
                _ => classes.MicroAccuracy,
            };
        }

        RegressionMetrics numbers = context.Regression.Evaluate(scored, label);
        return metric switch
        {
            SweepMetric.MeanAbsoluteError => numbers.MeanAbsoluteError,
            SweepMetric.RSquared => numbers.RSquared,
            _ => numbers.RootMeanSquaredError,
        };
    }
}
