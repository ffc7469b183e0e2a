using Microsoft.ML.SeqConv.TestKit.Fuzzing;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Fuzzing;

/// <summary>A short run of the fuzz targets; the benchmarks' command <c>fuzz</c> is the long one.</summary>
public class FileFuzzTests
{
    public static TheoryData<string> Names => [.. SeriesFileTargets.All.Keys.Concat(ModelFileTargets.All.Keys)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_files_give_documented_errors_in_little_time_and_memory(string name)
    {
        FuzzTarget target = (SeriesFileTargets.All.GetValueOrDefault(name) ?? ModelFileTargets.All[name])();
        FuzzRun run = FuzzRun.Run(target, seed: 1, inputs: 200, TimeSpan.FromSeconds(30));
        Assert.True(run.Findings.Count == 0, string.Join(Environment.NewLine, run.Findings));
        Assert.True(run.Outcomes.GetValueOrDefault(nameof(FormatException)) > 20, run.ToString());
    }

    [Fact]
    public void An_input_is_made_again_from_its_seed_and_index()
    {
        FuzzTarget target = SeriesFileTargets.All["wav"]();
        Assert.Equal(FileMutator.Mutate(target, 3, 17), FileMutator.Mutate(target, 3, 17));
        Assert.NotEqual(FileMutator.Mutate(target, 3, 17), FileMutator.Mutate(target, 3, 18));
    }

    [Fact]
    public void Undocumented_errors_and_large_allocations_are_findings()
    {
        FuzzRun run = FuzzRun.Run(new("test", [new byte[20]], file => Misbehave(file)), seed: 1,
            inputs: 50, TimeSpan.FromSeconds(30));
        Assert.Contains(run.Findings,
            finding => finding.ToString().StartsWith("test (seed 1, index ", StringComparison.Ordinal)
                && finding.Problem.StartsWith("OverflowException: too long", StringComparison.Ordinal));
        Assert.Contains(run.Findings,
            finding => finding.Problem.StartsWith("allocated 100 MB", StringComparison.Ordinal));
    }

    private static void Misbehave(byte[] file)
    {
        if (file.Length > 20)
            throw new OverflowException("too long");
        if (file.Length < 20)
            GC.KeepAlive(new byte[100_000_000]);
    }
}
