using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification: a linear function for each class fitted to +1 for its examples and -1 for all others, the
/// penalty chosen by exact leave-one-out or, for many rows, by generalized cross-validation
/// (<see cref="RidgeOptions.AlphaSelection"/>). The head of the ROCKET family.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | key |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Scores are the softmax of the decision values at a temperature fitted on what the model fitted without an example
/// predicts for it; they sum to one. Where those predictions say nothing of the classes, scores are the shares of the
/// classes. Missing features are an error; rows without a label are left out.
/// </para>
/// </remarks>
public sealed class RidgeMulticlassTrainer : MulticlassFeatureTrainer<RidgeMulticlassModelParameters>, IRidgeTrainer
{
    private const double MinShare = 1e-9;         // of a class without rows

    private readonly Options _options;

    internal RidgeMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override RidgeMulticlassModelParameters Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        string[] names = LabelValues.Of(label).Names;
        int[] classes = [.. rows.Labels.Select(value => (int)value)];
        ClassWeighting.CheckTwoClasses(classes, names, label.Name);
        double[] classWeights = _options.WeightsOfClasses(rows, classes, names);
        double[] weights = ClassWeighting.OfExamples(rows.Weights, classes, classWeights);

        RidgeFit fit = RidgeFit.Solve(rows, names.Length,
            (example, targets) => WriteTargets(classes[example], targets), weights, _options, monitor);
        return Calibrate(env, fit, fit.OfExamples(classes), fit.OfExamples(weights), classWeights);
    }

    private protected override bool TooManyToHold(long rows, int features)
        => RidgeFit.TooManyToHold(rows, features, _options.AlphaSelection);

    RidgeOptions IRidgeTrainer.Settings => _options;

    string[] IRidgeTrainer.ClassesOf(DataViewSchema.Column label) => LabelValues.Of(label).Names;

    int IRidgeTrainer.ClassOf(float label) => (int)label;

    int IRidgeTrainer.NumberOfTargets(string[] classes) => classes.Length;

    void IRidgeTrainer.WriteTargets(float label, Span<double> targets) => WriteTargets((int)label, targets);

    ITransformer IRidgeTrainer.Finish(
        IHostEnvironment env, RidgeFit fit, float[] labels, double[] weights,
        double[] classWeights, DataViewSchema schema)
    {
        int[] classes = Array.ConvertAll(labels, label => (int)label);
        return TransformerOf(Calibrate(env, fit, classes, weights, classWeights), schema);
    }

    private static void WriteTargets(int label, Span<double> targets)
    {
        targets.Fill(-1);
        targets[label] = 1;
    }

    // Where leave-one-out says that the decisions tell nothing of the classes, the intercepts tell the shares of the
    // classes, so that probabilities are those.
    // Weights are those of the examples times those of their classes; empty for all alike.
    private RidgeMulticlassModelParameters Calibrate(
        IHostEnvironment env, RidgeFit fit, int[] classes, double[] weights, double[] classWeights)
    {
        int numberOfClasses = fit.Predictions.Length / classes.Length;
        double temperature = SoftmaxTemperature.Fit(fit.Predictions, classes, weights, numberOfClasses);
        RidgeModel model = RidgeModel.From(fit.Solution, _options.Settings());
        double[] decisions = fit.Predictions;
        if (SoftmaxTemperature.SaysNothing(decisions, classes, weights, numberOfClasses, temperature))
        {
            temperature = SoftmaxTemperature.MaxTemperature;
            double[] offsets = [.. Shares(classes, weights, numberOfClasses)
                .Select(share => temperature * Math.Log(Math.Max(share, MinShare)))];
            model = model.Plus(offsets);
            decisions = [.. decisions.Select((decision, i) => decision + offsets[i % numberOfClasses])];
        }

        return new(env, model, temperature, Accuracy(decisions, classes, weights, classWeights));
    }

    private static double[] Shares(int[] classes, double[] weights, int numberOfClasses)
    {
        double[] sums = new double[numberOfClasses];
        for (int i = 0; i < classes.Length; i++)
            sums[classes[i]] += weights.Length == 0 ? 1 : weights[i];
        double total = sums.Sum();
        return Array.ConvertAll(sums, sum => sum / total);
    }

    // The fraction of examples, each as often as its own weight says, whatever its class weighs.
    private static double Accuracy(double[] decisions, int[] classes, double[] weights, double[] classWeights)
    {
        int numberOfClasses = decisions.Length / classes.Length;
        double correct = 0;
        double total = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            ReadOnlySpan<double> row = decisions.AsSpan(i * numberOfClasses, numberOfClasses);
            double weight = weights.Length == 0 ? 1 : weights[i];
            weight /= classWeights.Length == 0 ? 1 : classWeights[classes[i]];
            correct += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row) == classes[i] ? weight : 0;
            total += weight;
        }

        return correct / total;
    }

    /// <summary>Options of <see cref="RidgeMulticlassTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}
