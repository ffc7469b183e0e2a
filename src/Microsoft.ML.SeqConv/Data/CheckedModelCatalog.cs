using System.Reflection;
using Microsoft.ML.SeqConv;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML;

/// <summary>Loads models from files that may be damaged.</summary>
public static class CheckedModelCatalog
{
    /// <summary>
    /// Loads a model as <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> does, and checks the
    /// archive before: sizes, checksums, and counts in its schemas. Whatever is wrong with the file is one
    /// <see cref="FormatException"/> that names it. A file that was made on purpose can still cost ML.NET's own loaders
    /// memory and time: open files of strangers in a process with limits.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputSchema">The schema that the model was saved with.</param>
    /// <param name="maxBytes">The most bytes of all entries of the archive, inflated, at least 1. Default 4 GB.</param>
    /// <returns>The model.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is less than 1.</exception>
    /// <exception cref="FormatException">The file is no model, is damaged, or is larger than allowed.</exception>
    /// <exception cref="TargetInvocationException">
    /// A component of the model needs an assembly or a native library that is missing; the inner exceptions name it.
    /// </exception>
    public static ITransformer LoadChecked(this ModelOperationsCatalog catalog, string path,
        out DataViewSchema inputSchema, long maxBytes = ModelArchive.DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Guard.AtLeast(maxBytes, 1L);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The model '{path}' does not exist. Check the path; "
                + $"relative ones begin at '{Directory.GetCurrentDirectory()}'.", path);
        using FileStream file = AtomicFile.OpenRead(path);
        try
        {
            ModelArchive.Check(file, maxBytes);
            return catalog.Load(file, out inputSchema);
        }
        catch (Exception error) when (!ModelArchive.IsFromElsewhere(error))
        {
            // Of damaged models ML.NET's loaders throw whatever they meet, some of it within reflection.
            string cause = Cause(error).Message.ReplaceLineEndings(" ").Replace(ModelArchive.Remedy,
                "", StringComparison.Ordinal);
            throw new FormatException(
                $"The model file '{path}' cannot be loaded: {cause.TrimEnd('.', ' ')}. {ModelArchive.Remedy}", error);
        }
    }

    // The outermost error of ours, which names the place, or else what was thrown first.
    private static Exception Cause(Exception error)
        => error is FormatException || error.InnerException is null ? error : Cause(error.InnerException);
}
