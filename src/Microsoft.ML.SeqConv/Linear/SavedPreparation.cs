using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>A fitted preparation with its model file, by which two of them are compared.</summary>
internal sealed class SavedPreparation
{
    private readonly byte[] _fingerprint;

    private SavedPreparation(ITransformer transformer, byte[] file)
    {
        Transformer = transformer;
        File = file;
        _fingerprint = Fingerprint(file);
    }

    public ITransformer Transformer { get; }

    /// <summary>The model.zip.</summary>
    public byte[] File { get; }

    public static SavedPreparation Of(MLContext context, ITransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(inputSchema);
        using var file = new MemoryStream();
        context.Model.Save(transformer, inputSchema, file);
        return new(transformer, file.ToArray());
    }

    /// <summary>Loads a preparation, and the schema that it was saved with.</summary>
    /// <exception cref="FormatException">The file is no model, or is damaged.</exception>
    public static SavedPreparation Load(MLContext context, byte[] file, out DataViewSchema inputSchema)
    {
        using var archive = new MemoryStream(file, writable: false);
        ModelArchive.Check(archive);
        try
        {
            return new(context.Model.Load(archive, out inputSchema), file);
        }
        catch (Exception error) when (!ModelArchive.IsFromElsewhere(error))
        {
            // Of damaged models ML.NET's loaders throw whatever they stumble over, some of it within reflection.
            throw new FormatException("Its preparation cannot be loaded: "
                + $"{error.GetBaseException().Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>
    /// Whether the other was fitted to the same values. How the rows of each were typed before does not matter.
    /// </summary>
    public bool IsSame(SavedPreparation other) => _fingerprint.AsSpan().SequenceEqual(other._fingerprint);

    // What was fitted lies under the chain's folder; beside it lie the schema and the version of the writer.
    private static byte[] Fingerprint(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file, writable: false));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(IsFitted)
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            using var content = new MemoryStream();
            using (Stream stream = entry.Open())
                stream.CopyTo(content);
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.FullName}\0{content.Length}\0"));
            hash.AppendData(content.ToArray());
        }

        return hash.GetHashAndReset();
    }

    private static bool IsFitted(ZipArchiveEntry entry)
        => entry.FullName.StartsWith("TransformerChain", StringComparison.Ordinal);
}
