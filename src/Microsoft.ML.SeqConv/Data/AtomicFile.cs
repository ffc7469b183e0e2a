namespace Microsoft.ML.SeqConv;

/// <summary>A file that is there whole or not at all: it is written beside its place under another name and then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file, replacing one that exists only when all went well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
                write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            // Deleting what was renamed, or never made for want of its folder, is nothing to do.
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }
}
