using System.Diagnostics;
using System.Xml.Linq;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>
/// eng/new-component in a copy of the sources: what it writes builds with warnings as errors, and of the tests that it
/// touches exactly the new ones fail. For time's sake the copy is built for one framework and without the tests of
/// other components of SeqConv.MLNet.
/// </summary>
[Collection("Packages")]
public sealed class NewComponentTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("seqconv-component").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public void A_featurizer_builds_and_exactly_its_tests_fail()
    {
        Copy("Microsoft.ML.SeqConv", "Microsoft.ML.SeqConv.Kernels");
        string program = Path.Combine(Folders.Repository, "eng", "NewComponent", "new-component.cs");
        Dotnet.Run(_copy, "run", program, "featurizer", "Sketch", "--root", _copy);

        string core = Build("Microsoft.ML.SeqConv.Kernels.Tests");
        string[] failed = Failed(core, "-class", "*FeaturizerTests", "-class", "*SketchGoldenTests");
        Assert.Contains(
            "Microsoft.ML.SeqConv.Kernels.Tests.Sketch.SketchGoldenTests.Features_are_the_published_ones", failed);
        Assert.All(failed, test => Assert.Contains("Sketch", test, StringComparison.Ordinal));

        string components = Build("Microsoft.ML.SeqConv.Tests");
        const string name = "Microsoft.ML.SeqConv.Tests.Sketch.SketchComponentTests.";
        Assert.Equal([$"{name}Features_are_the_same_in_ONNX_Runtime", $"{name}Multivariate",
            $"{name}Ragged_and_normalised", $"{name}Univariate"], Failed(components));
    }

    [Theory]
    [InlineData("The name is 'lower'", "featurizer", "lower")]
    [InlineData("at most 17", "network", "ANameThatIsLongerThanModelFilesAllow")]
    [InlineData("The name 'Hydra' is taken", "featurizer", "Hydra")]
    [InlineData("usage: new-component", "trainer", "Sketch")]
    public void A_wrong_command_is_told_and_nothing_is_written(string expected, params string[] arguments)
    {
        Copy("Microsoft.ML.SeqConv");
        DateTime before = DateTime.UtcNow;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in new[]
        {
            "run", Path.Combine(Folders.Repository, "eng", "NewComponent", "new-component.cs")
        }.Concat(arguments).Concat(["--root", _copy]))
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(_copy, "*", SearchOption.AllDirectories),
            file => File.GetLastWriteTimeUtc(file) > before);
    }

    // Sources alone, of the projects that a build of these tests needs.
    private void Copy(params string[] projects)
    {
        foreach (string file in new[]
        {
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
            "NuGet.config", "global.json", ".editorconfig", "LICENSE", "SeqConv.MLNet.sln"
        })
            File.Copy(Path.Combine(Folders.Repository, file), Path.Combine(_copy, file));
        CopyFolder("eng", "src/Directory.Build.props", "src/Directory.Build.targets", "test/Directory.Build.props",
            "test/TestKit", "test/FreshProcess", "test/Golden", "test/Microsoft.ML.SeqConv.Benchmarks");
        foreach (string project in projects)
            CopyFolder($"src/{project}", $"test/{project}.Tests");
        string properties = Path.Combine(_copy, "src", "Directory.Build.props");
        File.WriteAllText(properties,
            File.ReadAllText(properties).Replace("net8.0;net10.0", "net10.0", StringComparison.Ordinal));

        string tests = Path.Combine(_copy, "test", "Microsoft.ML.SeqConv.Tests");
        foreach (string source in Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "OnnxRun.cs"))
            File.Delete(source);
        string projectFile = Path.Combine(tests, "Microsoft.ML.SeqConv.Tests.csproj");
        File.WriteAllLines(projectFile,
            File.ReadAllLines(projectFile).Where(line => !line.Contains("Samples.csproj", StringComparison.Ordinal)));
    }

    private void CopyFolder(params string[] paths)
    {
        foreach (string path in paths)
        {
            string from = Path.Combine(Folders.Repository, path);
            IEnumerable<string> files =
                File.Exists(from) ? [from] : Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories);
            foreach (string file in files)
            {
                string relative = Path.GetRelativePath(Folders.Repository, file);
                if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "TestResults"))
                    continue;
                string to = Path.Combine(_copy, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }
    }

    private string Build(string project)
    {
        Dotnet.Run(_copy, "build", "-c", "Release", Path.Combine("test", project), "-v", "q", "-tl:off", "-nologo");
        return Path.Combine(_copy, "test", project, "bin", "Release", "net10.0", $"{project}.dll");
    }

    // The names of the tests that fail.
    private static string[] Failed(string tests, params string[] arguments)
    {
        string results = Path.ChangeExtension(tests, ".results.xml");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new[] { "exec", tests, "-noColor", "-xml", results }.Concat(arguments))
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. XDocument.Load(results).Descendants("test")
            .Where(test => (string?)test.Attribute("result") == "Fail")
            .Select(test => (string)test.Attribute("name")!).Distinct().Order(StringComparer.Ordinal)];
    }
}
