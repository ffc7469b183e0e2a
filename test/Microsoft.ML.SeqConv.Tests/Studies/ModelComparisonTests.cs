using Microsoft.ML.SeqConv.Benchmarks;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Studies;

/// <summary>Tables of the study of ensembles.</summary>
public class ModelComparisonTests
{
    private static readonly string[] Lines =
    [
        ModelComparison.Header,
        "Beta,0,1,M,0.80,0.5,1.0,0.5,multivariate", "Beta,0,1,N,0.90,0.4,2.0,1.0,multivariate",
        "Alpha,0,1,M,0.70,0.6,1.0,0.5,univariate", "Alpha,0,1,N,0.60,0.7,2.0,1.0,univariate",
        "Gamma,0,1,M,0.50,0.9,1.0,0.5", "Gamma,0,1,N,0.50,0.8,2.0,1.0",
        "Alpha,1,1,M,0.60,0.6,1.0,0.5,univariate", "Alpha,1,1,N,0.70,0.7,2.0,1.0,univariate",
        "Alpha,2,1,M,0.80,0.6,1.0,0.5,univariate", "Alpha,2,1,N,0.80,0.7,2.0,1.0,univariate",
        "Alpha,3,1,M,0.10,0.6,1.0,0.5,univariate",
    ];

    [Fact]
    public void Splits_of_the_sets_and_resamples_are_tables_of_their_own()
    {
        string tables = Tables([], StudyHalf.Both);
        Assert.Contains("## own split: 3 sets, 3 fits of each model", tables);
        Assert.Contains("| Alpha | univariate | 0.7000 | 0.6000 |", tables);
        Assert.Contains("| Beta | multivariate | 0.8000 | 0.9000 |", tables);
        Assert.Contains("| Gamma | unknown group | 0.5000 | 0.5000 |", tables);

        // The third resample has one model only.
        Assert.Contains("## resamples: 1 sets, 2 fits of each model", tables);
        Assert.Contains("| Alpha | univariate | 0.7000 | 0.7500 |", tables);
    }

    [Fact]
    public void Each_group_of_sets_has_a_summary()
    {
        string tables = Tables([], StudyHalf.Both);
        Assert.Contains(
            "| N | 0.6667 | 0.6333 | 3.0000 | 1, 1, 1 | 0.0000 +- 0.0577 | 1.0000 |", Summary(tables, "all"));
        Assert.Contains("| N | 0.9000 | 0.4000 | 3.0000 | 1, 0, 0 | 0.1000 +- NaN |", Summary(tables, "multivariate"));
        Assert.Contains("| N | 0.6000 | 0.7000 | 3.0000 | 0, 0, 1 | -0.1000 +- NaN |", Summary(tables, "univariate"));
    }

    [Fact]
    public void A_set_is_in_the_half_of_its_name_whatever_sets_there_are()
    {
        string chosen = Tables([], StudyHalf.Choose);
        Assert.Contains("| Alpha |", chosen);
        Assert.DoesNotContain("| Beta |", chosen);
        Assert.Contains("| Gamma |", chosen);
        string confirmed = Tables(["Beta", "Gamma"], StudyHalf.Confirm);
        Assert.Contains("## own split: 1 sets", confirmed);
        Assert.Contains("| Beta |", confirmed);
        using var output = new StringWriter();
        ModelComparison.Write(
            [.. Lines.Where(line => !line.StartsWith("Alpha", StringComparison.Ordinal))], ["M", "N"], [],
            StudyHalf.Choose, output);
        Assert.Contains("| Gamma |", output.ToString());
        Assert.DoesNotContain("| Beta |", output.ToString());
    }

    [Fact]
    public void Models_named_twice_and_without_common_results_are_refused()
    {
        Assert.Equal("The model 'M' is named 2 times. Name it once.", Message(["M", "M"], Lines));
        Assert.Equal("There is no split of a set that all of M, P have a result for. Evaluate them on the same sets, "
            + "resamples and seeds.", Message(["M", "P"], [.. Lines, "Alpha,0,2,P,0.5,0.5,1.0,0.5"]));
        Assert.StartsWith("Line 13 of the file of results is 'Alpha,0,1'; it must have the fields set,resample,",
            Message(["M", "N"], [.. Lines, "Alpha,0,1"]));

        static string Message(string[] models, string[] lines) => Assert.Throws<ArgumentException>(
            () => ModelComparison.Write(lines, models, [], StudyHalf.Both, TextWriter.Null)).Message;
    }

    [Fact]
    public void Names_without_results_are_refused()
    {
        Assert.Equal("There is no result of the model 'P'. Name some of M, N.",
            Assert.Throws<ArgumentException>(
                () => ModelComparison.Write(Lines, ["M", "P"], [], StudyHalf.Both, TextWriter.Null)).Message);
        Assert.Equal("There is no result of the set 'Delta', 'Rho'. Name some of Alpha, Beta, Gamma.",
            Assert.Throws<ArgumentException>(() => ModelComparison.Write(
                Lines, ["M", "N"], ["Alpha", "Delta", "Rho"], StudyHalf.Both, TextWriter.Null)).Message);
    }

    private static string Summary(string tables, string group)
    {
        int start = tables.IndexOf($"\n{group}: ", StringComparison.Ordinal);
        Assert.True(start >= 0, tables);
        int end = tables.IndexOf(" sets\n", start + group.Length + 10, StringComparison.Ordinal);
        return tables[start..(end < 0 ? tables.Length : end)];
    }

    private static string Tables(string[] sets, StudyHalf half)
    {
        using var output = new StringWriter();
        ModelComparison.Write(Lines, ["M", "N"], sets, half, output);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
