namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>What a command needs of one generated class.</summary>
/// <param name="Name">The class, and its .mbconfig file.</param>
/// <param name="Kind">Model Builder's name of the scenario.</param>
/// <param name="TrainerName">What learns.</param>
/// <param name="HasEpochs">Whether it learns in passes over the data.</param>
/// <param name="Train">Trains on data and saves the model.</param>
/// <param name="Evaluate">Loads the model and evaluates it on test data.</param>
/// <param name="Predict">
/// Predicts rows of test data one by one, by the model in the current folder: a line for each.
/// </param>
internal sealed record Scenario(
    string Name,
    string Kind,
    string TrainerName,
    bool HasEpochs,
    Action<MLContext, string, string, int?> Train,
    Func<MLContext, ITransformer, string, Quality> Evaluate,
    Func<MLContext, string, IEnumerable<string>> Predict);
