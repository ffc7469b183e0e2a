using System.Reflection;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.TestKit.Architecture;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Architecture;

/// <summary>Which folders use which others: without circles, and as docs/architecture.md shows them.</summary>
public class FolderGraphTests
{
    private static readonly string Page = Path.Combine(Folders.Repository, "docs", "architecture.md");

    public static TheoryData<string> Projects
        => ["Microsoft.ML.SeqConv.Kernels", "Microsoft.ML.SeqConv", "Microsoft.ML.SeqConv.Torch"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_uses_itself_through_others(string project)
    {
        string[] cycles = FolderGraph.Of(AssemblyOf(project)).Cycles();
        Assert.True(cycles.Length == 0, $"Folders of {project} use each other:\n{string.Join('\n', cycles)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_architecture_page_lists_each_folder_and_what_it_uses(string project)
    {
        string graph = FolderGraph.Of(AssemblyOf(project)).ToString();
        string expected = $"```text\n{graph}\n```";
        Assert.True(
            File.ReadAllText(Page).ReplaceLineEndings("\n").Contains(expected, StringComparison.Ordinal),
            $"docs/architecture.md does not list the folders of {project} as they are:\n{expected}");
    }

    [Fact]
    public void A_circle_of_folders_is_found()
        => Assert.NotEmpty(FolderGraph.Of([("A", "B"), ("B", "C"), ("C", "A"), ("C", "D")]).Cycles());

    [Fact]
    public void Folders_in_a_row_are_no_circle()
        => Assert.Empty(FolderGraph.Of([("A", "B"), ("B", "C"), ("A", "C")]).Cycles());

    private static Assembly AssemblyOf(string project) => project switch
    {
        "Microsoft.ML.SeqConv.Kernels" => typeof(MiniRocketModel).Assembly,
        "Microsoft.ML.SeqConv" => typeof(MLContextExtensions).Assembly,
        _ => typeof(SeriesNetworkCatalog).Assembly,
    };
}
