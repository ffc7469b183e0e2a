using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

public class GoldenManifestTests
{
    [Fact]
    public void Every_reference_file_is_the_one_that_the_manifest_describes()
    {
        string folder = Path.Combine(Folders.Repository, "test", "Golden");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "MANIFEST.json")));
        Dictionary<string, string> described = manifest.RootElement.GetProperty("files").EnumerateArray()
            .ToDictionary(file => file.GetProperty("file").GetString()!, file => file.GetProperty("sha256").GetString()!);
        Dictionary<string, string> present = Directory.EnumerateFiles(folder, "*.json").Where(file => Path.GetFileName(file) != "MANIFEST.json")
            .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        Assert.Equal(described.OrderBy(pair => pair.Key), present.OrderBy(pair => pair.Key));
    }
}
