using System.IO.Compression;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>
/// The packages of the libraries as they were built, in a folder of their own, under a version that no cache has seen.
/// </summary>
public sealed class PackedFolder : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Packs.</summary>
    public PackedFolder()
    {
        foreach (string project in Projects)
        {
            Dotnet.Run(Folders.Repository, "pack", "--no-build", "-c", Configuration, Path.Combine("src", project),
                "-o", Feed, "-v", "q", "-tl:off",
                $"-p:Version={Version}", $"-p:NuspecOutputPath={Path.Combine(Root, "nuspec")}/");
        }
    }

    /// <summary>The projects that are packed, each after those that it refers to.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["Microsoft.ML.SeqConv.Kernels", "Microsoft.ML.SeqConv",
        "Microsoft.ML.SeqConv.Torch"];

    /// <summary>The version of all.</summary>
    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>A folder outside the repository; gone when the tests have ended.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("seqconv-packages").FullName;

    /// <summary>The folder with the packages and nothing else.</summary>
    public string Feed => Path.Combine(Root, "feed");

    /// <summary>The package of a project.</summary>
    public static string Id(string project)
        => project.Replace("Microsoft.ML.SeqConv", "SeqConv.MLNet", StringComparison.Ordinal);

    /// <summary>Opens a package (nupkg) or its symbols (snupkg).</summary>
    public ZipArchive Open(string id, string extension)
        => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.{extension}"));

    /// <summary>The bytes of a file of a package.</summary>
    public byte[] Read(string id, string extension, string file)
    {
        using ZipArchive archive = Open(id, extension);
        using Stream stream = archive.GetEntry(file)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
