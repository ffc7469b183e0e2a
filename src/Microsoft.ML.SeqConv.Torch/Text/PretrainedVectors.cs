namespace Microsoft.ML.SeqConv;

/// <summary>The vectors of a vocabulary, picked out of a file while it streams by.</summary>
/// <param name="Values">[word, dimension] in the order of ids; NaN where the file has no vector.</param>
/// <param name="Dimension">Of a vector.</param>
/// <param name="Found">Words of the training texts that have a vector.</param>
internal sealed record PretrainedVectors(float[] Values, int Dimension, int Found)
{
    /// <summary>
    /// Reads the vectors of a vocabulary, and adds to it words of the file that the training texts do not have, so that
    /// they are known in scoring.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">Grows.</param>
    /// <param name="mostNewWords">
    /// How many it may grow by; the first of the file, which are the most frequent, are taken.
    /// </param>
    /// <param name="monitor">Gets progress.</param>
    /// <exception cref="FormatException">The file breaks its format.</exception>
    public static PretrainedVectors Read(string path, Vocabulary vocabulary, int mostNewWords, FitMonitor monitor)
    {
        const int wordsPerReport = 4096;
        monitor.Begin("reading word vectors", "words", null);
        using WordVectorReader reader = WordVectorReader.Open(path);
        int learned = vocabulary.Count;
        var vectors = new Dictionary<int, float[]>();
        int found = 0;
        for (long read = 0; reader.Read(); read++)
        {
            if (read % wordsPerReport == 0)
                monitor.Report(read);
            if (!vocabulary.Contains(reader.Word)
                && (vocabulary.Count - learned >= mostNewWords || !vocabulary.TryAdd(reader.Word)))
                continue;
            int id = vocabulary.IdOf(reader.Word);
            if (vectors.TryAdd(id, [.. reader.Vector]) && id < learned)
                found++;
        }

        var values = new float[(long)vocabulary.Count * reader.Dimension];
        Array.Fill(values, float.NaN);
        foreach ((int id, float[] vector) in vectors)
            vector.CopyTo(values, id * reader.Dimension);
        return new(values, reader.Dimension, found);
    }
}
