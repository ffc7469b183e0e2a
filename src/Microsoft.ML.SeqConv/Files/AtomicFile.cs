namespace Microsoft.ML.SeqConv;

/// <summary>
/// A file that is there whole or not at all: it is written beside its place under another name and then
/// renamed. A process that is killed while it writes leaves the other file behind; the next one that writes or
/// reads the path removes it.
/// </summary>
internal static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";
    private const int MaxAttempts = 100;

    /// <summary>Writes a file, replacing one that exists only when all went well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it, and may close the stream.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        RemoveAbandoned(full);
        using FileStream temporaryFile = CreateTemporary(full);
        string temporary = temporaryFile.Name;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete))
            {
                write(stream);
                if (stream.CanWrite)
                    stream.Flush();
            }

            // Else a power failure may keep the new name and lose the content.
            temporaryFile.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    /// <summary>Opens a file that <see cref="Write"/> wrote.</summary>
    public static FileStream OpenRead(string path)
    {
        RemoveAbandoned(path);
        return File.OpenRead(path);
    }

    /// <summary>Removes the temporary files of processes that were killed while they wrote a file.</summary>
    /// <param name="path">The file.</param>
    public static void RemoveAbandoned(string path)
    {
        string full = Path.GetFullPath(path);
        string prefix = Path.GetFileName(full) + '.';
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(full)!, '*' + TemporaryExtension))
            {
                ReadOnlySpan<char> name = Path.GetFileName(file);
                if (name.StartsWith(prefix, StringComparison.Ordinal)
                    && name.EndsWith(TemporaryExtension, StringComparison.Ordinal)
                    && Guid.TryParseExact(
                        name[prefix.Length..Math.Max(prefix.Length,
                            name.Length - TemporaryExtension.Length)], "N", out _))
                    RemoveIfAbandoned(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed or removed here is no obstacle to what the caller does, which has its own errors.
        }
    }

    // Its creator holds the file open, and so a lock on it, until it is renamed: the system takes the lock back when
    // the creator dies, whatever the cause.
    private static FileStream CreateTemporary(string full)
    {
        for (int attempt = 1; ; attempt++)
        {
            string temporary = $"{full}.{Guid.NewGuid():N}{TemporaryExtension}";
            FileStream stream;
            try
            {
                stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite,
                    FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException) when (attempt < MaxAttempts && Directory.Exists(Path.GetDirectoryName(full)))
            {
                // another process took it for abandoned between its creation and its lock, and removes it
                continue;
            }

            if (File.Exists(temporary))
                return stream;
            stream.Dispose();
        }
    }

    private static void RemoveIfAbandoned(string file)
    {
        try
        {
            bool isWindows = OperatingSystem.IsWindows();
            using var mine = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1,
                isWindows ? FileOptions.DeleteOnClose : FileOptions.None);

            // Some network folders have no locks: there it is unknown whether the creator still runs,
            // and the file stays.
            if (!isWindows && IsLocked(file))
                File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its creator is at work, or another process removes it now.
        }
    }

    private static bool IsLocked(string file)
    {
        try
        {
            using var second = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
