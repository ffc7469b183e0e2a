using System.IO.Compression;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Checks a model.zip before ML.NET's loaders see it: they allocate what a file declares, and report damage by whatever
/// exception they meet. Here each entry is inflated once, within its declared size and a plausible ratio, its CRC-32 is
/// compared, and counts in schemas are compared with the bytes that are there.
/// </summary>
internal static class ModelArchive
{
    /// <summary>What to do with a model file that is damaged.</summary>
    public const string Remedy = "Save the model again, or download the file again.";

    /// <summary>The most bytes of all entries, inflated, unless the caller raises it.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    private const int MaxEntries = 100_000;
    private const int PlausibleRatio = 100;
    private const long AlwaysPlausible = 16L << 20;
    private const int BytesAtOnce = 1 << 16;

    /// <summary>Checks an archive.</summary>
    /// <param name="file">Seekable; its position is the beginning afterwards.</param>
    /// <param name="maxBytes">The most bytes of all entries, inflated.</param>
    /// <exception cref="FormatException">
    /// The archive is no archive, damaged, or asks for more than is plausible.
    /// </exception>
    public static void Check(Stream file, long maxBytes = DefaultMaxBytes)
    {
        try
        {
            using (var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
                CheckEntries(archive, file.Length, maxBytes);
            file.Position = 0;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException
            or ArgumentException or IOException or OverflowException)
        {
            throw new FormatException($"It is no ZIP archive, or is cut short: {error.Message}", error);
        }
    }

    /// <summary>
    /// Whether the cause of an error in loading a checked archive is elsewhere than in its bytes: the call was
    /// cancelled, memory ran out, or an assembly or native library is missing.
    /// </summary>
    public static bool IsFromElsewhere(Exception error)
        => error is OperationCanceledException or OutOfMemoryException or FileNotFoundException or FileLoadException
            or DllNotFoundException or BadImageFormatException
            || (error.InnerException is { } cause && IsFromElsewhere(cause));

    /// <summary>
    /// The most that so many compressed bytes may inflate to: numbers and names do not shrink to a hundredth,
    /// and little files may.
    /// </summary>
    internal static long PlausibleBytes(long compressed)
        => Math.Max(AlwaysPlausible,
            compressed > long.MaxValue / PlausibleRatio ? long.MaxValue : compressed * PlausibleRatio);

    private static void CheckEntries(ZipArchive archive, long fileBytes, long maxBytes)
    {
        if (archive.Entries.Count > MaxEntries)
            throw new FormatException(
                FormattableString.Invariant($"It has {archive.Entries.Count} entries; at most {MaxEntries} are read."));
        if (archive.Entries.GroupBy(entry => entry.FullName, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new FormatException($"It has the entry '{twice.Key}' {twice.Count()} times.");
        }

        long total = 0;
        long compressed = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            total = checked(total + entry.Length);
            compressed = checked(compressed + entry.CompressedLength);
            if (entry.Length < 0 || entry.Length > PlausibleBytes(entry.CompressedLength))
                throw new FormatException(FormattableString.Invariant($"Its entry '{entry.FullName}' declares ")
                    + FormattableString.Invariant($"{entry.Length} bytes in {entry.CompressedLength} compressed ones, ")
                    + "more than a model holds.");
            if (compressed > fileBytes)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"Its entries declare more than its {fileBytes} bytes: they overlap."));
            }

            if (total > maxBytes || total > PlausibleBytes(compressed))
                throw new FormatException(FormattableString.Invariant(
                    $"Its entries declare more than {Math.Min(maxBytes, PlausibleBytes(compressed))} bytes."));
        }

        foreach (ZipArchiveEntry entry in archive.Entries)
            CheckContent(entry);
    }

    private static void CheckContent(ZipArchiveEntry entry)
    {
        MemoryStream? schema = null;
        byte[] buffer = new byte[BytesAtOnce];
        uint crc = Crc32.Start;
        long read = 0;
        using (Stream stream = entry.Open())
        {
            // Whole buffers: how the entry was compressed decides how much a single read gives.
            for (int count; (count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                crc = Crc32.Add(crc, buffer.AsSpan(0, count));
                if (read == 0 && SchemaEntry.IsOne(buffer.AsSpan(0, count)))
                    schema = new MemoryStream(checked((int)entry.Length));
                read += count;
                if (read > entry.Length)
                    break;
                schema?.Write(buffer, 0, count);
            }
        }

        if (read != entry.Length || Crc32.End(crc) != entry.Crc32)
            throw new FormatException($"Its entry '{entry.FullName}' is damaged: it does not match its checksum.");
        if (schema is not null)
            new SchemaEntry(schema).Check(entry.FullName);
    }
}
