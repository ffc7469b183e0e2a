using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained ridge ensemble with one function: of <see cref="RidgeEnsembleRegressionTrainer"/> or
/// <see cref="RidgeEnsembleBinaryTrainer"/>.
/// </summary>
public abstract class RidgeEnsembleScalarModelParameters : FeatureModelParameters<float>, ILinearHead
{
    private const string Name = "RidgeEnsemble";

    private readonly RidgeEnsembleModel _model;

    private protected RidgeEnsembleScalarModelParameters(
        IHostEnvironment env, SavedFormat format, FeatureTask task, RidgeEnsembleModel model)
        : base(env, format, task)
    {
        if (model.NumberOfTargets != 1)
            throw new FormatException($"The model has {model.NumberOfTargets} targets instead of one.");
        model.CheckTask(classifies: task == FeatureTask.Binary);
        _model = model;
    }

    /// <summary>The columns of features, in the order in which their features follow each other.</summary>
    public IReadOnlyList<RidgeEnsembleBlock> Blocks => _model.Blocks;

    /// <summary>
    /// The ridge on all columns side by side, whose weight and those of <see cref="Blocks"/> sum to one;
    /// <see langword="null"/> where there is none.
    /// </summary>
    public RidgeEnsembleBlock? Joint => _model.Joint;

    /// <summary>Features of all blocks.</summary>
    public override int NumberOfFeatures => _model.NumberOfFeatures;

    LinearModel? ILinearHead.Linear => _model.Linear;

    private protected EnsembleFusion FusionOfBlocks => _model.Fusion;

    private protected override DataViewType OutputType => NumberDataViewType.Single;

    private protected override void Predict(ReadOnlySpan<float> features, ref float output)
    {
        double decision = 0;
        _model.Score(features, new Span<double>(ref decision));
        output = (float)decision;
    }

    private protected override void WriteOnnx(GraphWriter graph, string[] outputs, string features)
        => graph.AddTo(outputs[^1], "Identity", $"{Name}/score", [_model.WriteDecisions(graph, Name, features)]);

    // *** Binary format ***
    // the model, see RidgeEnsembleModel
    private protected override void WriteModel(BinaryWriter writer) => _model.Write(writer);
}

/// <summary>A trained <see cref="RidgeEnsembleRegressionTrainer"/>.</summary>
public sealed class RidgeEnsembleRegressionModelParameters
    : RidgeEnsembleScalarModelParameters, ILeaveOneOutRegression,
        ISavedComponent<RidgeEnsembleRegressionModelParameters>
{
    private const uint WithLeaveOneOut = 0x00010003;

    internal static readonly SavedFormat Identity =
        RidgeEnsembleModel.Format("SeqConvRidgeEnsembleRG", "SCRIDERG") with { Version = WithLeaveOneOut };

    private readonly LeaveOneOutResiduals? _leaveOneOut;

    internal RidgeEnsembleRegressionModelParameters(
        IHostEnvironment env, RidgeEnsembleModel model, double error, LeaveOneOutResiduals? leaveOneOut)
        : base(env, Identity, FeatureTask.Regression, model)
    {
        RidgeEnsembleBlock.CheckNumber("The ensemble has the leave-one-out error", error,
            error is >= 0 and < double.PositiveInfinity, "zero or more, and finite");
        LeaveOneOutError = error;
        _leaveOneOut = leaveOneOut;
    }

    /// <summary>
    /// The mean squared error of the fused blocks fitted without the example that is predicted, zero or more. Estimated
    /// on up to 2,048 examples where features were read in blocks of rows. The weights were chosen on the same
    /// examples.
    /// </summary>
    public double LeaveOneOutError { get; }

    LeaveOneOutResiduals? ILeaveOneOutRegression.LeaveOneOut => _leaveOneOut;

    static SavedFormat ISavedComponent<RidgeEnsembleRegressionModelParameters>.Identity => Identity;

    // *** Binary format ***
    // the model, see RidgeEnsembleModel
    // double: leave-one-out error
    // from version 0x00010003: bool: whether there are leave-one-out residuals; where there are, see
    // LeaveOneOutResiduals
    private protected override void WriteModel(BinaryWriter writer)
    {
        base.WriteModel(writer);
        writer.Write(LeaveOneOutError);
        writer.Write(_leaveOneOut is not null);
        _leaveOneOut?.Write(writer);
    }

    static RidgeEnsembleRegressionModelParameters ISavedComponent<RidgeEnsembleRegressionModelParameters>.Read(
        SavedSection section)
        => new(section.Environment, RidgeEnsembleModel.Read(section.Reader, section.Version),
            section.Reader.ReadDouble(), section.Version >= WithLeaveOneOut && section.Reader.ReadBoolean()
                ? LeaveOneOutResiduals.Read(section.Reader) : null);
}

/// <summary>
/// A trained <see cref="RidgeEnsembleBinaryTrainer"/>, without its calibrator. Its score is in log-odds.
/// </summary>
public sealed class RidgeEnsembleBinaryModelParameters
    : RidgeEnsembleScalarModelParameters, ISavedComponent<RidgeEnsembleBinaryModelParameters>
{
    internal static readonly SavedFormat Identity = RidgeEnsembleModel.Format("SeqConvRidgeEnsembleBN", "SCRIDEBN");

    internal RidgeEnsembleBinaryModelParameters(
        IHostEnvironment env, RidgeEnsembleModel model, double accuracy, double logLoss)
        : base(env, Identity, FeatureTask.Binary, model)
    {
        RidgeEnsembleBlock.CheckLeaveOneOut("The ensemble has ", accuracy, logLoss);
        LeaveOneOutAccuracy = accuracy;
        LeaveOneOutLogLoss = logLoss;
    }

    /// <summary>How the blocks were made into one.</summary>
    public EnsembleFusion Fusion => FusionOfBlocks;

    /// <summary>
    /// The fraction of training examples, from 0 to 1, that the fused blocks fitted without them classify correctly.
    /// Estimated on up to 2,048 of them where features were read in blocks of rows. Weights, temperatures and the
    /// calibration were fitted on the same examples.
    /// </summary>
    public double LeaveOneOutAccuracy { get; }

    /// <summary>
    /// The mean of -ln of the probability that the fused blocks fitted without an example give its class, zero or
    /// more. Estimated on the same examples.
    /// </summary>
    public double LeaveOneOutLogLoss { get; }

    static SavedFormat ISavedComponent<RidgeEnsembleBinaryModelParameters>.Identity => Identity;

    // *** Binary format ***
    // the model, see RidgeEnsembleModel
    // double: leave-one-out accuracy
    // double: leave-one-out log loss
    private protected override void WriteModel(BinaryWriter writer)
    {
        base.WriteModel(writer);
        writer.Write(LeaveOneOutAccuracy);
        writer.Write(LeaveOneOutLogLoss);
    }

    static RidgeEnsembleBinaryModelParameters ISavedComponent<RidgeEnsembleBinaryModelParameters>.Read(
        SavedSection section)
        => new(section.Environment, RidgeEnsembleModel.Read(section.Reader, section.Version),
            section.Reader.ReadDouble(), section.Reader.ReadDouble());
}
