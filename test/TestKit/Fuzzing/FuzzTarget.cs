namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>A reader of files, and files that it reads.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Seeds">Valid files, which are mutated.</param>
/// <param name="Read">Reads a file.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>Errors that the reader documents, besides <see cref="FormatException"/>.</summary>
    public IReadOnlyList<Type> Documented { get; init; } = [];

    /// <summary>Whether files are text, of which numbers are edited as text.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether files end in a SHA-256 checksum, which is corrected for half of the inputs.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>
    /// A reader that takes a path: each input is written to one file of this name in a temporary folder.
    /// </summary>
    /// <param name="fileName">The name, for its extension.</param>
    /// <param name="read">Reads the file at a path.</param>
    public static Action<byte[]> FromPath(string fileName, Action<string> read)
    {
        string folder = Directory.CreateTempSubdirectory("seqconv-fuzz").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string path = Path.Combine(folder, fileName);
        return bytes =>
        {
            File.WriteAllBytes(path, bytes);
            read(path);
        };
    }

    /// <summary>
    /// Sections of model files with right lengths and checksums around mutated content.
    /// The first byte of an input chooses the model.
    /// </summary>
    /// <param name="name">The name on the command line.</param>
    /// <param name="models">Models, each with the entry of a section.</param>
    /// <param name="use">Gets a model that was loaded, and which one it is.</param>
    public static FuzzTarget OfSections(
        string name, IReadOnlyList<(byte[] File, string Entry)> models, Action<ITransformer, int> use)
    {
        byte[][] seeds = [.. models.Select((model, i) => (byte[])[
            (byte)i, .. ModelSections.ContentOf(ModelSections.Read(model.File, model.Entry))])];
        return new(name, seeds, bytes =>
        {
            int number = bytes.Length == 0 ? 0 : bytes[0] % models.Count;
            (byte[] file, string entry) = models[number];
            byte[] content = bytes.Length == 0 ? [] : bytes[1..];
            ITransformer model = ModelSections.Load(ModelSections.Rewrite(
                file, entry, section => ModelSections.WithContent(section, content)));
            use(model, number);
            (model as IDisposable)?.Dispose();
        })
        {
            // of series that do not fit to the model
            Documented = [typeof(InvalidOperationException), typeof(ArgumentOutOfRangeException)],
        };
    }

    /// <summary>The bytes of a file that is written by path.</summary>
    /// <param name="write">Writes the file at a path.</param>
    public static byte[] BytesOf(Action<string> write)
    {
        string folder = Directory.CreateTempSubdirectory("seqconv-fuzz").FullName;
        try
        {
            string path = Path.Combine(folder, "file");
            write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
