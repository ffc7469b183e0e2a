namespace Microsoft.ML.SeqConv;

/// <summary>What happens to the files of a folder that cannot be read.</summary>
public enum BadFiles
{
    /// <summary>One error lists them: the first 20, and how many there are.</summary>
    Error,

    /// <summary>They are left out, and a warning in the log of the <see cref="MLContext"/> lists them.</summary>
    Skip,
}
