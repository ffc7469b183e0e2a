using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Trust;

/// <summary>Which rows a classifier may answer.</summary>
public class RiskTargetTests
{
    private static readonly float[] Probabilities = [0.9f, 0.5f, 0.8f, 0.7f, 0.7f, 0.6f];
    private static readonly bool[] AreCorrect = [true, true, true, true, false, true];

    [Theory]
    [InlineData(0, 0.8)]            // 0.9 and 0.8 are right; of the two of 0.7 one is wrong
    [InlineData(0.16, 0.8)]
    [InlineData(0.17, 0.5)]         // one of all six
    [InlineData(1, 0.5)]
    public void The_most_rows_are_answered_whose_share_of_errors_is_within_the_target(double maxRisk, double expected)
        => Assert.Equal((float)expected, RiskTarget.LeastProbability(Probabilities, AreCorrect, maxRisk));

    [Fact]
    public void No_row_is_answered_where_the_surest_is_wrong()
        => Assert.Equal(
            float.PositiveInfinity, RiskTarget.LeastProbability([0.9f, 0.8f], [false, true], maxRisk: 0.4));
}
