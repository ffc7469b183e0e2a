using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>What is in each package.</summary>
[Collection("Packages")]
public class PackageContentTests(PackedFolder packed)
{
    private static readonly string[] Frameworks = ["net10.0", "net8.0"];

    public static TheoryData<string> Projects => [.. PackedFolder.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_holds_its_files_and_no_others(string project)
    {
        string id = PackedFolder.Id(project);
        string[] files = [$"{id}.nuspec", "LICENSE", "README.md", "icon.png", .. Frameworks.SelectMany(
            framework => new[] { $"lib/{framework}/{project}.dll", $"lib/{framework}/{project}.xml" })];
        if (id == "SeqConv.MLNet.Torch")
            files = [.. files, "buildTransitive/RelaxSymbolVersion.cs", "buildTransitive/SeqConv.MLNet.Torch.targets"];
        Assert.Equal(files.Order(StringComparer.Ordinal), Files(id, "nupkg"));
        Assert.Equal([.. Frameworks.Select(framework => $"lib/{framework}/{project}.pdb").Prepend($"{id}.nuspec")
            .Order(StringComparer.Ordinal)], Files(id, "snupkg"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_the_gallery_shows_is_there(string project)
    {
        XElement metadata = Metadata(project);
        Assert.Equal(PackedFolder.Id(project), Value(metadata, "id"));
        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("icon.png", Value(metadata, "icon"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.InRange(Value(metadata, "description").Length, 100, 400);
        Assert.Contains("mlnet", Value(metadata, "tags"), StringComparison.Ordinal);
        Assert.InRange(packed.Read(PackedFolder.Id(project), "nupkg", "icon.png").Length, 500, 20_000);

        // A picture or link of the repository would lead nowhere on the gallery's page.
        string readme = Encoding.UTF8.GetString(packed.Read(PackedFolder.Id(project), "nupkg", "README.md"));
        Assert.StartsWith($"# {PackedFolder.Id(project)}\n", readme.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.All(Regex.Matches(readme, @"\]\((?<target>[^)]*)\)"),
            link => Assert.StartsWith("https://", link.Groups["target"].Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Microsoft.ML.SeqConv.Kernels")]
    [InlineData("Microsoft.ML.SeqConv", "SeqConv.MLNet.Kernels", "Google.Protobuf", "Microsoft.ML",
        "Microsoft.ML.OnnxRuntime.Managed")]
    [InlineData("Microsoft.ML.SeqConv.Torch", "SeqConv.MLNet", "Microsoft.ML.Tokenizers", "TorchSharp")]
    public void A_package_depends_on_what_it_uses(string project, params string[] expected)
    {
        XElement[] groups = [.. Metadata(project).Descendants().Where(element => element.Name.LocalName == "group")];
        Assert.Equal(Frameworks,
            groups.Select(group => (string)group.Attribute("targetFramework")!).Order(StringComparer.Ordinal));
        foreach (XElement group in groups)
        {
            Dictionary<string, string> versions = group.Elements()
                .ToDictionary(dependency => (string)dependency.Attribute("id")!,
                    dependency => (string)dependency.Attribute("version")!);
            Assert.All(expected, id => Assert.Contains(id, versions));
            Assert.DoesNotContain(versions.Keys, id => id.StartsWith("Grpc", StringComparison.Ordinal)
                || id.StartsWith("libtorch", StringComparison.Ordinal)
                || id.Contains("Analyzers", StringComparison.Ordinal) || id.Contains("FriendView",
                    StringComparison.Ordinal) || id.Contains("SourceLink", StringComparison.Ordinal));
            if (expected.Length == 0)
                Assert.Empty(versions);
            foreach ((string id, string version) in versions.Where(
                dependency => dependency.Key.StartsWith("SeqConv.", StringComparison.Ordinal)))
                Assert.Equal((id, $"[{packed.Version}]"), (id, version));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Documents_and_symbols_belong_to_the_assembly(string project)
    {
        foreach (string framework in Frameworks)
        {
            string id = PackedFolder.Id(project);
            XDocument documents = XDocument.Parse(Encoding.UTF8
                .GetString(packed.Read(id, "nupkg", $"lib/{framework}/{project}.xml")).TrimStart('\uFEFF'));
            Assert.Equal(project, documents.Descendants("name").First().Value);
            Assert.True(documents.Descendants("member").Count() > 100);

            using var assembly = new PEReader(
                ImmutableArray.Create(packed.Read(id, "nupkg", $"lib/{framework}/{project}.dll")));
            Assert.Equal(new Version(1, 0, 0, 0), assembly.GetMetadataReader().GetAssemblyDefinition().Version);
            DebugDirectoryEntry link = assembly.ReadDebugDirectory()
                .Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
            CodeViewDebugDirectoryData symbolsOf = assembly.ReadCodeViewDebugDirectoryData(link);
            using MetadataReaderProvider symbols = Symbols(project, framework);
            Assert.Equal(symbolsOf.Guid, new BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        }
    }

#if !DEBUG
    [Theory]
    [MemberData(nameof(Projects))]
    public void No_path_of_the_machine_that_built_it_is_inside(string project)
    {
        string here = Path.TrimEndingDirectorySeparator(Folders.Repository);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        foreach (string framework in Frameworks)
        {
            byte[] assembly = packed.Read(PackedFolder.Id(project), "nupkg", $"lib/{framework}/{project}.dll");
            foreach (string path in new[] { here, Path.Combine(home, ".nuget") })
            {
                Assert.True(assembly.AsSpan().IndexOf(Encoding.UTF8.GetBytes(path)) < 0,
                    $"{project}.dll of {framework} holds {path}.");
                Assert.True(assembly.AsSpan().IndexOf(Encoding.Unicode.GetBytes(path)) < 0,
                    $"{project}.dll of {framework} holds {path}.");
            }

            using MetadataReaderProvider symbols = Symbols(project, framework);
            MetadataReader reader = symbols.GetMetadataReader();
            string[] sources = [.. reader.Documents.Select(
                handle => reader.GetString(reader.GetDocument(handle).Name))];
            Assert.True(sources.Length > 20);
            Assert.All(sources, source => Assert.StartsWith("/_", source, StringComparison.Ordinal));
        }
    }
#endif

    [Theory]
    [MemberData(nameof(Projects))]
    public void Public_members_are_written_down(string project)
    {
        foreach (string kind in new[] { "Shipped", "Unshipped" })
            Assert.StartsWith("#nullable enable\n",
                File.ReadAllText(Path.Combine(Folders.Repository, "src", project, $"PublicAPI.{kind}.txt"))
                    .ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private MetadataReaderProvider Symbols(string project, string framework)
        => MetadataReaderProvider.FromPortablePdbImage(
            ImmutableArray.Create(packed.Read(PackedFolder.Id(project), "snupkg", $"lib/{framework}/{project}.pdb")));

    private XElement Metadata(string project)
    {
        string id = PackedFolder.Id(project);
        string nuspec = Encoding.UTF8.GetString(packed.Read(id, "nupkg", $"{id}.nuspec")).TrimStart('\uFEFF');
        return XDocument.Parse(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static string Value(XElement metadata, string name)
        => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    // Without the parts that every package of the format has.
    private string[] Files(string id, string extension)
    {
        using ZipArchive archive = packed.Open(id, extension);
        return [.. archive.Entries.Select(entry => entry.FullName)
            .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml")
                && !name.StartsWith("package/services/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
