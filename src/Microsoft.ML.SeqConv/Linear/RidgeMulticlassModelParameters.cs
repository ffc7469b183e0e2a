using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained <see cref="RidgeMulticlassTrainer"/>. Its decision values are about 1 for a row's class and -1 for others.
/// </summary>
public sealed class RidgeMulticlassModelParameters
    : LinearClassifierModelParameters, ILeaveOneOutModel, ISavedComponent<RidgeMulticlassModelParameters>
{
    private const uint WithLeaveOneOut = 0x00010004;

    internal static readonly SavedFormat Identity =
        RidgeModel.Format("SeqConvRidgeMulticlass", "SCRIDGMC") with { Version = WithLeaveOneOut };

    private readonly RidgeModel _model;
    private readonly LeaveOneOutProbabilities? _leaveOneOut;

    internal RidgeMulticlassModelParameters(IHostEnvironment env, RidgeModel model, double temperature,
        double leaveOneOutAccuracy, LeaveOneOutProbabilities? leaveOneOut)
        : base(env, Identity, model.Linear, temperature, "Ridge")
    {
        _model = model;
        _leaveOneOut = leaveOneOut;
        Temperature = temperature;
        LeaveOneOutAccuracy = leaveOneOutAccuracy;
    }

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
    /// The fraction of training examples that the model fitted without them classifies correctly. Estimated on up to
    /// 2,048 of them at the mean leverage, unless <see cref="AlphaSelection"/> is
    /// <see cref="AlphaSelection.LeaveOneOut"/>.
    /// </summary>
    public double LeaveOneOutAccuracy { get; }

    /// <summary>
    /// Whether the problem is too ill-conditioned for <see cref="Alpha"/>: rounding decided coefficients, and
    /// leave-one-out predictions may be wrong. Fitting then warns. False for models saved before this was known.
    /// </summary>
    public bool IsIllConditioned => _model.Penalty.IsIllConditioned;

    /// <summary>What decision values are divided by before softmax.</summary>
    public double Temperature { get; }

    LeaveOneOutProbabilities? ILeaveOneOutModel.LeaveOneOut => _leaveOneOut;

    static SavedFormat ISavedComponent<RidgeMulticlassModelParameters>.Identity => Identity;

    // *** Binary format ***
    // the model, see RidgeModel
    // double: temperature
    // double: leave-one-out accuracy
    // from version 0x00010004: bool: whether there are leave-one-out probabilities; where there are, see
    // LeaveOneOutProbabilities
    private protected override void WriteModel(BinaryWriter writer)
    {
        _model.Write(writer);
        writer.Write(Temperature);
        writer.Write(LeaveOneOutAccuracy);
        writer.Write(_leaveOneOut is not null);
        _leaveOneOut?.Write(writer);
    }

    static RidgeMulticlassModelParameters ISavedComponent<RidgeMulticlassModelParameters>.Read(SavedSection section)
    {
        RidgeModel model = RidgeModel.Read(section);
        return new(section.Environment, model, section.Reader.ReadDouble(), section.Reader.ReadDouble(),
            section.Version >= WithLeaveOneOut && section.Reader.ReadBoolean()
                ? LeaveOneOutProbabilities.Read(section.Reader, model.Linear.NumberOfTargets) : null);
    }
}
