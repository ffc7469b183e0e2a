using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// Edits sections of model files: as a fault on a disk would, or as somebody who corrects lengths and checksum would.
/// </summary>
public static class ModelSections
{
    // Places in the header of a section, as ML.NET writes it.
    private const int ModelVersion = 0x48;
    private const int ModelStart = 0x10;
    private const int ModelLength = 0x18;
    private const int LoaderSignature = 0x50;
    private const int LoaderSignatureLength = 24;
    private const uint Checksummed = 0x0100;

    // Those of the positions of what follows the model: string table, its characters, tail, end,
    // and the name of the assembly.
    private static readonly int[] LaterPlaces = [0x20, 0x30, 0x80, 0x88, 0x90];

    /// <summary>The entry of the section of a component.</summary>
    /// <param name="file">A model.zip.</param>
    /// <param name="loaderSignature">The name that the component is loaded by.</param>
    public static string EntryOf(byte[] file, string loaderSignature)
        => Entries(file).Single(
            name => Path.GetFileName(name) == "Model.key" && SignatureOf(Read(file, name)) == loaderSignature);

    /// <summary>The entries with a section of this library.</summary>
    /// <param name="file">A model.zip.</param>
    public static string[] OfThisLibrary(byte[] file)
        => [.. Entries(file).Where(name => Path.GetFileName(name) == "Model.key"
        && SignatureOf(Read(file, name)).StartsWith("SeqConv", StringComparison.Ordinal))];

    /// <summary>The bytes of an entry.</summary>
    /// <param name="file">A model.zip.</param>
    /// <param name="entry">The entry.</param>
    public static byte[] Read(byte[] file, string entry)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        using Stream stream = archive.GetEntry(entry)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>
    /// Where a section's component is in its entry, from the first byte to behind the last one of the checksum.
    /// </summary>
    /// <param name="section">The bytes of the entry.</param>
    public static Range PartOf(byte[] section)
    {
        int start = (int)BinaryPrimitives.ReadInt64LittleEndian(section.AsSpan(ModelStart));
        return start..(start + (int)BinaryPrimitives.ReadInt64LittleEndian(section.AsSpan(ModelLength)));
    }

    /// <summary>Makes a model file whose entry has other bytes.</summary>
    /// <param name="file">A model.zip.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="edit">Gets its bytes and returns the new ones.</param>
    public static byte[] Rewrite(byte[] file, string entry, Func<byte[], byte[]> edit)
    {
        using var output = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(file)))
        using (var target = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry from in source.Entries)
            {
                byte[] content = Read(file, from.FullName);
                using Stream written = target.CreateEntry(from.FullName, CompressionLevel.NoCompression).Open();
                written.Write(from.FullName == entry ? edit(content) : content);
            }
        }

        return output.ToArray();
    }

    /// <summary>The content of a section within its checksum.</summary>
    /// <param name="section">The bytes of the entry.</param>
    public static byte[] ContentOf(byte[] section) => section[ContentRange(section)];

    /// <summary>Makes a section with other content, whose lengths and checksum are right.</summary>
    /// <param name="section">The bytes of the entry.</param>
    /// <param name="content">The new content.</param>
    public static byte[] WithContent(byte[] section, byte[] content)
    {
        Range old = ContentRange(section);
        int start = PartOf(section).Start.Value;
        int delta = content.Length - (old.End.Value - old.Start.Value);
        byte[] edited = [.. section[..old.Start], .. content, .. section[old.End..]];
        Add(edited, ModelLength, delta);
        foreach (int place in LaterPlaces
            .Where(place => BinaryPrimitives.ReadInt64LittleEndian(edited.AsSpan(place)) != 0))
            Add(edited, place, delta);
        Add(edited, old.Start.Value - sizeof(long), delta);
        int end = old.Start.Value + content.Length;
        SHA256.HashData(edited.AsSpan(start..end), edited.AsSpan(end));
        return edited;
    }

    /// <summary>
    /// Loads a model, and throws a component's error without those that ML.NET's reflection puts around it.
    /// </summary>
    /// <param name="file">A model.zip.</param>
    public static ITransformer Load(byte[] file)
    {
        try
        {
            return new MLContext(1).Model.Load(new MemoryStream(file), out _);
        }
        catch (Exception error) when (error.InnerException is not null)
        {
            Exception cause = error;
            while (cause is not FormatException && cause.InnerException is not null)
                cause = cause.InnerException;
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    private static void Add(byte[] section, int place, int delta)
    {
        Span<byte> field = section.AsSpan(place);
        BinaryPrimitives.WriteInt64LittleEndian(field, BinaryPrimitives.ReadInt64LittleEndian(field) + delta);
    }

    // The length of the content stands before it, behind what ML.NET's base class wrote.
    private static Range ContentRange(byte[] section)
    {
        if ((BinaryPrimitives.ReadUInt32LittleEndian(section.AsSpan(ModelVersion)) & Checksummed) == 0)
            throw new InvalidOperationException("The section has no checksum.");
        (int start, int end) = (PartOf(section).Start.Value, PartOf(section).End.Value - SHA256.HashSizeInBytes);
        int length = Enumerable.Range(0, 5).Select(words => start + words * sizeof(int))
            .First(at => BinaryPrimitives.ReadInt64LittleEndian(section.AsSpan(at)) == end - at - sizeof(long));
        return (length + sizeof(long))..end;
    }

    private static string SignatureOf(byte[] section)
        => Encoding.UTF8.GetString(section, LoaderSignature, LoaderSignatureLength).TrimEnd('\0');

    private static string[] Entries(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }
}
