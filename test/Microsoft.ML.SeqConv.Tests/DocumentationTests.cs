using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// Every C# snippet of the documentation is code that the tests compile and run: a region between <c>//
/// &lt;name&gt;</c> and <c>// &lt;/name&gt;</c> of one of their files.
/// </summary>
public class DocumentationTests
{
    private static Assembly[] Libraries { get; } =
    [
        typeof(Kernels.SeriesSet).Assembly, typeof(MLContextExtensions).Assembly, typeof(SeriesNetworkCatalog).Assembly
    ];

    public static TheoryData<string> Pages =>
    [
        "README.md",
        .. Directory.GetFiles(Path.Combine(Folders.Repository, "docs"), "*.md")
            .Select(page => $"docs/{Path.GetFileName(page)}"),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Snippets_are_code_of_the_tests(string page)
    {
        string text = File.ReadAllText(Path.Combine(Folders.Repository, page)).ReplaceLineEndings("\n");
        HashSet<string> regions = [.. Regions().Select(region => region.Code)];
        foreach (Match snippet in Regex.Matches(text, @"^```csharp\n(?<code>.*?)\n```$",
            RegexOptions.Multiline | RegexOptions.Singleline))
            Assert.True(regions.Contains(snippet.Groups["code"].Value),
                $"{page} has a snippet that no region of the tests is:\n{snippet.Groups["code"].Value}");
    }

    [Fact]
    public void Regions_are_snippets_of_the_documentation()
    {
        string pages = string.Join('\n', Pages.Select(
            page => File.ReadAllText(Path.Combine(Folders.Repository, page.Data)))).ReplaceLineEndings("\n");
        (string Name, string Code)[] regions = [.. Regions()];
        Assert.NotEmpty(regions);
        foreach ((string name, string code) in regions)
            Assert.True(pages.Contains($"```csharp\n{code}\n```", StringComparison.Ordinal),
                $"No page of the documentation has the snippet '{name}':\n{code}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Types_of_the_numeric_core_that_a_page_names_are_public(string page)
    {
        HashSet<string> types = [.. typeof(Kernels.SeriesSet).Assembly.GetExportedTypes().Select(type => type.Name)];
        string text = File.ReadAllText(Path.Combine(Folders.Repository, page));
        foreach (Match name in Regex.Matches(text, @"`Kernels\.(?<type>\w+)`"))
            Assert.True(types.Contains(name.Groups["type"].Value), $"{page} names {name.Value}, which is not public.");
    }

    // Types whose names are those of their values, or that a user meets as the result of a method alone, are left out.
    [Fact]
    public void Options_and_types_of_the_numeric_core_are_on_a_page()
    {
        string pages = string.Join('\n', Pages.Select(
            page => File.ReadAllText(Path.Combine(Folders.Repository, page.Data))));
        HashSet<string> named = [.. Regex.Matches(pages, "`[^`\n]+`")
            .SelectMany(code => Regex.Matches(code.Value, @"\w+")).Select(word => word.Value)];
        Type[] types = [.. Libraries.SelectMany(library => library.GetExportedTypes())];
        Type[] options = [.. types.Where(type => Regex.IsMatch(type.Name, "(Options|Settings|Augmentation)$"))];
        string[] missing =
        [
            .. types.Where(type => type.IsEnum || type.Assembly == typeof(Kernels.SeriesSet).Assembly)
                .Select(type => type.Name.Split('`')[0]).Where(name => !named.Contains(name)),
            .. options.SelectMany(type => type.GetProperties().Where(property => property.GetSetMethod() is not null)
                .Select(property => (Type: type, property.Name))).Where(option => !named.Contains(option.Name))
                .Select(option => $"{option.Type.FullName}.{option.Name}"),
        ];
        Assert.True(options.Length > 30, $"{options.Length} types of options were looked at.");
        Assert.True(missing.Length == 0, $"No page explains {string.Join(", ", missing)}.");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_between_pages_lead_somewhere(string page)
    {
        string path = Path.Combine(Folders.Repository, page);
        foreach (Match link in Regex.Matches(File.ReadAllText(path),
            @"\]\((?<target>[^)#:\s]*)(#(?<heading>[^)]*))?\)"))
        {
            string name = link.Groups["target"].Value;
            string target = name.Length == 0
                ? path
                : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, name));
            Assert.True(File.Exists(target) || Directory.Exists(target),
                $"{page} links to '{name}', which does not exist.");
            if (link.Groups["heading"] is { Success: true, Value: string heading })
                Assert.True(Headings(target).Contains(heading), $"{page} links to the heading '#{heading}' of "
                    + $"'{name}', which has {string.Join(", ", Headings(target))}.");
        }
    }

    // As GitHub makes anchors: small letters, blanks as hyphens, no punctuation.
    private static IEnumerable<string> Headings(string page)
        => Regex.Matches(File.ReadAllText(page), "^#+ (?<text>.*?)\\r?$", RegexOptions.Multiline)
            .Select(heading =>
                Regex.Replace(heading.Groups["text"].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));

    private static IEnumerable<(string Name, string Code)> Regions()
    {
        string separator = Path.DirectorySeparatorChar.ToString();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Folders.Repository, "test"),
            "*Tests.cs", SearchOption.AllDirectories))
        {
            if (file.Contains($"{separator}obj{separator}", StringComparison.Ordinal)
                || file.Contains($"{separator}bin{separator}", StringComparison.Ordinal))
                continue;
            string source = File.ReadAllText(file).ReplaceLineEndings("\n");
            foreach (Match region in Regex.Matches(source, @"^ *// <(?<name>[a-z-]+)>\n(?<code>.*?)^ *// </\k<name>>",
                RegexOptions.Multiline | RegexOptions.Singleline))
            {
                string[] lines = region.Groups["code"].Value.TrimEnd().Split('\n');
                int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
                yield return (region.Groups["name"].Value,
                    string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..])));
            }
        }
    }
}
