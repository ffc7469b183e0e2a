// Writes the skeleton of a component from the templates beside this file; everything compiles at once, and the new
// tests fail until the method is written. usage: dotnet run eng/NewComponent/new-component.cs featurizer|network NAME
// [--root FOLDER] What comes next: docs/add-a-featurizer.md, docs/add-a-network.md.
#:property PublishAot=false

using System.Globalization;
using System.Text.RegularExpressions;

const int longestName = 24 - 7;      // a loader's signature, "SeqConv" and the name, has at most 24 characters

string templates = TemplateFolder();
string root = args is [_, _, "--root", string given]
    ? Path.GetFullPath(given)
    : Path.GetFullPath(Path.Combine(templates, "..", ".."));
if (args.Length is not (2 or 4) || args[0] is not ("featurizer" or "network")
    || (args.Length == 4 && args[2] != "--root"))
    return Fail("usage: new-component featurizer|network NAME [--root FOLDER]");
(string kind, string name) = (args[0], args[1]);
if (!Regex.IsMatch(name, "^[A-Z][A-Za-z0-9]*$") || name.Length > longestName)
    return Fail($"The name is '{name}'; it must be a capital and then letters or digits, at most {longestName} in all, "
        + "for example MiniRocket.");
if (!Directory.Exists(Path.Combine(root, "src")))
    return Fail($"--root {root} has no folder 'src'; name the root of a checkout of this repository.");
string[] sources = [.. Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories).Where(
    file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
        StringComparison.Ordinal))];
string? taken = sources.FirstOrDefault(file => Regex.IsMatch(File.ReadAllText(file),
    $@"\b(class|record|enum|struct|interface) {name}(Estimator|Trainer|Network|Model|Settings|Catalog)?\b"));
if (taken is not null)
    return Fail($"The name '{name}' is taken by {Path.GetRelativePath(root, taken)}.");
string signature = Signature();
string number = kind == "network" ? Number() : "";

var written = new SortedDictionary<string, string>(StringComparer.Ordinal);
string folder = Path.Combine(templates, kind);
foreach (string template in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
    written.Add(Filled(Path.GetRelativePath(folder, template)), Filled(File.ReadAllText(template)));
foreach (string template in Directory.EnumerateFiles(folder, "PublicAPI.Unshipped.txt", SearchOption.AllDirectories))
    AddPublicMembers(Path.GetRelativePath(folder, template), Filled(File.ReadAllText(template)));
foreach ((string file, string[] before, string line) in Insertions())
    Insert(file, before, Filled(line));

foreach ((string file, string text) in written)
{
    string path = Path.Combine(root, file);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text);
    Console.WriteLine(file.Replace('\\', '/'));
}

Console.WriteLine($"Next: docs/add-a-{kind}.md. Replace AUTHORS, YEAR, TITLE and NUMBER, and write what throws "
    + "NotImplementedException.");
return 0;

// Where a line is added to a file of this repository: before the first line that begins with these words after
// the ones before it.
(string File, string[] Before, string Line)[] Insertions() => kind == "featurizer"
    ?
    [
        ("src/Microsoft.ML.SeqConv/SavedComponents.cs", ["[assembly: SavedComponent<MelSpectrogramTransformer>"],
            "[assembly: SavedComponent<__Name__Transformer>, SavedColumns<__Name__Transformer>]"),
        ("test/Microsoft.ML.SeqConv.Kernels.Tests/Series/FeaturizerTests.cs",
            ["    public static TheoryData<string, int, bool> Featurizers", "    };"],
            "        { \"__Name__\", 1, false }, { \"__Name__\", 3, true },"),
        ("test/Microsoft.ML.SeqConv.Kernels.Tests/Series/FeaturizerTests.cs",
            ["            _ => Kernels.Rocket.Fit("], "            \"__Name__\" => Kernels.__Name__.Draw(channels, "
                + "new __Name__Settings { NumberOfKernels = 60 }, seed: 1),"),
    ]
    :
    [
        (
            "test/Microsoft.ML.SeqConv.Torch.Tests/Networks/NetworkCases.cs",
            ["    internal static Dictionary<string, Func<Device?, SequenceNetwork>> PublishedNetworks", "    };"],
            "        [\"__name__\"] = new __Name__Settings(1, 2, 128, ConvolutionKind.Full).Make,"
        ),
        (
            "test/Microsoft.ML.SeqConv.Torch.Tests/Networks/NetworkCases.cs",
            ["    internal static Dictionary<string, Func<Device?, SequenceNetwork>> SmallNetworks", "    };"],
            "        [\"__name__\"] = new __Name__Settings(Channels, Outputs, 6, ConvolutionKind.Full).Make,"
        ),
    ];

void Insert(string file, string[] before, string line)
{
    List<string> lines = [.. Text(file).Split('\n')];
    int at = 0;
    foreach (string start in before)
    {
        at = lines.FindIndex(at, text => text.StartsWith(start, StringComparison.Ordinal));
        if (at < 0)
        {
            throw new InvalidDataException($"{file} has no line that begins with '{start.Trim()}', before which a line "
                + "belongs. Nothing was written; correct Insertions in new-component.cs.");
        }
    }

    lines.Insert(at, line);
    written[file] = string.Join('\n', lines);
}

void AddPublicMembers(string file, string members)
{
    string[] lines = [.. $"{Text(file)}{members}".Split('\n')
        .Where(line => line.Length > 0 && line != "#nullable enable").Distinct()];
    Array.Sort(lines, StringComparer.Ordinal);
    written[file] = "#nullable enable\n" + string.Concat(lines.Select(line => line + "\n"));
}

string Text(string file)
    => written.TryGetValue(file, out string? text)
        ? text
        : File.ReadAllText(Path.Combine(root, file)).ReplaceLineEndings("\n");

string Filled(string text) => text.Replace("__Name__", name, StringComparison.Ordinal)
    .Replace("__name__", name.ToLowerInvariant(), StringComparison.Ordinal)
    .Replace("__SIGNATURE__", signature, StringComparison.Ordinal)
    .Replace("__NUMBER__", number, StringComparison.Ordinal);

// The first number in model files that no network over series has.
string Number()
{
    IEnumerable<Match> attributes = sources.SelectMany(file => Regex.Matches(
        File.ReadAllText(file), @"^\[assembly: .*SeriesNetwork<.*>\((\d+)\)\]", RegexOptions.Multiline));
    IEnumerable<int> numbers = attributes.Select(
        match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    return $"{numbers.Max() + 1}";
}

// Eight characters that no other component has.
string Signature()
{
    string all = string.Concat(sources.Select(File.ReadAllText));
    string letters = name.ToUpperInvariant();
    for (int i = 0; ; i++)
    {
        string number = i == 0 ? "" : $"{i}";
        string candidate = "SC"
            + letters[..Math.Min(6 - number.Length, letters.Length)].PadRight(6 - number.Length, '_') + number;
        if (!all.Contains($"\"{candidate}\"", StringComparison.Ordinal))
            return candidate;
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}

// Not [CallerFilePath], which CI builds map to /_/.
static string TemplateFolder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
