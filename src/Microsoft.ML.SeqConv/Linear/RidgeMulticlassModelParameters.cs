using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A trained <see cref="RidgeMulticlassTrainer"/>.</summary>
public sealed class RidgeMulticlassModelParameters : FeatureModelParameters<VBuffer<float>>, ILinearHead, ISavedModel<RidgeMulticlassModelParameters>
{
    internal static readonly SavedFormat Identity = RidgeModel.Format("SeqConvRidgeMulticlass", "SCRIDGMC");

    private readonly RidgeModel _model;

    internal RidgeMulticlassModelParameters(IHostEnvironment env, RidgeModel model, double temperature, double leaveOneOutAccuracy)
        : base(env, Identity, FeatureTask.Multiclass)
    {
        if (!(temperature > 0) || !double.IsFinite(temperature))
            throw new FormatException($"The temperature is {temperature}; it must be positive and finite.");
        _model = model;
        Temperature = temperature;
        LeaveOneOutAccuracy = leaveOneOutAccuracy;
    }

    /// <inheritdoc/>
    public override int NumberOfFeatures => _model.Linear.NumberOfFeatures;

    /// <summary>Classes, in the order of the label's keys.</summary>
    public int NumberOfClasses => _model.Linear.NumberOfTargets;

    /// <summary>The penalty that was chosen.</summary>
    public double Alpha => _model.Alpha;

    /// <summary>How <see cref="Alpha"/> was chosen: never <see cref="AlphaSelection.Auto"/>.</summary>
    public AlphaSelection AlphaSelection => _model.Selection;

    /// <summary>The penalties that were tried.</summary>
    public IReadOnlyList<double> Alphas => _model.Alphas;

    /// <summary>For each of <see cref="Alphas"/> the mean squared error of prediction that <see cref="AlphaSelection"/> estimates.</summary>
    public IReadOnlyList<double> SelectionErrors => _model.SelectionErrors;

    /// <summary>The mean squared error of prediction at <see cref="Alpha"/>.</summary>
    public double SelectionError => _model.SelectionError;

    /// <summary>
    /// The share of training examples that the model fitted without them classifies rightly. Estimated on up to 2,048 of them at the mean leverage, unless
    /// <see cref="AlphaSelection"/> is <see cref="AlphaSelection.LeaveOneOut"/>.
    /// </summary>
    public double LeaveOneOutAccuracy { get; }

    /// <summary>What decision values are divided by before softmax.</summary>
    public double Temperature { get; }

    /// <summary>[class].</summary>
    public ReadOnlySpan<double> Intercepts => _model.Linear.Intercepts;

    LinearModel ILinearHead.Linear => _model.Linear;

    static SavedFormat ISavedModel<RidgeMulticlassModelParameters>.Identity => Identity;

    private protected override DataViewType OutputType => new VectorDataViewType(NumberDataViewType.Single, NumberOfClasses);

    /// <summary>The coefficients of one class, one a feature as the features are given.</summary>
    /// <param name="classIndex">0 to <see cref="NumberOfClasses"/> - 1.</param>
    public ReadOnlySpan<float> GetCoefficients(int classIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(classIndex, NumberOfClasses);
        return _model.Linear.Coefficients.Slice(classIndex * NumberOfFeatures, NumberOfFeatures);
    }

    /// <summary>Computes the decision values of one row: about 1 for its class and -1 for others. Scores are their softmax at <see cref="Temperature"/>.</summary>
    /// <param name="features">[feature].</param>
    /// <param name="decisions">[class], to be filled.</param>
    public void GetDecisionValues(ReadOnlySpan<float> features, Span<double> decisions) => _model.Linear.Score(features, decisions);

    private protected override void Predict(ReadOnlySpan<float> features, ref VBuffer<float> output)
    {
        Span<double> decisions = NumberOfClasses <= 256 ? stackalloc double[NumberOfClasses] : new double[NumberOfClasses];
        _model.Linear.Score(features, decisions);
        VBufferEditor<float> editor = VBufferEditor.Create(ref output, NumberOfClasses);
        SoftmaxTemperature.Apply(decisions, Temperature, editor.Values);
        output = editor.Commit();
    }

    private protected override void WriteOnnx(GraphWriter graph, string[] outputs, string features)
    {
        string decisions = graph.Add("Identity", $"{outputs[^1]}.Decision", [_model.WriteDecisions(graph, features)]);
        string scaled = graph.Add("Div", "Ridge/decision at temperature", [decisions, graph.Constant("Ridge/temperature", (float)Temperature)]);
        graph.AddTo(outputs[^1], "Softmax", "Ridge/score", [scaled], ("axis", 1L));

        // Keys count from one.
        string index = graph.Add("ArgMax", "Ridge/class index", [decisions], ("axis", 1L), ("keepdims", 1L));
        string key = graph.Add("Add", "Ridge/class key", [index, graph.Constant("Ridge/first key", [1L], 1)]);
        graph.AddTo(outputs[0], "Cast", "Ridge/predicted label", [key], ("to", typeof(uint)));
    }

    // *** Binary format ***
    // the model, see RidgeModel
    // double: temperature
    // double: leave-one-out accuracy
    private protected override void WriteModel(BinaryWriter writer)
    {
        _model.Write(writer);
        writer.Write(Temperature);
        writer.Write(LeaveOneOutAccuracy);
    }

    static RidgeMulticlassModelParameters ISavedModel<RidgeMulticlassModelParameters>.Read(IHostEnvironment env, BinaryReader reader, uint version)
        => new(env, RidgeModel.Read(reader, version), reader.ReadDouble(), reader.ReadDouble());
}
