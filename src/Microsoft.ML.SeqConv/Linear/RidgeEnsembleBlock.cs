using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What a ridge ensemble found of one column of features, or of all of them side by side.</summary>
public sealed class RidgeEnsembleBlock
{
    private readonly RidgePenalty _penalty;
    private readonly BlockScores _scores;

    internal RidgeEnsembleBlock(
        string columnName, int numberOfFeatures, RidgePenalty penalty, double weight, BlockScores scores)
    {
        if (columnName.Length == 0)
            throw new FormatException("A block names no column.");
        string block = $"The block '{columnName}' has ";
        if (numberOfFeatures < 1)
            throw new FormatException($"{block}{numberOfFeatures} features; it must have at least one.");
        CheckNumber(block + "the weight", weight, weight is >= 0 and <= 1, "0 to 1");
        foreach (double error in penalty.SelectionErrors)
            CheckNumber(block + "the selection error", error, !(error < 0), "zero or more");
        scores.Check(block);
        ColumnName = columnName;
        NumberOfFeatures = numberOfFeatures;
        _penalty = penalty;
        Weight = weight;
        _scores = scores;
    }

    /// <summary>The column of features; of a joint model all columns, <c>A + B</c>.</summary>
    public string ColumnName { get; }

    /// <summary>Its features.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>The penalty that was chosen.</summary>
    public double Alpha => _penalty.Alpha;

    /// <summary>How <see cref="Alpha"/> was chosen: never <see cref="AlphaSelection.Auto"/>.</summary>
    public AlphaSelection AlphaSelection => _penalty.Selection;

    /// <summary>The penalties that were tried.</summary>
    public IReadOnlyList<double> Alphas => _penalty.Alphas;

    /// <summary>
    /// For each of <see cref="Alphas"/> the mean squared error of prediction that <see cref="AlphaSelection"/>
    /// estimates, over all targets.
    /// </summary>
    public IReadOnlyList<double> SelectionErrors => _penalty.SelectionErrors;

    /// <summary>The mean squared error of prediction at <see cref="Alpha"/>.</summary>
    public double SelectionError => _penalty.SelectionError;

    /// <summary>
    /// Whether the problem is too ill-conditioned for <see cref="Alpha"/>: rounding decided coefficients, and
    /// leave-one-out predictions may be wrong. Fitting then warns.
    /// </summary>
    public bool IsIllConditioned => _penalty.IsIllConditioned;

    /// <summary>
    /// How much the block counts in the ensemble, from 0 to 1; the weights of all blocks, and of a joint model, sum to
    /// one. Of a column it is proportional to <see cref="LeaveOneOutAccuracy"/>^8, for a regression to
    /// <see cref="SelectionError"/>^-4; that of a joint model is given.
    /// </summary>
    public double Weight { get; }

    /// <summary>
    /// What the block's decision values are divided by to be comparable with those of others, from 0.0067 to 7.4;
    /// <see langword="null"/> for a regression.
    /// </summary>
    public double? Temperature => _scores.Temperature;

    /// <summary>
    /// The fraction of training examples, from 0 to 1, that the block fitted without them classifies correctly;
    /// <see langword="null"/> for a regression. Estimated on up to 2,048 of them where features were read in blocks of
    /// rows.
    /// </summary>
    public double? LeaveOneOutAccuracy => _scores.Accuracy;

    /// <summary>
    /// The mean of -ln of the probability that the block fitted without an example gives its class at
    /// <see cref="Temperature"/>, zero or more; <see langword="null"/> for a regression. Estimated on the same
    /// examples.
    /// </summary>
    public double? LeaveOneOutLogLoss => _scores.LogLoss;

    // *** Binary format ***
    // string: column
    // int: features
    // the penalty, see RidgePenalty
    // double: weight
    // double: temperature, double: accuracy, double: log loss, each by leave-one-out; all three NaN for a regression
    internal void Write(BinaryWriter writer)
    {
        writer.Write(ColumnName);
        writer.Write(NumberOfFeatures);
        _penalty.Write(writer);
        writer.Write(Weight);
        writer.Write(Temperature ?? double.NaN);
        writer.Write(LeaveOneOutAccuracy ?? double.NaN);
        writer.Write(LeaveOneOutLogLoss ?? double.NaN);
    }

    internal static RidgeEnsembleBlock Read(BinaryReader reader) => new(
        reader.ReadText(), reader.ReadInt32(), RidgePenalty.Read(reader), reader.ReadDouble(),
        BlockScores.Of(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));

    /// <summary>Refuses a number of a file, or of a fit, that breaks its rule.</summary>
    /// <param name="owner">Whose number it is, and which: <c>The block 'x' has the weight</c>.</param>
    /// <param name="value">The number.</param>
    /// <param name="isValid">Whether it keeps the rule.</param>
    /// <param name="range">What it must be.</param>
    /// <exception cref="FormatException">It breaks the rule.</exception>
    internal static void CheckNumber(string owner, double value, bool isValid, string range)
    {
        if (!isValid)
            throw new FormatException(FormattableString.Invariant($"{owner} {value}; it must be {range}."));
    }

    /// <summary>Refuses what leave-one-out cannot say of a classifier.</summary>
    /// <param name="owner">Whose numbers they are: <c>The block 'x' has </c>.</param>
    /// <param name="accuracy">A fraction of examples.</param>
    /// <param name="logLoss">A mean of -ln of probabilities.</param>
    /// <exception cref="FormatException">One is out of its range.</exception>
    internal static void CheckLeaveOneOut(string owner, double accuracy, double logLoss)
    {
        CheckNumber(owner + "the leave-one-out accuracy", accuracy, accuracy is >= 0 and <= 1, "0 to 1");
        CheckNumber(owner + "the leave-one-out log loss", logLoss, logLoss is >= 0 and < double.PositiveInfinity,
            "zero or more, and finite");
    }

    /// <summary>What leave-one-out says of a classifier; empty for a regression.</summary>
    internal readonly record struct BlockScores(double? Temperature, double? Accuracy, double? LogLoss)
    {
        public static BlockScores Of(double temperature, double accuracy, double logLoss)
            => double.IsNaN(temperature) && double.IsNaN(accuracy) && double.IsNaN(logLoss)
                ? default
                : new(temperature, accuracy, logLoss);

        public void Check(string owner)
        {
            if (Temperature is not { } temperature)
                return;
            CheckNumber(owner + "the temperature", temperature, temperature is > 0 and < double.PositiveInfinity,
                "positive and finite");
            CheckLeaveOneOut(owner, Accuracy!.Value, LogLoss!.Value);
        }
    }
}
