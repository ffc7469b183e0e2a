using Microsoft.ML.SeqConv.Benchmarks;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Studies;

/// <summary>The command line of the study of ensembles.</summary>
public class StudyArgumentsTests
{
    [Fact]
    public void Options_and_sets_come_in_any_order()
    {
        StudyArguments study = StudyArguments.Parse(
            ["r.csv", "Coffee", "--models", "A,B", "--resamples", "0", "GunPoint", "--seeds", "3"]);
        Assert.Equal("r.csv", study.Results);
        Assert.Equal(["A", "B"], study.Models);
        Assert.Equal((0, 3), (study.Resamples, study.Seeds));
        Assert.Equal(["Coffee", "GunPoint"], study.Sets);
        Assert.Null(study.Compared);
        study = StudyArguments.Parse(["r.csv", "--compare", "A,B", "--half", "confirm"]);
        Assert.Equal(["A", "B"], study.Compared!);
        Assert.Equal(StudyHalf.Confirm, study.Half);
    }

    [Theory]
    [InlineData("The file of results is missing; it comes first.")]
    [InlineData("The file of results is missing; it comes first.", "--models", "A")]
    [InlineData("The option '--resample' is unknown.", "r.csv", "--resample", "3")]
    [InlineData("The option '--seeds' has no value.", "r.csv", "Coffee", "--seeds")]
    [InlineData("--seeds is '0'; it is a number of 1 or more.", "r.csv", "--seeds", "0")]
    [InlineData("--resamples is '-1'; it is a number of 0 or more.", "r.csv", "--resamples", "-1")]
    [InlineData("--half is '2'; it is choose or confirm.", "r.csv", "--compare", "A", "--half", "2")]
    [InlineData("--half is of a comparison. Add --compare and the models.", "r.csv", "--half", "choose")]
    public void What_is_unknown_is_refused(string message, params string[] args)
        => Assert.StartsWith(message,
            Assert.Throws<ArgumentException>(() => StudyArguments.Parse(args)).Message, StringComparison.Ordinal);
}
