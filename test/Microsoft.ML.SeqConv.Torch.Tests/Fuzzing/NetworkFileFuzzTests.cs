using Microsoft.ML.SeqConv.TestKit.Fuzzing;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;

/// <summary>A short run of the fuzz targets; the benchmarks' command <c>fuzz</c> is the long one.</summary>
public class NetworkFileFuzzTests
{
    public static TheoryData<string> Names => [.. NetworkFileTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_files_give_documented_errors_in_little_time_and_memory(string name)
    {
        FuzzRun run = FuzzRun.Run(NetworkFileTargets.All[name](), seed: 1, inputs: 200, TimeSpan.FromSeconds(30));
        Assert.True(run.Findings.Count == 0, string.Join(Environment.NewLine, run.Findings));
        Assert.True(run.Outcomes.GetValueOrDefault(nameof(FormatException)) > 20, run.ToString());
    }
}
