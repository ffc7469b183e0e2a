using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained classifier with one linear function a class, whose scores are the softmax of the functions' values.
/// </summary>
public abstract class LinearClassifierModelParameters : FeatureModelParameters<VBuffer<float>>, ILinearHead
{
    private readonly LinearModel _linear;
    private readonly SoftmaxHead _head;
    private readonly string _name;

    /// <param name="env">The environment.</param>
    /// <param name="format">How the model is saved.</param>
    /// <param name="linear">One target a class.</param>
    /// <param name="temperature">What decision values are divided by before softmax.</param>
    /// <param name="name">Of the trainer, for the nodes of an ONNX graph.</param>
    private protected LinearClassifierModelParameters(
        IHostEnvironment env, SavedFormat format, LinearModel linear, double temperature, string name)
        : base(env, format, FeatureTask.Multiclass)
    {
        _linear = linear;
        _head = new(temperature, name);
        _name = name;
    }

    /// <inheritdoc/>
    public sealed override int NumberOfFeatures => _linear.NumberOfFeatures;

    /// <summary>Classes, in the order of the label's keys.</summary>
    public int NumberOfClasses => _linear.NumberOfTargets;

    /// <summary>[class].</summary>
    public ReadOnlySpan<double> Intercepts => _linear.Intercepts;

    LinearModel? ILinearHead.Linear => _linear;

    private protected sealed override DataViewType OutputType
        => new VectorDataViewType(NumberDataViewType.Single, NumberOfClasses);

    /// <summary>The coefficients of one class, one a feature as the features are given.</summary>
    /// <param name="classIndex">0 to <see cref="NumberOfClasses"/> - 1.</param>
    public ReadOnlySpan<float> GetCoefficients(int classIndex)
    {
        Guard.Within(classIndex, 0, NumberOfClasses - 1);
        return _linear.Coefficients.Slice(classIndex * NumberOfFeatures, NumberOfFeatures);
    }

    /// <summary>Computes the values of the linear functions for one row. Scores are their softmax.</summary>
    /// <param name="features">[feature].</param>
    /// <param name="decisions">[class], to be filled.</param>
    public void GetDecisionValues(ReadOnlySpan<float> features, Span<double> decisions)
        => _linear.Score(features, decisions);

    private protected sealed override void Predict(ReadOnlySpan<float> features, ref VBuffer<float> output)
    {
        Span<double> decisions =
            NumberOfClasses <= 256 ? stackalloc double[NumberOfClasses] : new double[NumberOfClasses];
        _linear.Score(features, decisions);
        _head.Predict(decisions, ref output);
    }

    private protected sealed override void WriteOnnx(GraphWriter graph, string[] outputs, string features)
        => _head.WriteOnnx(graph, outputs, _linear.WriteDecisions(graph, _name, features));
}
