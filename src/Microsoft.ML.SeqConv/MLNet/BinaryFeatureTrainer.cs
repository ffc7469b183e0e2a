using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The base of binary trainers: a Boolean label in; a score, a probability and the predicted label out.
/// </summary>
/// <typeparam name="TModel">The trained model, without its calibrator.</typeparam>
public abstract class BinaryFeatureTrainer<TModel>
    : FeatureTrainer<BinaryPredictionTransformer<CalibratedModelParametersBase<TModel, PlattCalibrator>>,
        CalibratedModelParametersBase<TModel, PlattCalibrator>>
    where TModel : class
{
    private protected BinaryFeatureTrainer(IHostEnvironment env, string component, string labelColumnName,
        string featureColumnName, string? exampleWeightColumnName)
        : base(env, component, SchemaColumns.Scalar(labelColumnName, BooleanDataViewType.Instance),
            featureColumnName, exampleWeightColumnName)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    private protected override string LabelRule
        => $"Boolean. Append mlContext.Transforms.Conversion.ConvertType(\"{LabelColumn.Name}\", outputKind: "
            + "DataKind.Boolean) before the trainer.";

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
        => PredictionColumns.OfTwoClasses();

    private protected override BinaryPredictionTransformer<CalibratedModelParametersBase<TModel,
        PlattCalibrator>> TransformerOf(
            CalibratedModelParametersBase<TModel, PlattCalibrator> model, DataViewSchema trainSchema)
        => new(Environment, model, trainSchema, FeatureColumn.Name, threshold: 0.5f,
            thresholdColumn: DefaultColumnNames.Probability);

    /// <summary>Adds probabilities to a model whose scores are log-odds.</summary>
    private protected static CalibratedModelParametersBase<TModel, PlattCalibrator> Calibrated(
        IHostEnvironment env, TModel model)
        => new ValueMapperCalibratedModelParameters<TModel, PlattCalibrator>(
            env, model, new PlattCalibrator(env, slope: -1, offset: 0));
}
