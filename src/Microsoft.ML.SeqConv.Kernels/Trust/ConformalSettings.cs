namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>How a <see cref="ConformalClassifier"/> is calibrated.</summary>
public sealed record ConformalSettings
{
    private readonly ConformalScore _score = ConformalScore.Lac;
    private readonly double _rankPenalty = 0.01;
    private readonly int _freeRanks = 1;

    /// <summary>The score.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none that the enum names.</exception>
    public ConformalScore Score
    {
        get => _score;
        init
        {
            Guard.Defined(value, nameof(Score));
            _score = value;
        }
    }

    /// <summary>
    /// Whether each class is calibrated on its own examples (Mondrian), so that the guarantee holds within each class.
    /// </summary>
    public bool PerClass { get; init; }

    /// <summary>
    /// Of the random parts of <see cref="ConformalScore.Aps"/> and <see cref="ConformalScore.Raps"/>. Default 0.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// What <see cref="ConformalScore.Raps"/> adds for each rank of a class after <see cref="FreeRanks"/>: 0 to 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of its range.</exception>
    public double RankPenalty
    {
        get => _rankPenalty;
        init
        {
            Guard.Within<double>(value, 0, 1, nameof(RankPenalty));
            _rankPenalty = value;
        }
    }

    /// <summary>The likeliest classes of a row that have no penalty: 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of its range.</exception>
    public int FreeRanks
    {
        get => _freeRanks;
        init
        {
            Guard.AtLeast(value, 0, nameof(FreeRanks));
            _freeRanks = value;
        }
    }
}
