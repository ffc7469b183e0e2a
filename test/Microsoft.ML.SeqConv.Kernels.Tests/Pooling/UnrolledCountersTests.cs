using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Pooling;

/// <summary>The unrolled counters are what eng/UnrolledCounters/generate.cs makes.</summary>
public class UnrolledCountersTests
{
    public static TheoryData<string> Files => [.. UnrolledCounters.Files().Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_committed_file_is_the_generated_one(string name)
    {
        string expected = UnrolledCounters.Files().Single(file => file.Name == name).Text;
        string path = Path.Combine(Folders.Repository, "src", "Microsoft.ML.SeqConv.Kernels", "Pooling", name);
        string committed = File.ReadAllText(path).ReplaceLineEndings("\n");
        Assert.True(expected == committed, $"{name} differs. Run: dotnet run eng/UnrolledCounters/generate.cs");
    }
}
