using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Decides which rows are rejected.</summary>
/// <param name="Kind">What is looked at.</param>
/// <param name="Limit">
/// The least credibility or probability of a row that is answered; not used for the size of sets. Infinite where no row
/// is answered.
/// </param>
internal sealed record RejectionRule(ConformalRejection Kind, float Limit)
{
    /// <summary>Makes the rule of options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="rows">Calibration rows.</param>
    public static RejectionRule Of(ConformalClassificationEstimator.Options options, ScoredRows rows)
        => new(options.Rejection, options.Rejection switch
        {
            ConformalRejection.Credibility => (float)options.MinCredibility,
            ConformalRejection.Risk => RiskTarget.LeastProbability(
                rows.LargestProbabilities(), rows.AreCorrect(), options.MaxRisk),
            _ => 0,
        });

    /// <summary>Whether a row is rejected. Numbers that are NaN reject it.</summary>
    /// <param name="setSize">Classes in its set.</param>
    /// <param name="credibility">Its largest p-value.</param>
    /// <param name="probability">Its largest probability.</param>
    public bool Rejects(int setSize, float credibility, float probability) => Kind switch
    {
        ConformalRejection.SetSize => setSize != 1,
        ConformalRejection.Credibility => !(credibility >= Limit),
        _ => !(probability >= Limit),
    };

    // *** Binary format ***
    // int: kind
    // float: limit
    public void Write(BinaryWriter writer)
    {
        writer.Write((int)Kind);
        writer.Write(Limit);
    }

    public static RejectionRule Read(BinaryReader reader)
    {
        var rule = new RejectionRule((ConformalRejection)reader.ReadInt32(), reader.ReadSingle());
        return Enum.IsDefined(rule.Kind) && !float.IsNaN(rule.Limit) ? rule
            : throw new FormatException(FormattableString.Invariant(
                $"It rejects rows by {(int)rule.Kind} with a limit of {rule.Limit}, which is no rule."));
    }
}
