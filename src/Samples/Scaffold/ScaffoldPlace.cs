namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>
/// A temporary folder beside a project's place: a project is there whole or not at all, since it is written here and
/// then renamed. A process that is killed leaves the folder behind; the next scaffold beside it removes it.
/// </summary>
internal sealed class ScaffoldPlace : IDisposable
{
    private const string Prefix = ".seqconv-";
    private const string LockExtension = ".lock";

    private readonly FileStream _lock;

    public ScaffoldPlace(string folder)
    {
        string parent = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(parent);
        RemoveAbandoned(parent);
        Temporary = Path.Combine(parent, $"{Prefix}{Guid.NewGuid():N}");
        _lock = Lock(Temporary, FileMode.CreateNew);      // before the folder: one without a lock is abandoned
        try
        {
            Directory.CreateDirectory(Temporary);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Where the project is written.</summary>
    public string Temporary { get; }

    public void Dispose()
    {
        using (_lock)
        {
            if (Directory.Exists(Temporary))
                Directory.Delete(Temporary, recursive: true);
        }
    }

    // The system takes a lock back when its process dies, whatever the cause. The file beside the folder then stays,
    // and is removed with the folder.
    private static FileStream Lock(string temporary, FileMode mode)
    {
        string file = temporary + LockExtension;
        return new(file, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }

    private static void RemoveAbandoned(string parent)
    {
        try
        {
            foreach (string entry in Directory.GetFileSystemEntries(parent, Prefix + '*'))
            {
                string name = Path.GetFileName(entry);
                if (name.EndsWith(LockExtension, StringComparison.Ordinal))
                    name = name[..^LockExtension.Length];
                if (Guid.TryParseExact(name[Prefix.Length..], "N", out _))
                    RemoveIfAbandoned(Path.Combine(parent, name));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed here is no obstacle to the new project.
        }
    }

    private static void RemoveIfAbandoned(string temporary)
    {
        try
        {
            using FileStream mine = Lock(temporary, FileMode.OpenOrCreate);
            if (HasLocks(temporary) && Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its process is at work, or another one removes it now.
        }
    }

    // Some network folders have no locks: there nothing shows whether the process lives, and the folder stays.
    private static bool HasLocks(string temporary)
    {
        try
        {
            string file = temporary + LockExtension;
            using var second = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
