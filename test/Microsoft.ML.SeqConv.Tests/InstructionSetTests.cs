using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// Whole pipelines, from series to scores, give the same bits whatever instructions the processor has.
/// eng/sweep-kernels compares more settings.
/// </summary>
public class InstructionSetTests
{
    private static readonly Lazy<string> Expected = new(() => Run());

    [Theory]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableAVX", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("SEQCONV_KERNEL", "Scalar")]
    public void Pipelines_give_the_same_bits(string name, string value)
        => Assert.Equal(Expected.Value.Split('\n'), Run((name, value)).Split('\n'));

    [Fact]
    public void An_unknown_path_is_an_error_that_names_the_known_ones()
    {
        (int exitCode, _, string errors) = FreshProgram.Run([("SEQCONV_KERNEL", "Avx9")], "pipelines");
        Assert.NotEqual(0, exitCode);
        Assert.StartsWith("Unhandled exception. System.InvalidOperationException: "
            + "SEQCONV_KERNEL is 'Avx9'; this machine "
            + "has the paths ", errors, StringComparison.Ordinal);
    }

    private static string Run(params (string Name, string Value)[] environment)
    {
        (int exitCode, string output, string errors) = FreshProgram.Run(environment, "pipelines");
        Assert.True(exitCode == 0, errors);
        return output;
    }
}
