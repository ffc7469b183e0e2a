namespace Microsoft.ML.SeqConv;

/// <summary>Which files of a folder are read, and what their labels are.</summary>
public sealed class AudioFolderOptions
{
    /// <summary>
    /// A regular expression for file names without their extension; files that do not match are left out. Its group <c>Label</c> is the label, and every other named group becomes
    /// a text column of its name. Example: <c>^(?&lt;Label&gt;\d)_(?&lt;Speaker&gt;\w+)_\d+$</c>. Default <see langword="null"/>: all files, and the label is the name of the folder
    /// that lies directly in the one that is read.
    /// </summary>
    public string? FileNamePattern { get; set; }

    /// <summary>Samples a second, 1 to 10,000,000; files of another rate are resampled. Default <see langword="null"/>: that of the first file.</summary>
    public int? SampleRate { get; set; }

    /// <summary>
    /// What happens to files that cannot be read, or whose rate is too far from <see cref="SampleRate"/>. Default: one error lists them. With <see cref="BadFiles.Skip"/>, files of
    /// floating point are read as a whole when the folder is opened, because any sample of theirs may be no number.
    /// </summary>
    public BadFiles OnBadFile { get; set; }

    /// <summary>
    /// Whether files are read that are hidden: whose name, or that of a folder in which they lie, begins with a point (such as macOS's AppleDouble files, <c>._a.wav</c>) or is
    /// <c>__MACOSX</c>. Default false.
    /// </summary>
    public bool IncludeHiddenFiles { get; set; }
}
