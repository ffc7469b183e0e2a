namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>A file for one test, in a folder of its own.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public TemporaryFile(string name, string content = "")
    {
        Path = System.IO.Path.Combine(_folder, name);
        File.WriteAllText(Path, content);
    }

    public string Path { get; }

    public string[] Files => [.. Directory.GetFiles(_folder).Select(file => System.IO.Path.GetFileName(file)!)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
