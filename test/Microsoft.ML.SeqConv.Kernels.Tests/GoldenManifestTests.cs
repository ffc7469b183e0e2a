using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

public class GoldenManifestTests
{
    private static readonly string[] Versions = ["python", "numpy", "numba"];

    private static string Folder => Path.Combine(Folders.Repository, "test", "Golden");

    [Fact]
    public void Every_reference_file_is_the_one_that_the_manifest_describes()
    {
        Dictionary<string, string> described = Entries().ToDictionary(
            entry => (string)entry["file"]!, entry => (string)entry["sha256"]!);
        Dictionary<string, string> present = Directory.EnumerateFiles(Folder, "*.json")
            .Where(file => Path.GetFileName(file) != "MANIFEST.json")
            .ToDictionary(
                file => Path.GetFileName(file),
                file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        Assert.Equal(described.OrderBy(pair => pair.Key), present.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void Every_entry_says_how_its_file_is_made_again()
        => Assert.Empty(Entries().SelectMany(entry => Faults(entry).Select(fault => $"{entry["file"]}: {fault}")));

    [Theory]
    [InlineData("script", null, "no script")]
    [InlineData("script", "eng/golden/none.py", "the script 'eng/golden/none.py' does not exist")]
    [InlineData("seed", null, "neither a seed nor series that are kept in the file")]
    [InlineData("versions", null, "no versions")]
    [InlineData("versions/numpy", null, "no version of numpy")]
    [InlineData("versions/published", "angus924/minirocket", "no commit of the published code")]
    [InlineData("regenerated", null, "no comparison of the regenerated file")]
    [InlineData("tolerance", null, "no tolerance")]
    [InlineData("reason", null, "no reason")]
    public void An_entry_that_lacks_a_part_is_found(string part, string? value, string fault)
    {
        JsonObject entry = Entries().First(one => one["seed"] is not null);
        Assert.Empty(Faults(entry));
        string[] path = part.Split('/');
        JsonObject parent = path.Length == 1 ? entry : entry[path[0]]!.AsObject();
        if (value is null)
            parent.Remove(path[^1]);
        else
            parent[path[^1]] = value;
        Assert.Equal([fault], Faults(entry));
    }

    private static List<JsonObject> Entries()
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, "MANIFEST.json")))!;
        return [.. manifest["files"]!.AsArray().Select(entry => entry!.AsObject())];
    }

    private static IEnumerable<string> Faults(JsonObject entry)
    {
        if ((string?)entry["script"] is not { } script)
            yield return "no script";
        else if (!File.Exists(Path.Combine(Folders.Repository, script)))
            yield return $"the script '{script}' does not exist";
        if (entry["seed"]?.GetValueKind() != JsonValueKind.Number && (string?)entry["series"] != "kept in the file")
            yield return "neither a seed nor series that are kept in the file";
        if (entry["versions"] is not JsonObject versions)
        {
            yield return "no versions";
        }
        else
        {
            foreach (string missing in Versions.Where(name => string.IsNullOrEmpty((string?)versions[name])))
                yield return $"no version of {missing}";

            // The published code is a repository at a commit, or torchaudio's package.
            bool isPackage = versions["published"] is null && versions["torchaudio"] is not null;
            if (!isPackage && ((string?)versions["published"])?.Split(' ')[^1].Length != 40)
                yield return "no commit of the published code";
        }

        if (string.IsNullOrEmpty((string?)entry["regenerated"]))
            yield return "no comparison of the regenerated file";
        if (string.IsNullOrEmpty((string?)entry["tolerance"]))
            yield return "no tolerance";
        if (string.IsNullOrEmpty((string?)entry["reason"]))
            yield return "no reason";
    }
}
