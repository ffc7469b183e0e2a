using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Trust;

/// <summary>Bins of reliability, their error, and risk-coverage.</summary>
public class ReliabilityTests
{
    [Fact]
    public void Bins_of_equal_width_have_the_rows_up_to_their_upper_border()
    {
        ReliabilityBin[] bins = Reliability.OfEqualWidth(
            [0, 0.25f, 0.3f, 0.5f, 1, 0.75f], [false, true, false, true, true, false], 4);
        Assert.Equal([0, 0.25, 0.5, 0.75], bins.Select(bin => bin.Lower));
        Assert.Equal([0.25, 0.5, 0.75, 1], bins.Select(bin => bin.Upper));
        Assert.Equal([2, 2, 1, 1], bins.Select(bin => bin.Count));
        Assert.Equal([0.125, 0.4, 0.75, 1], bins.Select(bin => Math.Round(bin.MeanProbability, 6)));
        Assert.Equal([0.5, 0.5, 0, 1], bins.Select(bin => bin.Accuracy));
        Assert.Equal((2 * 0.375 + 2 * 0.1 + 0.75 + 0) / 6, Reliability.Error(bins), 6);
    }

    [Fact]
    public void Bins_of_equal_mass_have_as_many_rows()
        => Gen.Select(Gen.Float[0, 1].Array[1, 60], Gen.Int[1, 12]).Sample((probabilities, count) =>
        {
            bool[] areRight = [.. probabilities.Select(value => value > 0.4)];
            ReliabilityBin[] bins = Reliability.OfEqualMass(probabilities, areRight, count);
            Assert.Equal(Math.Min(count, probabilities.Length), bins.Length);
            Assert.Equal(probabilities.Length, bins.Sum(bin => bin.Count));
            Assert.InRange(bins.Max(bin => bin.Count) - bins.Min(bin => bin.Count), 0, 1);
            Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.True(pair.First.Upper <= pair.Second.Lower));
            Assert.Equal(probabilities.Average(value => (double)value),
                bins.Sum(bin => bin.Count * bin.MeanProbability) / probabilities.Length, 9);
            Assert.Equal(areRight.Average(isRight => isRight ? 1.0 : 0),
                bins.Sum(bin => bin.Count * bin.Accuracy) / probabilities.Length, 9);
        });

    // Labels that are drawn with the stated probabilities have no error but that of chance.
    [Fact]
    public void Probabilities_that_labels_are_drawn_with_have_hardly_an_error()
    {
        var random = new SeededRandom(1);
        float[] probabilities = [.. Enumerable.Range(0, 20_000).Select(_ => (float)random.NextDouble())];
        bool[] areRight = [.. probabilities.Select(value => random.NextDouble() < value)];
        bool[] overstated = [.. probabilities.Select(value => random.NextDouble() < value - 0.2)];
        Assert.InRange(Reliability.Error(Reliability.OfEqualWidth(probabilities, areRight, 15)), 0, 0.015);
        Assert.InRange(Reliability.Error(Reliability.OfEqualMass(probabilities, areRight, 15)), 0, 0.015);
        Assert.InRange(Reliability.Error(Reliability.OfEqualMass(probabilities, overstated, 15)), 0.16, 0.2);
    }

    [Fact]
    public void Risks_are_the_errors_among_the_surest_rows()
    {
        double[] risks = RiskCoverage.Risks([0.9f, 0.5f, 0.8f, 0.6f], [true, false, false, true]);
        Assert.Equal([0, 1 / 2.0, 1 / 3.0, 2 / 4.0], risks);
    }

    // Of the two rows of one probability one is wrong: half an error each.
    [Fact]
    public void Errors_among_rows_of_one_probability_are_spread_evenly()
    {
        double[] expected = [0, 0.25, 1 / 3.0];
        Assert.Equal(expected, RiskCoverage.Risks([0.9f, 0.5f, 0.5f], [true, false, true]));
        Assert.Equal(expected, RiskCoverage.Risks([0.5f, 0.5f, 0.9f], [true, false, true]));
    }
}
