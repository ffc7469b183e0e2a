// Measures the C# code of a checkout and prints a table: dotnet run eng/House/measure.cs -- [FOLDER]
// FOLDER is the root of the checkout; default: the one that this file lies in.
// With --check it lists the lines over 120 columns as file:line instead, and fails if there are any. Lines within a raw
// string literal are exempt. Which folders use which is drawn from compiled assemblies: FolderGraphTests.
#:property PublishAot=false

using System.Text.RegularExpressions;

const int maxColumns = 120;
const int minRun = 6;
string root = Path.GetFullPath(args.FirstOrDefault(arg => arg != "--check") ?? Path.Combine(Folder(), "..", ".."));
SourceFile[] files = [.. SourceFolders().SelectMany(folder => Read(Path.Combine(root, folder)))];
if (args.Contains("--check"))
{
    string[] found = [.. files.SelectMany(file => file.LongLines(maxColumns).Select(line => $"{file.Path}:{line}"))];
    foreach (string line in found)
        Console.WriteLine(line);
    Console.WriteLine($"{found.Length} lines of C# over {maxColumns} columns.");
    return found.Length == 0 ? 0 : 1;
}

int[] lengths = [.. files.Select(file => file.Lines.Length).Order()];
SourceFile longest = files.MaxBy(file => file.Lines.Length)!;
int total = lengths.Sum();
int wide = files.Sum(file => file.Lines.Count(line => line.Length > maxColumns));
foreach (string folder in SourceFolders())
{
    SourceFile[] own = [.. files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal))];
    Row($"lines of C# in {folder}", $"{own.Sum(file => file.Lines.Length):N0} in {own.Length:N0} files");
}

Row("median file", $"{lengths[lengths.Length / 2]:N0} lines");
Row("longest file", $"{lengths[^1]:N0} lines, {longest.Path}");
Row($"lines over {maxColumns} columns", $"{wide:N0}, {100.0 * wide / total:F2} %");
foreach (string project in Projects())
{
    int entries = Directory.EnumerateFiles(Path.Combine(root, project), "PublicAPI.*.txt")
        .Sum(file => File.ReadLines(file).Count(line => line.Length > 0 && !line.StartsWith('#')));
    if (entries > 0)
        Row($"public entries of {Path.GetFileName(project)}", $"{entries:N0}");
}

string tests = Path.Combine(root, "test");
foreach (string list in Directory.EnumerateFiles(tests, "InternalMembers.txt", SearchOption.AllDirectories)
    .Where(path => IsSource(Path.GetRelativePath(root, path))))
{
    string[] members = [.. File.ReadLines(list).Where(line => line.Length > 0)];
    int overridden = members.Count(line => line.StartsWith("override ", StringComparison.Ordinal));
    Row("internal members of ML.NET in use", $"{members.Length - overridden:N0}, and {overridden:N0} overridden");
}

foreach (string folder in SourceFolders())
    Row($"runs of {minRun} lines or more that occur before, {folder}", $"{CountRepeats(folder):N0}");
return 0;

static void Row(string name, string value) => Console.WriteLine($"{name,-72}{value}");

static string[] SourceFolders() => ["src", "test", "eng"];

static bool IsSource(string path)
    => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

IEnumerable<SourceFile> Read(string folder)
    => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => IsSource(Path.GetRelativePath(root, path)))
        .Select(path => new SourceFile(Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllLines(path)))
        .OrderBy(file => file.Path, StringComparer.Ordinal);

IEnumerable<string> Projects()
    => Directory.EnumerateFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

// Lines are compared without the space around them; blank lines, lone brackets and usings do not count. A run is
// counted where it occurs again, at its full length.
int CountRepeats(string folder)
{
    var seen = new Dictionary<string, (string[] Lines, int At)>(StringComparer.Ordinal);
    int runs = 0;
    foreach (SourceFile file in files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)))
    {
        string[] lines = [.. file.Lines.Select(line => line.Trim()).Where(Counts)];
        int next = 0;
        for (int i = 0; i + minRun <= lines.Length; i++)
        {
            if (!seen.TryAdd(string.Join('\n', lines, i, minRun), (lines, i)) && i >= next)
            {
                (string[] earlier, int at) = seen[string.Join('\n', lines, i, minRun)];
                if (ReferenceEquals(earlier, lines) && at + minRun > i)
                    continue;
                runs++;
                for (next = i; next < lines.Length && at < earlier.Length && lines[next] == earlier[at]; next++)
                    at++;
            }
        }
    }

    return runs;
}

static bool Counts(string line)
    => line.Trim('{', '}', '(', ')', '[', ']', ';', ',').Length > 0
        && !(line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';')
            && !line.Contains('(', StringComparison.Ordinal));

// Not [CallerFilePath], which CI builds map to /_/.
static string Folder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;

/// <summary>A file of C#, by its path below the root with slashes.</summary>
internal sealed partial record SourceFile(string Path, string[] Lines)
{
    /// <summary>The numbers of the lines that are too long, without those within a raw string literal.</summary>
    public IEnumerable<int> LongLines(int columns)
    {
        string? quotes = null;      // those that end the literal
        for (int i = 0; i < Lines.Length; i++)
        {
            string line = Lines[i].Trim();
            if (quotes is not null)
            {
                if (line.StartsWith(quotes, StringComparison.Ordinal))
                    quotes = null;
                continue;
            }

            if (Lines[i].Length > columns)
                yield return i + 1;
            Match open = RawStringOpens().Match(line);
            if (open.Success && !line.StartsWith("//", StringComparison.Ordinal))
                quotes = open.Groups["quotes"].Value;
        }
    }

    // The text of a raw string literal of several lines begins on the line after its quotes.
    [GeneratedRegex("""(^|[^"])(?<quotes>"{3,})$""")]
    private static partial Regex RawStringOpens();
}
