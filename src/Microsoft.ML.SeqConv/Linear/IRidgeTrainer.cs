using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A ridge trainer, of any task: <see cref="RidgeMulticlassTrainer"/>, <see cref="RidgeBinaryTrainer"/> or
/// <see cref="RidgeRegressionTrainer"/>.
/// </summary>
public interface IRidgeTrainer
{
    /// <summary>Columns and hyperparameters.</summary>
    internal RidgeOptions Settings { get; }

    /// <summary>The classes of a label column; none for a regression.</summary>
    internal string[] ClassesOf(DataViewSchema.Column label);

    /// <summary>The class of a label as rows give it.</summary>
    internal int ClassOf(float label);

    /// <summary>How many linear functions are fitted.</summary>
    internal int NumberOfTargets(string[] classes);

    /// <summary>Writes what they are fitted to.</summary>
    internal void WriteTargets(float label, Span<double> targets);

    /// <summary>Calibrates a fit.</summary>
    /// <param name="env">The environment that the model is made in.</param>
    /// <param name="fit">The model and what it predicts for some examples when fitted without them.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="weights">Their weights, times those of their classes; empty where all are 1.</param>
    /// <param name="classWeights">Weights of classes; empty where all are 1.</param>
    /// <param name="schema">The schema that the trainer reads.</param>
    internal ITransformer Finish(
        IHostEnvironment env, RidgeFit fit, float[] labels, double[] weights,
        double[] classWeights, DataViewSchema schema);
}
