using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the headers of the files of a folder, chooses the sample rate of the folder, and reports all files that are
/// wrong or unusual at once.
/// </summary>
internal sealed class AudioFolderHeaders
{
    private const int MaxListed = 20;

    private readonly AudioFolderOptions _options;
    private readonly HashSet<string> _accepted = [];
    private readonly List<string> _bad = [];
    private readonly List<string> _notes = [];

    /// <param name="options">Options in their ranges.</param>
    /// <param name="paths">The files, in the order of messages.</param>
    public AudioFolderHeaders(AudioFolderOptions options, IEnumerable<string> paths)
    {
        _options = options;
        // All headers are read before a file is judged: the first file alone may be the one that is wrong.
        FileHeader[] files = [.. paths.Select(Read)];
        SampleRate = options.SampleRate ?? MostCommonRate(files);
        ClipReader? clips = SampleRate == 0
            ? null : ClipReader.ForFolder(SampleRate, _ => { }, options.MaxResamplingFactor);
        foreach (FileHeader file in files)
            Judge(file, clips);
    }

    /// <summary>
    /// The rate of the options, or the most common one of the files that can be read, the higher of two that are
    /// equally common; 0 where there is neither.
    /// </summary>
    public int SampleRate { get; }

    /// <summary>Whether a file can be read and brought to <see cref="SampleRate"/>.</summary>
    public bool IsAccepted(string path) => _accepted.Contains(path);

    /// <summary>Logs files that are left out, and notes.</summary>
    /// <exception cref="FormatException">
    /// Files are bad, and either that is an error, or no other is left; the message lists them.
    /// </exception>
    public void Report(IHostEnvironment env, string folder)
    {
        const string skip = "set AudioFolderOptions.BadFiles to Skip.";
        int count = _bad.Count + _accepted.Count;
        if (_bad.Count > 0 && (_options.BadFiles == BadFiles.Error || _accepted.Count == 0))
        {
            throw new FormatException(_bad.Count == 1 && _accepted.Count > 0
                ? $"{_bad[0]} To leave such files out, {skip}"
                : $"{List(_bad)}\n{_bad.Count} of {count} files of the folder '{folder}' cannot be read. "
                    + $"Correct or replace them{(_accepted.Count == 0 ? "." : $", or leave them out: {skip}")}");
        }

        const string source = nameof(AudioFolderCatalog.LoadFromAudioFolder);
        string files = $"of {count} files of the folder '{folder}'";
        if (_bad.Count > 0)
            env.Warn(source, $"{_bad.Count} {files} cannot be read and are left out:\n{List(_bad)}");
        if (_notes.Count > 0)
            env.Warn(source, $"{_notes.Count} {files} have an unusual size:\n{List(_notes)}");
    }

    private static int MostCommonRate(FileHeader[] files)
        => files.Select(file => file.Header).OfType<WaveHeader>().GroupBy(header => header.Format.SampleRate)
            .OrderByDescending(rate => rate.Count()).ThenByDescending(rate => rate.Key)
            .Select(rate => rate.Key).FirstOrDefault();

    private void Judge(FileHeader file, ClipReader? clips)
    {
        if (file.Header is null)
        {
            _bad.Add(file.Error!);
            return;
        }

        try
        {
            _ = clips!.ResamplerOf(file.Header, file.Path);
        }
        catch (FormatException error)
        {
            _bad.Add(error.Message);
            return;
        }

        _accepted.Add(file.Path);
        if (file.Header.Note is not null)
            _notes.Add(file.Header.Note);
    }

    private FileHeader Read(string path)
    {
        try
        {
            return new FileHeader(path, ReadHeader(path), null);
        }
        catch (FormatException error)
        {
            return new FileHeader(path, null, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new FileHeader(path, null, $"{path}: {error.Message}");
        }
    }

    private WaveHeader ReadHeader(string path)
    {
        using FileStream stream = WaveFile.Open(path);
        WaveHeader header = WaveReader.ReadHeader(stream, path);
        if (_options.BadFiles == BadFiles.Skip && header.Format.Codec == WaveCodec.Float)
        {
            stream.Position = 0;
            _ = WaveReader.Read(stream, path);
        }

        return header;
    }

    private static string List(List<string> messages)
        => string.Join("\n", messages.Take(MaxListed))
            + (messages.Count > MaxListed ? $"\nand {messages.Count - MaxListed} more" : "");

    /// <summary>One of <paramref name="Header"/> and <paramref name="Error"/> is there.</summary>
    private sealed record FileHeader(string Path, WaveHeader? Header, string? Error);
}
