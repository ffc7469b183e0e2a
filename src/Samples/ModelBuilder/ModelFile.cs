namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>A saved model.</summary>
internal static class ModelFile
{
    /// <summary>
    /// Loads a model. The columns of the rows have the types that they had in training; the attributes of
    /// <typeparamref name="TInput"/> may leave sizes open.
    /// </summary>
    public static PredictionEngine<TInput, TOutput> CreateEngine<TInput, TOutput>(string path)
        where TInput : class
        where TOutput : class, new()
    {
        var mlContext = new MLContext();
        ITransformer model = Load(mlContext, path, out DataViewSchema inputSchema);
        var known = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in inputSchema.Where(
            column => typeof(TInput).GetProperty(column.Name) is not null))
            known.AddColumn(column.Name, column.Type, column.Annotations);
        return mlContext.Model.CreatePredictionEngine<TInput, TOutput>(model, known.ToSchema());
    }

    /// <summary>Saves a model, so that an error or a stopped process leaves an older file as it was.</summary>
    public static void Save(MLContext mlContext, ITransformer model, DataViewSchema inputSchema, string path)
        => AtomicFile.Write(path, stream => mlContext.Model.Save(model, inputSchema, stream));

    /// <summary>Loads a model, and checks the file before.</summary>
    public static ITransformer Load(MLContext mlContext, string path, out DataViewSchema inputSchema)
        => File.Exists(path) ? mlContext.Model.LoadChecked(path, out inputSchema)
            : throw new FileNotFoundException($"The model '{path}' does not exist. Train one first.", path);
}
