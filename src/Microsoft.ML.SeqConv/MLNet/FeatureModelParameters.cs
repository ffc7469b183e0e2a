using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.SeqConv;

/// <summary>What a trained model predicts.</summary>
internal enum FeatureTask
{
    /// <summary>One score a class.</summary>
    Multiclass,

    /// <summary>A score for true against false.</summary>
    Binary,

    /// <summary>A number.</summary>
    Regression,
}

/// <summary>
/// A trained model that maps a vector of features to a prediction. The base of the trained models of this library.
/// </summary>
/// <typeparam name="TOutput">What ML.NET gets: a score, or one score a class.</typeparam>
public abstract class FeatureModelParameters<TOutput> : ModelParametersBase<TOutput>, IValueMapper, ISingleCanSaveOnnx
{
    private readonly SavedFormat _format;

    private protected FeatureModelParameters(IHostEnvironment env, SavedFormat format, FeatureTask task)
        : base(env, format.LoaderSignature)
    {
        _format = format;
        PredictionKind = task switch
        {
            FeatureTask.Multiclass => PredictionKind.MulticlassClassification,
            FeatureTask.Binary => PredictionKind.BinaryClassification,
            _ => PredictionKind.Regression,
        };
    }

    /// <summary>Length of the feature vector.</summary>
    public abstract int NumberOfFeatures { get; }

    /// <inheritdoc/>
    protected sealed override PredictionKind PredictionKind { get; }

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, NumberOfFeatures);

    DataViewType IValueMapper.OutputType => OutputType;

    private protected abstract DataViewType OutputType { get; }

    /// <summary>Predicts one row.</summary>
    /// <param name="features">[feature], dense.</param>
    /// <param name="output">The prediction; a buffer in it is reused.</param>
    private protected abstract void Predict(ReadOnlySpan<float> features, ref TOutput output);

    /// <summary>Writes the model; read by the component's <see cref="ISavedComponent{TSelf}.Read"/>.</summary>
    private protected abstract void WriteModel(BinaryWriter writer);

    /// <summary>Writes the prediction as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="outputs">
    /// The columns to be made: the score last, the predicted key before it where classes are predicted.
    /// </param>
    /// <param name="features">[N, feature].</param>
    private protected abstract void WriteOnnx(GraphWriter graph, string[] outputs, string features);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    bool ISingleCanSaveOnnx.SaveAsOnnx(OnnxContext ctx, string[] outputNames, string featureColumn)
    {
        WriteOnnx(PipelineContext.GraphOf(ctx), outputNames, featureColumn);
        return true;
    }

    ValueMapper<TIn, TOut> IValueMapper.GetMapper<TIn, TOut>()
    {
        float[] dense = [];
        ValueMapper<VBuffer<float>, TOutput> map = (in VBuffer<float> features, ref TOutput output) =>
        {
            if (features.Length != NumberOfFeatures)
                throw new InvalidOperationException($"The features have {features.Length} values; "
                    + $"the model was trained on {NumberOfFeatures}.");
            if (features.IsDense)
            {
                Predict(features.GetValues(), ref output);
                return;
            }

            if (dense.Length == 0)
                dense = new float[NumberOfFeatures];
            features.CopyTo(dense);
            Predict(dense, ref output);
        };
        return (ValueMapper<TIn, TOut>)(Delegate)map;
    }

    /// <inheritdoc/>
    // *** Binary format ***
    // see SavedFormat, then the component
    protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        _format.WriteSection(ctx, GetType(), default, WriteModel);
    }
}
