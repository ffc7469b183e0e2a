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
    private readonly string _component;

    private protected FeatureTrainer(IHostEnvironment env, string component, SchemaShape.Column label, string featureColumnName, string? exampleWeightColumnName)
        : base(env.Register(component), TrainerUtils.MakeR4VecFeature(featureColumnName), label, TrainerUtils.MakeR4ScalarWeightColumn(exampleWeightColumnName))
        => _component = component;

    /// <inheritdoc/>
    public sealed override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    /// <summary>What the label must be and how to get it so, for messages.</summary>
    private protected abstract string LabelRule { get; }

    /// <summary>Whether so many rows are better read in blocks than held; true for all numbers of rows above one for which it is.</summary>
    private protected virtual bool TooManyToHold(long rows, int features) => false;

    /// <summary>A seed drawn from the context.</summary>
    private protected int DrawSeed() => Host.Rand.Next();

    /// <summary>Fits the model.</summary>
    private protected abstract TModel Train(IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor);

    IHostEnvironment IFeatureTrainer.Environment => Host;

    FitMonitor IFeatureTrainer.StartMonitor() => new(Host, _component);

    TrainingRows IFeatureTrainer.ReadInBlocks(IDataView data, FitMonitor monitor)
    {
        GetOutputSchema(SchemaShape.Create(data.Schema));
        var roles = new RoleMappedData(data, LabelColumn.Name, FeatureColumn.Name, weight: WeightColumn.IsValid ? WeightColumn.Name : null);
        TrainingRows rows = TrainingRows.Read(roles, _component, monitor, (_, _) => true, fewestRows: 0);
        using IChannel channel = Host.Start("Reading");
        WarnOfRowsLeftOut(channel, rows, roles);
        return rows;
    }

    /// <summary>The transformer of a model that was trained outside of a fit.</summary>
    private protected TTransformer TransformerOf(TModel model, DataViewSchema schema) => MakeTransformer(model, schema);

    /// <inheritdoc/>
    protected sealed override TModel TrainModelCore(TrainContext trainContext)
    {
        RoleMappedData data = trainContext.TrainingSet;
        using IChannel channel = Host.Start("Training");
        using var monitor = new FitMonitor(Host, _component);
        using TrainingRows rows = TrainingRows.Read(data, _component, monitor, TooManyToHold);
        WarnOfRowsLeftOut(channel, rows, data);
        return Train(Host, rows, data.Schema.Label!.Value, monitor);
    }

    private static void WarnOfRowsLeftOut(IChannel channel, TrainingRows rows, RoleMappedData data)
    {
        DataViewSchema.Column label = data.Schema.Label!.Value;
        MissingLabels.Warn(channel, label.Name, rows.RowsWithoutLabel, rows.RowsInAll);
        RowsWithoutWeight.Warn(
            channel, data.Schema.Weight?.Name ?? "", label, rows.RowsWithoutWeight, rows.RowsInAll,
            rows.LabelsWithoutWeight);
    }

    /// <inheritdoc/>
    protected sealed override void CheckLabelCompatible(SchemaShape.Column labelCol)
    {
        if (!LabelColumn.IsCompatibleWith(labelCol))
            throw new ArgumentOutOfRangeException("inputSchema", $"Column '{LabelColumn.Name}' is {labelCol.GetTypeString()}; {_component} needs {LabelRule}");
    }
}

/// <summary>The base of multiclass trainers: a key label in, a score for each class and the predicted key out.</summary>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class MulticlassFeatureTrainer<TModel> : FeatureTrainer<MulticlassPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected MulticlassFeatureTrainer(IHostEnvironment env, string component, string labelColumnName, string featureColumnName, string? exampleWeightColumnName)
        : base(env, component, TrainerUtils.MakeU4ScalarColumn(labelColumnName), featureColumnName, exampleWeightColumnName)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override string LabelRule => $"a key. Append mlContext.Transforms.Conversion.MapValueToKey(\"{LabelColumn.Name}\") before the trainer.";

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out SchemaShape.Column label);
        IEnumerable<SchemaShape.Column> keyValues = label.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
            new(DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation()))),
        ];
    }

    /// <inheritdoc/>
    protected override MulticlassPredictionTransformer<TModel> MakeTransformer(TModel model, DataViewSchema trainSchema)
        => new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}

/// <summary>The base of regression trainers.</summary>
/// <typeparam name="TModel">The trained model.</typeparam>
public abstract class RegressionFeatureTrainer<TModel> : FeatureTrainer<RegressionPredictionTransformer<TModel>, TModel>
    where TModel : class
{
    private protected RegressionFeatureTrainer(IHostEnvironment env, string component, string labelColumnName, string featureColumnName, string? exampleWeightColumnName)
        : base(env, component, TrainerUtils.MakeR4ScalarColumn(labelColumnName), featureColumnName, exampleWeightColumnName)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.Regression;

    private protected override string LabelRule => $"Single. Append mlContext.Transforms.Conversion.ConvertType(\"{LabelColumn.Name}\", outputKind: DataKind.Single) before the trainer.";

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
        => [new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation()))];

    /// <inheritdoc/>
    protected override RegressionPredictionTransformer<TModel> MakeTransformer(TModel model, DataViewSchema trainSchema)
        => new(Host, model, trainSchema, FeatureColumn.Name);
}
