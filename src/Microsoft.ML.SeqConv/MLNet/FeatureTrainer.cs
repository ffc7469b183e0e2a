using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.SeqConv;

/// <summary>What work with a trainer needs that goes on outside of a fit.</summary>
internal interface IFeatureTrainer
{
    /// <summary>The environment that models are made in.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>Begins reports of progress.</summary>
    FitMonitor StartMonitor();

    /// <summary>Reads the labels and weights of any number of rows, whose features are to be read in blocks.</summary>
    TrainingRows ReadInBlocks(IDataView data, FitMonitor monitor);
}

/// <summary>The base of trainers that fit a model on a vector of features, a label and optional weights.</summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class FeatureTrainer<TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>, IFeatureTrainer
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly IHost _host;
    private readonly string _component;

    private protected FeatureTrainer(IHostEnvironment env, string component, SchemaShape.Column label,
        string featureColumnName, string? exampleWeightColumnName)
        : this(env.Register(component), component, label, featureColumnName, exampleWeightColumnName)
    {
    }

    private FeatureTrainer(
        IHost host, string component, SchemaShape.Column label, string featureColumnName,
        string? exampleWeightColumnName)
        : base(
            host, SchemaColumns.Vector(featureColumnName, NumberDataViewType.Single), label,
            exampleWeightColumnName is null
                ? default
                : SchemaColumns.Scalar(exampleWeightColumnName, NumberDataViewType.Single))
    {
        _host = host;
        _component = component;
    }

    /// <inheritdoc/>
    public sealed override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    /// <summary>What the label must be and how to get it so, for messages.</summary>
    private protected abstract string LabelRule { get; }

    /// <summary>
    /// Whether so many rows are better read in blocks than held; true for all numbers of rows above
    /// one for which it is.
    /// </summary>
    private protected virtual bool TooManyToHold(long rows, int features) => false;

    /// <summary>
    /// The columns that the features are joined from; <see langword="null"/>: they are a column by themselves.
    /// </summary>
    private protected virtual IReadOnlyList<ColumnBlock>? Blocks => null;

    /// <summary>A seed drawn from the context.</summary>
    private protected int DrawSeed() => _host.Rand.Next();

    /// <summary>The environment that models are made in.</summary>
    private protected IHostEnvironment Environment => _host;

    /// <summary>Fits the model.</summary>
    private protected abstract TModel Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor);

    IHostEnvironment IFeatureTrainer.Environment => _host;

    FitMonitor IFeatureTrainer.StartMonitor() => new(_host, _component);

    TrainingRows IFeatureTrainer.ReadInBlocks(IDataView data, FitMonitor monitor)
    {
        GetOutputSchema(SchemaColumns.ShapeOf(data));
        TrainingRows rows = TrainingRows.Read(data, Columns, _component, monitor, (_, _) => true, minRows: 0);
        using IChannel channel = _host.Start("Reading");
        rows.WarnOfRowsLeftOut(channel.Warn);
        return rows;
    }

    /// <summary>The transformer of a trained model.</summary>
    private protected abstract TTransformer TransformerOf(TModel model, DataViewSchema schema);

    /// <summary>The transformer of a model that was trained elsewhere.</summary>
    internal TTransformer Finished(TModel model, DataViewSchema schema) => TransformerOf(model, schema);

    /// <inheritdoc/>
    protected sealed override TTransformer MakeTransformer(TModel model, DataViewSchema trainSchema)
        => TransformerOf(model, trainSchema);

    /// <inheritdoc/>
    protected sealed override TModel TrainModelCore(TrainContext trainContext)
    {
        IDataView data = trainContext.TrainingSet.Data;
        using IChannel channel = _host.Start("Training");
        using var monitor = new FitMonitor(_host, _component);
        using TrainingRows rows = TrainingRows.Read(data, Columns, _component, monitor, TooManyToHold);
        rows.WarnOfRowsLeftOut(channel.Warn);
        return Train(_host, rows, data.Schema[LabelColumn.Name], monitor);
    }

    private TrainingColumns Columns => new(FeatureColumn.Name, LabelColumn.Name, WeightColumn.Name, Blocks);

    /// <inheritdoc/>
    protected sealed override void CheckLabelCompatible(SchemaShape.Column labelCol)
    {
        bool isRight = LabelColumn.IsKey ? labelCol.IsScalarKey() : labelCol.IsScalar(LabelColumn.ItemType);
        if (!isRight)
            throw SchemaColumns.WrongType(labelCol, $"{_component} needs {LabelRule}");
    }
}

/// <summary>
/// The base of multiclass trainers: a key label in, a score for each class and the predicted key out.
/// </summary>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class MulticlassFeatureTrainer<TModel> : FeatureTrainer<MulticlassPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected MulticlassFeatureTrainer(IHostEnvironment env, string component, string labelColumnName,
        string featureColumnName, string? exampleWeightColumnName)
        : base(env, component, SchemaColumns.Key(labelColumnName), featureColumnName, exampleWeightColumnName)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override string LabelRule
        => $"a key. Append mlContext.Transforms.Conversion.MapValueToKey(\"{LabelColumn.Name}\") before the trainer.";

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        SchemaShape.Column label = inputSchema.First(column => column.Name == LabelColumn.Name);
        return PredictionColumns.OfClasses(label);
    }

    private protected override MulticlassPredictionTransformer<TModel> TransformerOf(
        TModel model, DataViewSchema trainSchema)
        => new(Environment, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}

/// <summary>The base of regression trainers.</summary>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class RegressionFeatureTrainer<TModel> : FeatureTrainer<RegressionPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected RegressionFeatureTrainer(IHostEnvironment env, string component, string labelColumnName,
        string featureColumnName, string? exampleWeightColumnName)
        : base(env, component, SchemaColumns.Scalar(labelColumnName, NumberDataViewType.Single),
            featureColumnName, exampleWeightColumnName)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.Regression;

    private protected override string LabelRule
        => $"Single. Append mlContext.Transforms.Conversion.ConvertType(\"{LabelColumn.Name}\", outputKind: "
            + "DataKind.Single) before the trainer.";

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
        => PredictionColumns.OfNumber();

    private protected override RegressionPredictionTransformer<TModel> TransformerOf(
        TModel model, DataViewSchema trainSchema)
        => new(Environment, model, trainSchema, FeatureColumn.Name);
}
