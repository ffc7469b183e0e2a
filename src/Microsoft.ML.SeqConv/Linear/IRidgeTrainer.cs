using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A ridge trainer, of any task: <see cref="RidgeMulticlassTrainer"/>, <see cref="RidgeBinaryTrainer"/> or
/// <see cref="RidgeRegressionTrainer"/>; or an ensemble of several columns of features:
/// <see cref="RidgeEnsembleMulticlassTrainer"/>, <see cref="RidgeEnsembleBinaryTrainer"/> or
/// <see cref="RidgeEnsembleRegressionTrainer"/>.
/// </summary>
public interface IRidgeTrainer
{
    /// <summary>Columns and hyperparameters.</summary>
    internal RidgeOptions Settings { get; }

    /// <summary>What labels mean.</summary>
    internal RidgeTask Task { get; }

    /// <summary>Calibrates solved problems.</summary>
    /// <param name="env">The environment that the model is made in.</param>
    /// <param name="training">The problems.</param>
    /// <param name="schema">The schema that the trainer reads.</param>
    internal ITransformer Finish(IHostEnvironment env, RidgeTraining training, DataViewSchema schema);
}
