using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Which files of a folder are read, and what their labels are.</summary>
public sealed class AudioFolderOptions
{
    /// <summary>
    /// A regular expression for file names without their extension; files that do not match are left out. Its group
    /// <c>Label</c> is the label, and every other named group becomes a text column of its name. Example:
    /// <c>^(?&lt;Label&gt;\d)_(?&lt;Speaker&gt;\w+)_\d+$</c>. Default <see langword="null"/>: all files, and the label
    /// is the name of the folder that lies directly in the one that is read.
    /// </summary>
    /// <remarks>
    /// The name of a folder is always a class, also if it is <c>nan</c> or <c>?</c>, which are missing labels in other
    /// formats: a person chose the name. The same holds for the text of the group <c>Label</c>; only a group that
    /// matches no character is a missing label.
    /// </remarks>
    public string? FileNamePattern { get; set; }

    /// <summary>
    /// Samples a second, 1 to 10,000,000; files of another rate are resampled. Default <see langword="null"/>: the
    /// most common rate of the files that can be read; if two rates are equally common, the higher one.
    /// </summary>
    public int? SampleRate { get; set; }

    /// <summary>
    /// The highest ratio of <see cref="SampleRate"/> to the rate of a file, 1 to 65,536: a clip gets at most that many
    /// times its samples, and never more than 536,870,912. Default 32. Reductions go to 1/1,024, or to
    /// 1/<see cref="MaxResamplingFactor"/> where that is further. Files beyond are bad files, see
    /// <see cref="BadFiles"/>; they are found by their headers, before any sample is read.
    /// </summary>
    public int MaxResamplingFactor { get; set; } = Resampler.DefaultMaxFactor;

    /// <summary>
    /// What happens to files that cannot be read, or whose rate is too far from <see cref="SampleRate"/>. Default: one
    /// error lists them. With <see cref="BadFiles.Skip"/>, files of floating point are read as a whole when the folder
    /// is opened, because any sample of theirs may be no number.
    /// </summary>
    public BadFiles BadFiles { get; set; }

    /// <summary>
    /// Whether files are read that are hidden: whose name, or that of a folder in which they lie, begins with a point
    /// (such as macOS's AppleDouble files, <c>._a.wav</c>) or is <c>__MACOSX</c>. Default false.
    /// </summary>
    public bool IncludeHiddenFiles { get; set; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        Guard.Within(SampleRate, 1, MelSettings.MaxSampleRate, remedy: "Set the samples a second that all clips "
            + "shall have, or leave it null for the most common rate of the files.");
        Guard.Within(MaxResamplingFactor, 1, Resampler.MaxFactorLimit, remedy: "Set a factor in this range; "
            + $"the default is {Resampler.DefaultMaxFactor}.");
        Guard.Defined(BadFiles);
    }
}
