using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Where a minibatch training stands, between two chunks.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Chunk">Chunks done of the next.</param>
/// <param name="Minibatches">Minibatches done, those without weight included.</param>
internal readonly record struct MinibatchPosition(int Epoch, int Chunk, long Minibatches);

/// <summary>A file from which a minibatch training goes on as if it had never stopped.</summary>
internal sealed class MinibatchCheckpoint
{
    private const string FileName = "minibatch-logistic.checkpoint";

    // In version 1 the signature was a string, of which the first byte is the length.
    private static readonly ChecksummedFile SavedFile = new("\bSCMBLCHK"u8.ToArray(), version: 2);

    private readonly MinibatchChunks _chunks;
    private readonly string? _folder;
    private readonly string? _resumeFrom;
    private readonly (string Name, string Value)[] _configuration;

    public MinibatchCheckpoint(
        MinibatchChunks chunks, string[] classNames, MinibatchLogisticRegressionTrainer.Options options)
    {
        _chunks = chunks;
        _folder = options.CheckpointFolder;
        _resumeFrom = options.ResumeFrom;

        // What the weights after each chunk depend on.
        _configuration =
        [
            ("number of features", Text(chunks.NumberOfFeatures)),
            ("number of classes", Text(classNames.Length)),
            ("class names", Hash(classNames)),
            ("number of rows", Text(chunks.Count)),
            (nameof(options.BatchSize), Text(options.BatchSize)),
            (nameof(options.ChunkSize), Text(options.ChunkSize)),
            (nameof(options.LearningRate), Text(options.LearningRate)),
            (nameof(options.ValidationRows), Text(options.ValidationRows)),
            (nameof(options.ValidateEvery), Text(options.ValidateEvery)),
            (nameof(options.LearningRatePatience), Text(options.LearningRatePatience)),
            (nameof(options.Patience), Text(options.Patience)),
            (nameof(options.Seed), Text(options.Seed!.Value)),
            (nameof(options.BalanceClasses), options.BalanceClasses ? "true" : "false"),
            (nameof(options.ClassWeights), string.Join(", ", (options.ClassWeights ?? new Dictionary<string, double>())
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {Text(pair.Value)}"))),
            ("rows (a hash of labels, weights and validation features)", chunks.Fingerprint),
        ];
    }

    /// <summary>Makes the folder, before hours are spent on what cannot be written.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakeFolder(string? folder)
    {
        if (folder is null)
            return;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"CheckpointFolder is '{folder}', which cannot be made: "
                + $"{error.Message} Name a folder that can be written to.", error);
        }
    }

    // *** Binary format ***, in the frame of ChecksummedFile; version 2 added the checksum
    // int: number of settings, then for each: string: name; string: value
    // int: epochs done
    // int: chunks done of the next
    // long: minibatches done
    // the watch, see ValidationWatch
    // double[]: means of features
    // double[]: their deviations
    // the weights, see SoftmaxRegression
    /// <summary>Writes the checkpoint: to a temporary file first, so that a crash leaves the one before.</summary>
    public void Write(MinibatchPosition position, ValidationWatch watch, SoftmaxRegression regression)
    {
        if (_folder is null)
            return;
        SavedFile.Write(Path.Combine(_folder, FileName), writer =>
        {
            writer.Write(_configuration.Length);
            foreach ((string name, string value) in _configuration)
            {
                writer.Write(name);
                writer.Write(value);
            }

            writer.Write(position.Epoch);
            writer.Write(position.Chunk);
            writer.Write(position.Minibatches);
            watch.Write(writer);
            writer.WriteArray(_chunks.Standardization!.Means);
            writer.WriteArray(_chunks.Standardization.Deviations);
            regression.Write(writer);
        });
    }

    /// <summary>Takes the place of the training that wrote the checkpoint, if there is one.</summary>
    /// <exception cref="FormatException">The file is no checkpoint, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint is of another training.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public MinibatchPosition Resume(ValidationWatch watch, SoftmaxRegression regression)
    {
        if (_resumeFrom is null)
            return default;
        if (_resumeFrom != _folder && !Directory.Exists(_resumeFrom))
            throw new DirectoryNotFoundException($"ResumeFrom is '{_resumeFrom}', a folder that does not exist. "
                + "Name the CheckpointFolder of the training to go on with, or leave ResumeFrom unset.");
        string path = Path.Combine(_resumeFrom, FileName);
        if (!File.Exists(path))
            return default;
        try
        {
            return SavedFile.Read(path, reader => Read(reader, path, watch, regression));
        }
        catch (Exception error)
            when (error is FormatException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The checkpoint '{path}' cannot be resumed from: {error.Message} Delete it, "
                + "or leave ResumeFrom unset.", error);
        }
    }

    private MinibatchPosition Read(
        BinaryReader reader, string path, ValidationWatch watch, SoftmaxRegression regression)
    {
        CheckConfiguration(reader, path);
        var position = new MinibatchPosition(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64());
        if (position.Epoch < 0 || position.Chunk < 0
            || position.Chunk >= _chunks.ChunksPerEpoch || position.Minibatches < 0)
            throw new FormatException($"It stands at chunk {position.Chunk} of epoch {position.Epoch}, "
                + $"after {position.Minibatches} minibatches.");
        watch.Read(reader);
        var standardization = new FeatureStandardization(reader.ReadArray<double>(), reader.ReadArray<double>());
        if (standardization.Means.Length != _chunks.NumberOfFeatures)
            throw new FormatException($"It has the means of {standardization.Means.Length} features.");
        regression.Read(reader);
        _chunks.Standardize(standardization);
        return position;
    }

    private void CheckConfiguration(BinaryReader reader, string path)
    {
        int count = reader.ReadInt32();
        if (count != _configuration.Length)
            throw new FormatException($"It has {count} settings instead of {_configuration.Length}.");
        foreach ((string name, string value) in _configuration)
        {
            string savedName = reader.ReadText();
            string savedValue = reader.ReadText();
            if (savedName != name)
                throw new FormatException($"It has the setting '{savedName}' in the place of '{name}'.");
            if (savedValue != value)
            {
                throw new InvalidOperationException($"The checkpoint '{path}' is of another training: "
                    + $"its {name} is {Shown(savedValue)}, and here it is {Shown(value)}. "
                    + "Resume with the same options and rows, or leave ResumeFrom unset.");
            }
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "none" : value;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Hash(string[] names)
        => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', names)))[..8]);
}
