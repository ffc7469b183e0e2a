using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <content>Accumulators as files, to be merged elsewhere.</content>
public sealed partial class RidgeAccumulator
{
    private const int MaxClassWeights = 100_000;
    private const int MaxColumns = 100_000;

    private static readonly ChecksummedFile SavedFile = new("CRIDESUM"u8.ToArray(), version: 3);

    private enum SavedTask : byte
    {
        Multiclass,
        Binary,
        Regression,
        EnsembleMulticlass,
        EnsembleBinary,
        EnsembleRegression,
    }

    // *** Binary format ***, little-endian, in the frame of ChecksummedFile; version 2 added the checksum, version 3
    // the tasks of ensembles
    // byte: task
    // string: label column
    // string: feature column; of an ensemble int: feature columns, string: each, and int: fusion
    // string: weight column, empty for none
    // double[]: penalties; bool: intercept; bool: scaled features
    // int: class weights; string: class and double: weight of each
    // long: rows without a label; long[]: rows of each class
    // byte[]: the preparation, a model.zip
    // the sums of each feature column, see RidgeStatistics; the sample, see ExampleSample

    /// <summary>Writes what was summed, with the preparation: about four bytes for each pair of features.</summary>
    /// <param name="path">The file, replaced when it exists, and only when all went well.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SavedFile.Write(path, writer =>
    {
        RidgeOptions options = _trainer.Settings;
        writer.Write((byte)(_trainer switch
        {
            RidgeMulticlassTrainer => SavedTask.Multiclass,
            RidgeBinaryTrainer => SavedTask.Binary,
            RidgeRegressionTrainer => SavedTask.Regression,
            RidgeEnsembleMulticlassTrainer => SavedTask.EnsembleMulticlass,
            RidgeEnsembleBinaryTrainer => SavedTask.EnsembleBinary,
            _ => SavedTask.EnsembleRegression,
        }));
        writer.Write(options.LabelColumnName);
        WriteFeatures(writer, options);
        writer.Write(options.ExampleWeightColumnName ?? "");
        writer.WriteArray<double>([.. options.Settings().Alphas]);
        writer.Write(options.FitIntercept);
        writer.Write(options.ScaleFeatures);
        IReadOnlyDictionary<string, double> classWeights = (options as RidgeClassifierOptions)?.ClassWeights
            ?? new Dictionary<string, double>();
        writer.Write(classWeights.Count);
        foreach ((string name, double weight) in classWeights)
        {
            writer.Write(name);
            writer.Write(weight);
        }

        writer.Write(RowsWithoutLabel);
        writer.WriteArray<long>(_classCounts);
        writer.WriteArray<byte>(_preparation.File);
        _sums.Write(writer);
        _sample.Write(writer);
    });

    /// <summary>Reads what <see cref="Save"/> wrote, on this machine or another.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is no accumulator, is damaged, or is of a later version.</exception>
    public static RidgeAccumulator Load(MLContext mlContext, string path)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist. Check the path; "
                + $"relative ones begin at '{Directory.GetCurrentDirectory()}'.", path);
        try
        {
            return SavedFile.Read(path, reader => Read(mlContext, reader));
        }
        catch (Exception error) when (!ModelArchive.IsFromElsewhere(error)
            && error is (FormatException or EndOfStreamException or ArgumentException or OverflowException
                or InvalidDataException or InvalidOperationException))
        {
            throw new FormatException($"The file '{path}' holds no sums of ridge that can be used: "
                + $"{error.Message} Save the accumulator again, or download the file again.", error);
        }
    }

    private static RidgeAccumulator Read(MLContext context, BinaryReader reader)
    {
        var task = (SavedTask)reader.ReadByte();
        IRidgeTrainer trainer = task switch
        {
            SavedTask.Multiclass => context.MulticlassClassification.Trainers.Ridge(
                (RidgeMulticlassTrainer.Options)ReadOptions(reader, new RidgeMulticlassTrainer.Options())),
            SavedTask.Binary => context.BinaryClassification.Trainers.Ridge(
                (RidgeBinaryTrainer.Options)ReadOptions(reader, new RidgeBinaryTrainer.Options())),
            SavedTask.Regression => context.Regression.Trainers.Ridge(
                (RidgeRegressionTrainer.Options)ReadOptions(reader, new RidgeRegressionTrainer.Options())),
            SavedTask.EnsembleMulticlass => context.MulticlassClassification.Trainers.RidgeEnsemble(
                (RidgeEnsembleMulticlassTrainer.Options)ReadOptions(
                    reader, new RidgeEnsembleMulticlassTrainer.Options())),
            SavedTask.EnsembleBinary => context.BinaryClassification.Trainers.RidgeEnsemble(
                (RidgeEnsembleBinaryTrainer.Options)ReadOptions(reader, new RidgeEnsembleBinaryTrainer.Options())),
            SavedTask.EnsembleRegression => context.Regression.Trainers.RidgeEnsemble(
                (RidgeEnsembleRegressionTrainer.Options)ReadOptions(
                    reader, new RidgeEnsembleRegressionTrainer.Options())),
            _ => throw new FormatException($"Its task, {task}, is unknown."),
        };
        long rowsWithoutLabel = reader.ReadInt64();
        long[] classCounts = reader.ReadArray<long>();
        if (rowsWithoutLabel < 0 || classCounts.Any(count => count < 0))
            throw new FormatException("It counts fewer than zero rows.");
        SavedPreparation preparation = SavedPreparation.Load(context, reader.ReadArray<byte>(),
            out DataViewSchema inputSchema);
        var sums = RidgeSums.Read(reader, trainer.Settings.FeatureColumns.Count);
        try
        {
            ExampleSample sample = ExampleSample.Read(reader);
            if (sample.Capacity != RidgeFit.MaxPredictions)
                throw new FormatException($"Its sample is of {sample.Capacity} examples instead of "
                    + $"{RidgeFit.MaxPredictions}.");
            if (classCounts.Length > 0
                && sample.InOrder().Any(
                    example => (uint)trainer.Task.ClassOf(example.Label) >= (uint)classCounts.Length))
                throw new FormatException($"Its sample has a label that is none of the {classCounts.Length} classes.");
            return new RidgeAccumulator(trainer, preparation, inputSchema, new(sums, sample, classCounts))
            {
                RowsWithoutLabel = rowsWithoutLabel
            };
        }
        catch
        {
            sums.Dispose();
            throw;
        }
    }

    private static void WriteFeatures(BinaryWriter writer, RidgeOptions options)
    {
        if (!options.IsEnsemble)
        {
            writer.Write(options.FeatureColumnName);
            return;
        }

        writer.Write(options.FeatureColumns.Count);
        foreach (string column in options.FeatureColumns)
            writer.Write(column);
        writer.Write((int)options.FusionOfBlocks);
    }

    private static void ReadFeatures(BinaryReader reader, RidgeOptions options)
    {
        if (!options.IsEnsemble)
        {
            options.FeatureColumnName = reader.ReadText();
            return;
        }

        int count = reader.ReadInt32();
        if (count is < 1 or > MaxColumns)
            throw new FormatException($"It has {count} feature columns.");
        var columns = new List<string>();
        for (int i = 0; i < count; i++)
            columns.Add(reader.ReadText());
        options.Ensemble = [.. columns];
        options.FusionOfBlocks = (EnsembleFusion)reader.ReadInt32();
    }

    private static RidgeOptions ReadOptions(BinaryReader reader, RidgeOptions options)
    {
        options.LabelColumnName = reader.ReadText();
        ReadFeatures(reader, options);
        string weightColumn = reader.ReadText();
        options.ExampleWeightColumnName = weightColumn.Length == 0 ? null : weightColumn;
        options.Alphas = reader.ReadArray<double>();
        options.FitIntercept = reader.ReadBoolean();
        options.ScaleFeatures = reader.ReadBoolean();
        int count = reader.ReadInt32();
        if (count is < 0 or > MaxClassWeights)
            throw new FormatException($"It has {count} class weights.");
        var weights = new Dictionary<string, double>();
        for (int i = 0; i < count; i++)
            weights[reader.ReadText()] = reader.ReadDouble();
        if (count > 0 && options is RidgeClassifierOptions classifier)
            classifier.ClassWeights = weights;
        return options;
    }
}
