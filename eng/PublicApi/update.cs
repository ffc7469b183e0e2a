// Writes PublicAPI.Unshipped.txt of every library again from its sources: dotnet run eng/PublicApi/update.cs
// SeqConv.MLNet.AutoML, which the default build leaves out, is among them with: dotnet run eng/PublicApi/update.cs --
// -p:SeqConvAutoML=true (arguments are those of dotnet build) All public members that PublicAPI.Shipped.txt does not
// name are listed, and no others; a member that was shipped and is gone is listed as *REMOVED*. What the files lack is
// what the analyzer reports when they are empty; it says each member's line in the log of its diagnostics.
#:property PublishAot=false

using System.Diagnostics;
using System.Text.Json;

const string header = "#nullable enable";
const string log = "public-api.sarif";
string root = Path.GetFullPath(Path.Combine(Folder(), "..", ".."));
string[] projects = [.. Directory.EnumerateFiles(Path.Combine(root, "src"), "PublicAPI.Unshipped.txt",
    SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)
    .Where(project => args.Contains("-p:SeqConvAutoML=true") || !project.EndsWith("AutoML", StringComparison.Ordinal))
    .Order(StringComparer.Ordinal)];

var before = new Dictionary<string, (string Shipped, string Unshipped)>();
foreach (string project in projects)
{
    before[project] = (File.ReadAllText(Shipped(project)), File.ReadAllText(Unshipped(project)));
    File.WriteAllText(Shipped(project), header + "\n");
    File.WriteAllText(Unshipped(project), header + "\n");
}

try
{
    foreach (string project in projects)
    {
        foreach (string old in Directory.EnumerateFiles(project, log, SearchOption.AllDirectories))
            File.Delete(old);
    }

    foreach (string project in projects)
        Build(project);
    foreach (string project in projects)
    {
        string[] members = Members(project);
        string[] shipped = Lines(before[project].Shipped);
        string[] unshipped = [.. members.Except(shipped),
            .. shipped.Except(members).Select(line => "*REMOVED*" + line)];
        Array.Sort(unshipped, StringComparer.Ordinal);
        string text = string.Concat(unshipped.Prepend(header).Select(line => line + "\n"));
        Console.WriteLine($"{Path.GetRelativePath(root, project)}: {members.Length} public members, "
            + $"{(text == before[project].Unshipped ? "nothing changed" : "written")}.");
        before[project] = (before[project].Shipped, text);
    }
}
finally
{
    foreach ((string project, (string shipped, string unshipped)) in before)
    {
        File.WriteAllText(Shipped(project), shipped);
        File.WriteAllText(Unshipped(project), unshipped);
    }
}

void Build(string project)
{
    var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = root };
    foreach (string argument in new[]
    {
        "build", project, "-c", "Release", "-v", "q", "-nologo", "-tl:off", "-clp:ErrorsOnly", $"-p:PublicApiLog={log}",
        "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false"
    }.Concat(args))
        start.ArgumentList.Add(argument);
    using Process process = Process.Start(start)!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
        throw new InvalidOperationException($"{project} does not build; correct it first.\n{output}");
}

string[] Members(string project)
{
    var members = new SortedSet<string>(StringComparer.Ordinal);
    string[] logs = [.. Directory.EnumerateFiles(project, log, SearchOption.AllDirectories)];
    if (logs.Length == 0)
        throw new InvalidOperationException($"The build of {project} wrote no log of diagnostics.");
    foreach (string file in logs)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        foreach (JsonElement result in document.RootElement.GetProperty("runs")[0]
            .GetProperty("results").EnumerateArray())
        {
            if (result.GetProperty("ruleId").GetString() == "RS0016")
                members.Add(result.GetProperty("properties").GetProperty("customProperties")
                    .GetProperty("APIName").GetString()!);
        }
    }

    return [.. members];
}

static string[] Lines(string text)
    => [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0 && line != header)];

static string Shipped(string project) => Path.Combine(project, "PublicAPI.Shipped.txt");

static string Unshipped(string project) => Path.Combine(project, "PublicAPI.Unshipped.txt");

// Not [CallerFilePath], which CI builds map to /_/.
static string Folder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
