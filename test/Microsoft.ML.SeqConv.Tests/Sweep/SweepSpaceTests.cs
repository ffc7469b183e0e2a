using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

public class SweepSpaceTests
{
    [Theory]
    [InlineData(100, 10, 50, "The range of 'x' runs from 100 to 10; it must end above where it begins. "
        + "Swap the two, or use a choice for a single value.")]
    [InlineData(10, 10, 10, "The range of 'x' runs from 10 to 10; it must end above where it begins. "
        + "Swap the two, or use a choice for a single value.")]
    [InlineData(0, 10, 5, "The range of 'x' is logarithmic and begins at 0; it must begin above 0.")]
    [InlineData(1, 10, 11, "'x' starts at 11, outside of its range from 1 to 10. Start within it.")]
    public void A_bad_range_is_reported(int least, int most, int start, string message)
    {
        Assert.StartsWith(message,
            Assert.Throws<ArgumentException>(() => SweepDimension.Range("x", least, most, start, logarithmic: true))
                .Message, StringComparison.Ordinal);
        Assert.StartsWith(message,
            Assert.Throws<ArgumentException>(() => SweepDimension.Range("x", (double)least, most, start,
                logarithmic: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_choice_or_space_is_reported()
    {
        Assert.StartsWith("'x' has no values to choose from; give at least one.",
            Assert.Throws<ArgumentException>(() => SweepDimension.Choice("x", 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("'x' starts at 3, which is none of its values 1, 2. Start at one of them.",
            Assert.Throws<ArgumentException>(() => SweepDimension.Choice("x", 3, 1, 2)).Message,
            StringComparison.Ordinal);
        SweepDimension x = SweepDimension.Range("x", 1, 2, 1);
        Assert.StartsWith("'x' is in the search space 2 times; name each hyperparameter once.",
            Assert.Throws<ArgumentException>(() => new SweepSpace(x, x)).Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no hyperparameter 'y'; there are x.",
            Assert.Throws<ArgumentException>(() => new SweepSpace(x).Start().Get<int>("y")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Places_span_a_dimension()
    {
        SweepDimension whole = SweepDimension.Range("whole", 10, 1000, 100, logarithmic: true);
        Assert.Equal([10, 100, 1000], new[] { 0, 0.5, 1 }.Select(whole.At));
        SweepDimension number = SweepDimension.Range("number", -1.0, 1.0, 0.0);
        Assert.Equal([-1.0, 0.0, 1.0], new[] { 0, 0.5, 1 }.Select(number.At));
        SweepDimension choice = SweepDimension.Choice("choice", 'a', 'a', 'b', 'c');
        Assert.Equal(['a', 'b', 'c', 'c'], new[] { 0, 0.5, 0.99, 1 }.Select(choice.At));
    }

    [Theory]
    [InlineData(1.23456789e-9, "1.23457E-09")]
    [InlineData(0.25, "0.25")]
    [InlineData(1_500_000.0, "1500000")]
    public void Values_are_told_by_six_digits_that_count(double value, string text)
        => Assert.Equal($"decay {text}",
            new SweepParameters(new Dictionary<string, object> { ["decay"] = value }).ToString());

    [Fact]
    public void Options_get_the_values_under_their_prefix()
    {
        var parameters = new SweepParameters(new Dictionary<string, object>
        {
            ["A.NumberOfKernels"] = 700,
            ["A.Normalization"] = SeriesNormalization.None,
            ["B.NumberOfKernels"] = 900
        });
        RocketEstimator.Options options = parameters.To<RocketEstimator.Options>("A.",
            o => (o.Seed, o.NumberOfKernels) = (5, 1));
        Assert.Equal((700, SeriesNormalization.None, 5),
            (options.NumberOfKernels, options.Normalization, options.Seed));
        Assert.Equal("A.Normalization None, A.NumberOfKernels 700, B.NumberOfKernels 900", parameters.ToString());
    }

    [Fact]
    public void Spaces_start_at_the_defaults_of_each_options_type()
    {
        SweepParameters rocket = SweepSpace.Of<RocketEstimator.Options>().Start();
        Assert.Equal((10_000, SeriesNormalization.ZNormalize),
            (rocket.Get<int>("NumberOfKernels"), rocket.Get<SeriesNormalization>("Normalization")));
        SweepParameters text = SweepSpace.Of<TextCnnTrainer.Options>("Text.").Start();
        Assert.Equal((25, 1.0), (text.Get<int>("Text.NumberOfEpochs"), text.Get<double>("Text.LearningRate")));
    }

    [Theory]
    [InlineData("epochs", "The resource 'epochs' of candidate 'c' is no whole-number range of its space. "
        + "Name one, or leave Resource null.")]
    [InlineData("rate", "The resource 'rate' of candidate 'c' is no whole-number range of its space. "
        + "Name one, or leave Resource null.")]
    public void A_bad_resource_is_reported(string resource, string message)
    {
        var space = new SweepSpace(SweepDimension.Range("rate", 0.1, 1.0, 0.5));
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() =>
            new SweepCandidate("c", space, (_, _) => null!) { Resource = resource }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_cost_is_reported()
        => Assert.StartsWith("The cost of candidate 'c' is 0; it must be positive and finite.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new SweepCandidate("c", new SweepSpace(), (_, _) => null!) { Cost = 0 }).Message,
            StringComparison.Ordinal);
}
