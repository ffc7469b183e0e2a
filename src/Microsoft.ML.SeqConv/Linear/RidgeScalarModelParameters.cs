using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained ridge model with one linear function: of <see cref="RidgeRegressionTrainer"/> or
/// <see cref="RidgeBinaryTrainer"/>.
/// </summary>
public abstract class RidgeScalarModelParameters : FeatureModelParameters<float>, ILinearHead
{
    private readonly RidgeModel _model;

    private protected RidgeScalarModelParameters(
        IHostEnvironment env, SavedFormat format, FeatureTask task, RidgeModel model)
        : base(env, format, task)
    {
        if (model.Linear.NumberOfTargets != 1)
            throw new FormatException($"The model has {model.Linear.NumberOfTargets} targets instead of one.");
        _model = model;
    }

    /// <inheritdoc/>
    public override int NumberOfFeatures => _model.Linear.NumberOfFeatures;

    /// <summary>The penalty that was chosen.</summary>
    public double Alpha => _model.Penalty.Alpha;

    /// <summary>How <see cref="Alpha"/> was chosen: never <see cref="AlphaSelection.Auto"/>.</summary>
    public AlphaSelection AlphaSelection => _model.Penalty.Selection;

    /// <summary>The penalties that were tried.</summary>
    public IReadOnlyList<double> Alphas => _model.Penalty.Alphas;

    /// <summary>
    /// For each of <see cref="Alphas"/> the mean squared error of prediction that
    /// <see cref="AlphaSelection"/> estimates.
    /// </summary>
    public IReadOnlyList<double> SelectionErrors => _model.Penalty.SelectionErrors;

    /// <summary>The mean squared error of prediction at <see cref="Alpha"/>.</summary>
    public double SelectionError => _model.Penalty.SelectionError;

    /// <summary>
    /// Whether the problem is too ill-conditioned for <see cref="Alpha"/>: rounding decided coefficients, and
    /// leave-one-out predictions may be wrong. Fitting then warns. False for models saved before this was known.
    /// </summary>
    public bool IsIllConditioned => _model.Penalty.IsIllConditioned;

    /// <summary>
    /// One coefficient a feature as the features are given; of a binary model scaled to log-odds, as its score is.
    /// </summary>
    public ReadOnlySpan<float> Coefficients => _model.Linear.Coefficients;

    /// <summary>The intercept.</summary>
    public double Intercept => _model.Linear.Intercepts[0];

    LinearModel? ILinearHead.Linear => _model.Linear;

    private protected override DataViewType OutputType => NumberDataViewType.Single;

    private protected override void Predict(ReadOnlySpan<float> features, ref float output)
    {
        double decision = 0;
        _model.Linear.Score(features, new Span<double>(ref decision));
        output = (float)decision;
    }

    private protected override void WriteOnnx(GraphWriter graph, string[] outputs, string features)
        => graph.AddTo(outputs[^1], "Identity", "Ridge/score",
            [_model.Linear.WriteDecisions(graph, "Ridge", features)]);

    // *** Binary format ***
    // the model, see RidgeModel
    private protected override void WriteModel(BinaryWriter writer) => _model.Write(writer);
}

/// <summary>A trained <see cref="RidgeRegressionTrainer"/>.</summary>
public sealed class RidgeRegressionModelParameters
    : RidgeScalarModelParameters, ILeaveOneOutRegression, ISavedComponent<RidgeRegressionModelParameters>
{
    private const uint WithLeaveOneOut = 0x00010004;

    internal static readonly SavedFormat Identity =
        RidgeModel.Format("SeqConvRidgeRegression", "SCRIDGRG") with { Version = WithLeaveOneOut };

    private readonly LeaveOneOutResiduals? _leaveOneOut;

    internal RidgeRegressionModelParameters(IHostEnvironment env, RidgeModel model, LeaveOneOutResiduals? leaveOneOut)
        : base(env, Identity, FeatureTask.Regression, model)
        => _leaveOneOut = leaveOneOut;

    LeaveOneOutResiduals? ILeaveOneOutRegression.LeaveOneOut => _leaveOneOut;

    static SavedFormat ISavedComponent<RidgeRegressionModelParameters>.Identity => Identity;

    // *** Binary format ***
    // the model, see RidgeModel
    // from version 0x00010004: bool: whether there are leave-one-out residuals; where there are, see
    // LeaveOneOutResiduals
    private protected override void WriteModel(BinaryWriter writer)
    {
        base.WriteModel(writer);
        writer.Write(_leaveOneOut is not null);
        _leaveOneOut?.Write(writer);
    }

    static RidgeRegressionModelParameters ISavedComponent<RidgeRegressionModelParameters>.Read(SavedSection section)
        => new(section.Environment, RidgeModel.Read(section),
            section.Version >= WithLeaveOneOut && section.Reader.ReadBoolean()
                ? LeaveOneOutResiduals.Read(section.Reader) : null);
}

/// <summary>A trained <see cref="RidgeBinaryTrainer"/>, without its calibrator. Its score is in log-odds.</summary>
public sealed class RidgeBinaryModelParameters : RidgeScalarModelParameters, ISavedComponent<RidgeBinaryModelParameters>
{
    internal static readonly SavedFormat Identity = RidgeModel.Format("SeqConvRidgeBinary", "SCRIDGBN");

    internal RidgeBinaryModelParameters(IHostEnvironment env, RidgeModel model)
        : base(env, Identity, FeatureTask.Binary, model)
    {
    }

    static SavedFormat ISavedComponent<RidgeBinaryModelParameters>.Identity => Identity;

    static RidgeBinaryModelParameters ISavedComponent<RidgeBinaryModelParameters>.Read(SavedSection section)
        => new(section.Environment, RidgeModel.Read(section));
}
