using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads the headers of the files of a folder, and reports all that are wrong or unusual at once.</summary>
internal sealed class AudioFolderHeaders(AudioFolderOptions options)
{
    private const int MaxListed = 20;

    private readonly List<string> _bad = [];
    private readonly List<string> _notes = [];
    private ClipReader? _clips;
    private int _accepted;

    /// <summary>That of the options, or of the first file that was accepted; 0 where there is none.</summary>
    public int SampleRate { get; private set; }

    /// <summary>Whether a file can be read; what is wrong with it is kept for <see cref="Report"/>.</summary>
    public bool Accept(string path)
    {
        try
        {
            WaveHeader header = Read(path);
            int rate = options.SampleRate ?? (SampleRate > 0 ? SampleRate : header.Format.SampleRate);
            _clips ??= ClipReader.ForFolder(rate, _notes.Add, options.MaxResamplingFactor);
            _clips.ResamplerOf(header, path);
            if (header.Note is not null)
                _notes.Add(header.Note);
            SampleRate = rate;
            _accepted++;
            return true;
        }
        catch (FormatException error)
        {
            _bad.Add(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _bad.Add($"{path}: {error.Message}");
        }

        return false;
    }

    /// <summary>Logs files that are left out, and notes.</summary>
    /// <exception cref="FormatException">Files are bad, and either that is an error, or no other is left; the message lists them.</exception>
    public void Report(IHostEnvironment env, string folder)
    {
        if (_bad.Count > 0 && (options.OnBadFile == BadFiles.Error || _accepted == 0))
        {
            throw new FormatException(_bad.Count == 1 && _accepted > 0 ? $"{_bad[0]} To leave such files out, set AudioFolderOptions.OnBadFile to Skip."
                : $"{List(_bad)}\n{_bad.Count} of {_bad.Count + _accepted} files of the folder '{folder}' cannot be read. Correct or replace them"
                + (_accepted == 0 ? "." : ", or leave them out: set AudioFolderOptions.OnBadFile to Skip."));
        }

        if (_bad.Count > 0)
            env.Warn(nameof(AudioFolderCatalog.LoadFromAudioFolder), $"{_bad.Count} of {_bad.Count + _accepted} files of the folder '{folder}' cannot be read and are left out:\n{List(_bad)}");
        if (_notes.Count > 0)
            env.Warn(nameof(AudioFolderCatalog.LoadFromAudioFolder), $"{_notes.Count} of {_bad.Count + _accepted} files of the folder '{folder}' have an unusual size:\n{List(_notes)}");
    }

    private WaveHeader Read(string path)
    {
        using FileStream stream = WaveFile.Open(path);
        WaveHeader header = WaveReader.ReadHeader(stream, path);
        if (options.OnBadFile == BadFiles.Skip && header.Format.Codec == WaveCodec.Float)
        {
            stream.Position = 0;
            _ = WaveReader.Read(stream, path);
        }

        return header;
    }

    private static string List(List<string> messages)
        => string.Join("\n", messages.Take(MaxListed)) + (messages.Count > MaxListed ? $"\nand {messages.Count - MaxListed} more" : "");
}
