using System.Reflection;

namespace Microsoft.ML.SeqConv.TestKit.Architecture;

/// <summary>Which folders of a project use which others, read from the compiled assembly.</summary>
public sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _arrows = new(StringComparer.Ordinal);

    /// <summary>For each folder the folders that its types use.</summary>
    public IEnumerable<(string From, string To)> Arrows
        => _arrows.SelectMany(from => from.Value.Keys.Select(to => (from.Key, to)));

    /// <summary>Reads the graph.</summary>
    /// <param name="assembly">A compiled project.</param>
    public static FolderGraph Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        SourceFolders folders = SourceFolders.Read(assembly);
        var graph = new FolderGraph();
        foreach (Type type in assembly.GetTypes())
        {
            string from = folders.Of(type);
            if (from.Length == 0)
                continue;
            graph._arrows.TryAdd(from, new(StringComparer.Ordinal));
            foreach (Type used in CompiledUses.Of(type).Named.OfType<Type>().Where(used => used.Assembly == assembly))
            {
                string to = folders.Of(used);
                if (to.Length > 0)
                    graph.Add(from, to, $"{type.Name} uses {used.Name}");
            }
        }

        return graph;
    }

    /// <summary>A graph of given arrows.</summary>
    public static FolderGraph Of(IEnumerable<(string From, string To)> arrows)
    {
        ArgumentNullException.ThrowIfNull(arrows);
        var graph = new FolderGraph();
        foreach ((string from, string to) in arrows)
            graph.Add(from, to, "");
        return graph;
    }

    /// <summary>
    /// Pairs of folders that use each other, directly or through others, with an example of each use.
    /// </summary>
    public string[] Cycles()
    {
        Dictionary<string, HashSet<string>> reached = _arrows.Keys.ToDictionary(folder => folder, Reach);
        return
        [
            .. Arrows.Where(arrow => reached.GetValueOrDefault(arrow.To)?.Contains(arrow.From) == true)
                .Select(arrow => $"{arrow.From} -> {arrow.To}: {_arrows[arrow.From][arrow.To]}"),
        ];
    }

    /// <summary>A line for each folder: its name and the folders that it uses.</summary>
    public override string ToString() => string.Join('\n', _arrows.Select(from
        => from.Value.Count == 0 ? from.Key : $"{from.Key} -> {string.Join(", ", from.Value.Keys)}"));

    private void Add(string from, string to, string example)
    {
        _arrows.TryAdd(from, new(StringComparer.Ordinal));
        _arrows.TryAdd(to, new(StringComparer.Ordinal));
        if (to != from)
            _arrows[from].TryAdd(to, example);
    }

    private HashSet<string> Reach(string folder)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>([folder]);
        while (waiting.TryPop(out string? next))
        {
            foreach (string to in _arrows[next].Keys.Where(reached.Add))
                waiting.Push(to);
        }

        return reached;
    }
}
