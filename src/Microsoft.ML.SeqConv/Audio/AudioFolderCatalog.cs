using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Reads recordings.</summary>
public static class AudioFolderCatalog
{
    /// <summary>
    /// Opens the WAV files of a folder and of the folders in it, in the order of their paths. Columns: <c>Audio</c>, a
    /// vector of Single of unknown size, one channel, full scale -1 to 1, which knows its sample rate; <c>Label</c>,
    /// text; <c>Path</c>, text; and one for each further named group of the pattern.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">
    /// Which files, labels and the sample rate. Default: all files; a label is the name of a file's folder.
    /// </param>
    /// <remarks>
    /// All headers are read when the folder is opened, so that broken files are found at once; samples are streamed.
    /// Labels are in Unicode form C, whatever form the file system keeps. The name of a folder is always a class, also
    /// if it is <c>nan</c> or <c>?</c>, which are missing labels in other formats.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FormatException">
    /// Files cannot be read, and <see cref="AudioFolderOptions.BadFiles"/> is Error; the message lists them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// The pattern is no regular expression or has no group <c>Label</c>, or no file is left.
    /// </exception>
    public static IDataView LoadFromAudioFolder(
        this DataOperationsCatalog catalog, string folder, AudioFolderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new AudioFolderView(catalog.Environment(), folder, options ?? new AudioFolderOptions());
    }
}
