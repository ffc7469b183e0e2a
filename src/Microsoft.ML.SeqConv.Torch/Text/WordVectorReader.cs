namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads files of word vectors one word at a time: word2vec's binary format, GloVe's text, and fastText's text, which
/// begins with a header.
/// </summary>
internal abstract class WordVectorReader(string path) : IDisposable
{
    private const int LargestDimension = 100_000;

    /// <summary>Numbers of a vector.</summary>
    public int Dimension { get; protected set; }

    /// <summary>The word that was read last.</summary>
    public string Word { get; protected set; } = "";

    /// <summary>Its vector; reused by the next call.</summary>
    public float[] Vector { get; private set; } = [];

    protected string Path => path;

    /// <summary>Opens a file: binary where its name ends in .bin, else text.</summary>
    /// <exception cref="FormatException">The header is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static WordVectorReader Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The word vectors file '{path}' does not exist. Check VectorsFile.", path);
        WordVectorReader reader = path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
            ? new BinaryWordVectors(path)
            : new TextWordVectors(path);
        try
        {
            reader.Begin();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next word.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">
    /// The file breaks its format; the message names file, place and rule.
    /// </exception>
    public abstract bool Read();

    public abstract void Dispose();

    protected abstract void Begin();

    protected void SetDimension(int dimension, string place)
    {
        if (dimension is < 1 or > LargestDimension)
            throw new FormatException($"{path}{place}: the dimension is {dimension}; "
                + $"it must be 1 to {LargestDimension}.");
        Dimension = dimension;
        Vector = new float[dimension];
    }
}
