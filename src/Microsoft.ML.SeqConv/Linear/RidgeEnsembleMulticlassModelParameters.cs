using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained <see cref="RidgeEnsembleMulticlassTrainer"/>: a function of the features of all blocks, whose values are
/// the fused decision values of the classes.
/// </summary>
public sealed class RidgeEnsembleMulticlassModelParameters
    : FeatureModelParameters<VBuffer<float>>, ILinearHead, ILeaveOneOutModel,
        ISavedComponent<RidgeEnsembleMulticlassModelParameters>
{
    private const uint WithLeaveOneOut = 0x00010003;
    private const string Name = "RidgeEnsemble";

    internal static readonly SavedFormat Identity =
        RidgeEnsembleModel.Format("SeqConvRidgeEnsembleMC", "SCRIDEMC") with { Version = WithLeaveOneOut };

    private readonly RidgeEnsembleModel _model;
    private readonly SoftmaxHead _head;
    private readonly LeaveOneOutProbabilities? _leaveOneOut;

    internal RidgeEnsembleMulticlassModelParameters(IHostEnvironment env, RidgeEnsembleModel model, double temperature,
        double accuracy, double logLoss, LeaveOneOutProbabilities? leaveOneOut)
        : base(env, Identity, FeatureTask.Multiclass)
    {
        if (model.NumberOfTargets < 2)
            throw new FormatException($"The model has {model.NumberOfTargets} targets instead of one a class.");
        model.CheckTask(classifies: true);
        RidgeEnsembleBlock.CheckLeaveOneOut("The ensemble has ", accuracy, logLoss);
        _model = model;
        _head = new(temperature, Name);
        _leaveOneOut = leaveOneOut;
        LeaveOneOutAccuracy = accuracy;
        LeaveOneOutLogLoss = logLoss;
    }

    /// <summary>The columns of features, in the order in which their features follow each other.</summary>
    public IReadOnlyList<RidgeEnsembleBlock> Blocks => _model.Blocks;

    /// <summary>
    /// The ridge on all columns side by side, whose weight and those of <see cref="Blocks"/> sum to one;
    /// <see langword="null"/> where there is none.
    /// </summary>
    public RidgeEnsembleBlock? Joint => _model.Joint;

    /// <summary>How the blocks were made into one.</summary>
    public EnsembleFusion Fusion => _model.Fusion;

    /// <summary>Features of all blocks.</summary>
    public override int NumberOfFeatures => _model.NumberOfFeatures;

    /// <summary>Classes, in the order of the label's keys.</summary>
    public int NumberOfClasses => _model.NumberOfTargets;

    /// <summary>What fused decision values are divided by before softmax, above zero.</summary>
    public double Temperature => _head.Temperature;

    /// <summary>
    /// The fraction of training examples, from 0 to 1, that the fused blocks fitted without them classify correctly.
    /// Estimated on up to 2,048 of them where features were read in blocks of rows. Weights and temperatures were
    /// fitted on the same examples.
    /// </summary>
    public double LeaveOneOutAccuracy { get; }

    /// <summary>
    /// The mean of -ln of the probability that the fused blocks fitted without an example give its class, zero or
    /// more. Estimated on the same examples.
    /// </summary>
    public double LeaveOneOutLogLoss { get; }

    LinearModel? ILinearHead.Linear => _model.Linear;

    LeaveOneOutProbabilities? ILeaveOneOutModel.LeaveOneOut => _leaveOneOut;

    private protected override DataViewType OutputType
        => new VectorDataViewType(NumberDataViewType.Single, NumberOfClasses);

    static SavedFormat ISavedComponent<RidgeEnsembleMulticlassModelParameters>.Identity => Identity;

    /// <summary>
    /// Computes the fused decision values of one row: their softmax at <see cref="Temperature"/> is the scores.
    /// </summary>
    /// <param name="features">[feature], of the blocks one after the other.</param>
    /// <param name="decisions">[class], to be filled.</param>
    public void GetDecisionValues(ReadOnlySpan<float> features, Span<double> decisions)
        => _model.Score(features, decisions);

    private protected override void Predict(ReadOnlySpan<float> features, ref VBuffer<float> output)
    {
        Span<double> decisions =
            NumberOfClasses <= 256 ? stackalloc double[NumberOfClasses] : new double[NumberOfClasses];
        _model.Score(features, decisions);
        _head.Predict(decisions, ref output);
    }

    private protected override void WriteOnnx(GraphWriter graph, string[] outputs, string features)
        => _head.WriteOnnx(graph, outputs, _model.WriteDecisions(graph, Name, features));

    // *** Binary format ***
    // the model, see RidgeEnsembleModel
    // double: temperature
    // double: leave-one-out accuracy
    // double: leave-one-out log loss
    // from version 0x00010003: bool: whether there are leave-one-out probabilities; where there are, see
    // LeaveOneOutProbabilities
    private protected override void WriteModel(BinaryWriter writer)
    {
        _model.Write(writer);
        writer.Write(Temperature);
        writer.Write(LeaveOneOutAccuracy);
        writer.Write(LeaveOneOutLogLoss);
        writer.Write(_leaveOneOut is not null);
        _leaveOneOut?.Write(writer);
    }

    static RidgeEnsembleMulticlassModelParameters ISavedComponent<RidgeEnsembleMulticlassModelParameters>.Read(
        SavedSection section)
    {
        BinaryReader reader = section.Reader;
        RidgeEnsembleModel model = RidgeEnsembleModel.Read(reader, section.Version);
        return new(section.Environment, model, reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
            section.Version >= WithLeaveOneOut && reader.ReadBoolean()
                ? LeaveOneOutProbabilities.Read(reader, model.NumberOfTargets) : null);
    }
}
