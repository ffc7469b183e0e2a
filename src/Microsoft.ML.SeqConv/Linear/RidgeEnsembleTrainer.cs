using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The base of the ridge ensembles: joins the columns of features to one, and trains on that with knowledge of its
/// parts.
/// </summary>
/// <typeparam name="TTransformer">The transformer that predicts, the last of the fitted chain.</typeparam>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class RidgeEnsembleTrainer<TTransformer, TModel>
    : IEstimator<TransformerChain<TTransformer>>, IRidgeTrainer, IFeatureTrainer
    where TTransformer : class, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    /// <summary>What trainer and nodes are called.</summary>
    internal const string Component = "RidgeEnsemble";

    private readonly IHost _host;
    private readonly RidgeOptions _options;
    private readonly RidgeTask _task;

    private protected RidgeEnsembleTrainer(IHostEnvironment env, RidgeOptions options, RidgeTask task)
    {
        _host = env.Register(Component);
        _options = options.CheckedCopy();
        _task = task;
    }

    RidgeOptions IRidgeTrainer.Settings => _options;

    RidgeTask IRidgeTrainer.Task => _task;

    IHostEnvironment IFeatureTrainer.Environment => _host;

    /// <summary>The environment that models are made in.</summary>
    private protected IHostEnvironment Environment => _host;

    /// <summary>Columns and hyperparameters, checked.</summary>
    private protected RidgeOptions Settings => _options;

    private string[] Names => [.. _options.FeatureColumns];

    /// <summary>The trainer of the joined column.</summary>
    private protected abstract FeatureTrainer<TTransformer, TModel> HeadOf(string joined, ColumnBlock[] blocks);

    /// <summary>Fuses solved problems.</summary>
    private protected abstract TModel ModelOf(IHostEnvironment env, RidgeTraining training);

    /// <summary>Fits one ridge a column of features, and makes one model of them.</summary>
    /// <param name="input">Has the columns of features and labels.</param>
    /// <returns>
    /// The columns of features joined to one, named after the label, and the transformer that predicts from it.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row breaks a rule, or there are too few rows or classes.
    /// </exception>
    public TransformerChain<TTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        (ITransformer joining, FeatureTrainer<TTransformer, TModel> head) = Parts(input.Schema);
        return new(joining, head.Fit(joining.Transform(input)));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        string joined = NameWithin(inputSchema.Select(column => column.Name));
        return HeadOf(joined, []).GetOutputSchema(
            ColumnBlock.Promise(_host, inputSchema, joined, Names, Component));
    }

    FitMonitor IFeatureTrainer.StartMonitor() => new(_host, Component);

    TrainingRows IFeatureTrainer.ReadInBlocks(IDataView data, FitMonitor monitor)
    {
        (ITransformer joining, FeatureTrainer<TTransformer, TModel> head) = Parts(data.Schema);
        return ((IFeatureTrainer)head).ReadInBlocks(joining.Transform(data), monitor);
    }

    ITransformer IRidgeTrainer.Finish(IHostEnvironment env, RidgeTraining training, DataViewSchema schema)
    {
        (ITransformer joining, FeatureTrainer<TTransformer, TModel> head) = Parts(schema);
        return new TransformerChain<TTransformer>(
            joining, head.Finished(ModelOf(env, training), joining.GetOutputSchema(schema)));
    }

    private (ITransformer Joining, FeatureTrainer<TTransformer, TModel> Head) Parts(DataViewSchema schema)
    {
        string joined = NameWithin(schema.Select(column => column.Name));
        ColumnBlock[] blocks = ColumnBlock.Of(schema, Names, Component);
        return (ColumnBlock.Join(_host, joined, Names), HeadOf(joined, blocks));
    }

    // No column that exists is written over.
    private string NameWithin(IEnumerable<string> columns)
        => columns.FreeName($"{_options.LabelColumnName}.Blocks");
}
