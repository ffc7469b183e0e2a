using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.SeqConv;

/// <summary>The end of a pipeline that is linear in one column of features.</summary>
/// <param name="Model">Coefficients and intercepts.</param>
/// <param name="FeatureColumnName">The column of features.</param>
/// <param name="ClassNames">The classes; <see langword="null"/> for regression.</param>
internal sealed record LinearHead(LinearModel Model, string FeatureColumnName, string[]? ClassNames)
{
    /// <summary>Takes a step that predicts.</summary>
    /// <returns><see langword="null"/> where it is not linear.</returns>
    public static LinearHead? Of(PipelineStep step)
        => step.Predictor is { } predictor && LinearOf(predictor.Model) is { } linear
            ? new(linear, predictor.FeatureColumnName, ClassesOf(predictor))
            : null;

    /// <summary>The classes that a predictor's output column has; <see langword="null"/> for regression.</summary>
    public static string[]? ClassesOf(DataViewSchema outputs)
        => outputs.GetColumnOrNull(DefaultColumnNames.PredictedLabel) switch
        {
            { Type: KeyDataViewType } key => LabelValues.Of(key).Names,
            { Type: BooleanDataViewType } => ExplainedClass.OfOneScore,
            _ => null,
        };

    // A new kind of linear model joins here, or implements ILinearHead.
    private static LinearModel? LinearOf(object model) => model switch
    {
        ILinearHead own => own.Linear,
        LinearModelParameters scalar => new LinearModel(1, scalar.Weights.Count, [.. scalar.Weights], [scalar.Bias]),
        LinearMulticlassModelParametersBase multiclass => OfClasses(multiclass),
        CalibratedModelParametersBase calibrated => LinearOf(calibrated.SubModel),
        _ => null,
    };

    private static LinearModel OfClasses(LinearMulticlassModelParametersBase model)
    {
        VBuffer<float>[] weights = [];
        model.GetWeights(ref weights, out int classes);
        return new LinearModel(classes, weights[0].Length,
            [.. weights.Take(classes).SelectMany(row => row.DenseValues())],
            [.. model.GetBiases().Take(classes).Select(bias => (double)bias)]);
    }

    private static string[]? ClassesOf(ISingleFeaturePredictionTransformer<object> predictor)
    {
        var inputs = new DataViewSchema.Builder();
        inputs.AddColumn(predictor.FeatureColumnName, predictor.FeatureColumnType);
        return ClassesOf(predictor.GetOutputSchema(inputs.ToSchema()));
    }
}
