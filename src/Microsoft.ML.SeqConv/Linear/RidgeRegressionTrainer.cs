using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Ridge regression, the penalty chosen by exact leave-one-out.</summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Regression |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once |
/// | Input label column data type | Single |
/// | Input features column data type | known-sized vector of Single |
/// | Output column | <c>Score</c>: Single |
/// </remarks>
public sealed class RidgeRegressionTrainer : RegressionFeatureTrainer<RidgeRegressionModelParameters>
{
    private readonly Options _options;

    internal RidgeRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override RidgeRegressionModelParameters Train(IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        RidgeSolution solution = RidgeFit.Solve(rows, [.. rows.Labels.Select(value => (double)value)], [.. rows.Weights], _options, monitor);
        return new RidgeRegressionModelParameters(env, RidgeModel.From(solution, _options.Settings()));
    }

    /// <summary>Options of <see cref="RidgeRegressionTrainer"/>.</summary>
    public sealed class Options : RidgeOptions
    {
    }
}
