using Xunit;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>Where tests find files.</summary>
public static class Folders
{
    /// <summary>The root of the checkout.</summary>
    public static string Repository { get; } = FindRepository(AppContext.BaseDirectory);

    /// <summary>Reference vectors of the published implementations: <c>SEQCONV_GOLDEN</c>, else test/Golden.</summary>
    public static string Golden { get; } = Environment.GetEnvironmentVariable(
        "SEQCONV_GOLDEN") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Repository, "test", "Golden");

    /// <summary>
    /// A file of a public data set, under <c>SEQCONV_DATA</c> or beside the checkout; the test is reported as skipped
    /// where there is none.
    /// </summary>
    public static string Data(string relativePath)
    {
        string root = Environment.GetEnvironmentVariable("SEQCONV_DATA") is { Length: > 0 } folder
            ? folder
            : Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data"));
        string path = Path.Combine(root, relativePath);
        Assert.SkipUnless(File.Exists(path),
            $"The data set file {relativePath} is not under SEQCONV_DATA nor beside the checkout.");
        return path;
    }

    // The paths that the compiler records are mapped in deterministic builds, so the folder is found from
    // where the tests run.
    private static string FindRepository(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SeqConv.MLNet.sln")))
                return at.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {folder} holds SeqConv.MLNet.sln.");
    }
}
