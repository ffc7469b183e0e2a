using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What missing values at the end of a line of a UCR file (.tsv, .txt, .csv) are.</summary>
public enum TrailingMissing
{
    /// <summary>
    /// By the whole file. Padding where all lines are equally wide, and more than half of them end in missing values or
    /// one of them in a run of more than one missing value and more than a tenth of its width: the archive pads series
    /// of unequal length. Else gaps: a few last values are missing.
    /// </summary>
    Auto,

    /// <summary>Padding: each series ends with its last value, and the column has an unknown size.</summary>
    Padding,

    /// <summary>Gaps: each series is as long as its line, and its last values are missing.</summary>
    Gap,
}

/// <summary>What happens to series whose channels have unequal lengths, as sensors of different rates give.</summary>
public enum UnequalChannels
{
    /// <summary>They are an error.</summary>
    Error,

    /// <summary>
    /// The shorter channels are interpolated linearly to the length of the longest; first and last
    /// points stay at the ends.
    /// </summary>
    Interpolate,
}

/// <summary>How files of series are read. The defaults guess nothing that would change what a row means.</summary>
public sealed class SeriesFileOptions
{
    /// <summary>
    /// The encoding of the text. Default <see langword="null"/>: UTF-8, and a byte that is no UTF-8 is an error that
    /// names line and column. For files of Windows-1252 or ISO 8859-1, for example <see cref="Encoding.Latin1"/>.
    /// </summary>
    public Encoding? Encoding { get; set; }

    /// <summary>
    /// What missing values at the end of a line of a UCR file are. Default <see cref="TrailingMissing.Auto"/>.
    /// </summary>
    public TrailingMissing TrailingMissing { get; set; }

    /// <summary>
    /// Points of a series that a model was trained on, at least 1: lines of a UCR file that hold as many are not
    /// shortened by missing values at their end. Default <see langword="null"/>: not known.
    /// </summary>
    public int? SeriesLength { get; set; }

    /// <summary>
    /// What happens where the channels of a .ts file have unequal lengths. Default <see cref="UnequalChannels.Error"/>.
    /// </summary>
    public UnequalChannels UnequalChannels { get; set; }

    internal SeriesFileOptions CheckedCopy()
    {
        Guard.Defined(TrailingMissing);
        Guard.Defined(UnequalChannels);
        Guard.Require(SeriesLength is null or >= 1, SeriesLength,
            "it must be at least 1, or null where it is not known");
        return (SeriesFileOptions)MemberwiseClone();
    }
}
