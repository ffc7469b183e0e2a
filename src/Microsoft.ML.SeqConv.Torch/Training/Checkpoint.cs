using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>A file from which training goes on as if it had never stopped.</summary>
internal static class Checkpoint
{
    private const string Signature = "SCCHECKP";
    private const int Version = 2;
    private const int WithoutClasses = 1;

    // *** Binary format ***
    // string: SCCHECKP
    // int: version
    // since version 2: int: classes; string: the name of each
    // int: epochs done, then for each: int: epoch; double: learning rate, loss, metric, validation loss, validation metric
    // int: best epoch; double: its merit
    // long: optimiser's steps
    // tensors: weights of the network, of its best epoch, and the optimiser's memory; see SavedTensors
    /// <summary>Writes a checkpoint: to a temporary file first, so that a crash leaves the one before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Where the training stands.</param>
    /// <param name="classes">The names of the network's outputs; none for targets.</param>
    public static void Write(string path, TrainingProgress progress, IReadOnlyList<string> classes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream);
            writer.Write(Signature);
            writer.Write(Version);
            writer.Write(classes.Count);
            foreach (string name in classes)
                writer.Write(name);
            writer.Write(progress.History.Count);
            foreach (TrainingEpoch epoch in progress.History)
                WriteEpoch(writer, epoch);
            writer.Write(progress.BestEpoch);
            writer.Write(progress.BestMerit);
            writer.Write(progress.Optimizer.Steps);
            SavedTensors.Write(writer, progress.Network.state_dict());
            SavedTensors.Write(writer, progress.Best);
            SavedTensors.Write(writer, progress.Optimizer.Memory);
        });
    }

    /// <exception cref="FormatException">The file is no checkpoint, is damaged, or is of another network or optimiser.</exception>
    /// <exception cref="InvalidOperationException">It is of a training on other classes.</exception>
    public static void Read(string path, TrainingProgress progress, IReadOnlyList<string> classes)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadString() != Signature)
                throw new FormatException("It does not begin as a checkpoint does.");
            int version = reader.ReadInt32();
            if (version is not (WithoutClasses or Version))
                throw new FormatException($"It has the version {version}; this library reads {WithoutClasses} to {Version}.");
            if (version > WithoutClasses)
                CheckClasses(reader, path, classes);
            int count = reader.ReadInt32();
            if (count is < 1 or > 10_000_000)
                throw new FormatException($"It tells of {count} epochs.");
            var history = new List<TrainingEpoch>();
            for (int i = 0; i < count; i++)
                history.Add(ReadEpoch(reader));
            int bestEpoch = reader.ReadInt32();
            if (bestEpoch < 1 || bestEpoch > count)
                throw new FormatException($"Its best epoch is {bestEpoch} of {count}.");
            double bestMerit = reader.ReadDouble();
            long steps = reader.ReadInt64();
            Dictionary<string, SavedTensor> weights = SavedTensors.Read(reader);
            Dictionary<string, SavedTensor> best = SavedTensors.Read(reader);
            Dictionary<string, SavedTensor> memory = SavedTensors.Read(reader);

            Dictionary<string, Tensor> network = progress.Network.state_dict();
            string owner = $"the network that is trained ({progress.Network.GetName()})";
            SavedTensors.CheckSameShapes(weights, network, owner);
            SavedTensors.CheckSameShapes(best, network, owner);
            SavedTensors.CopyTo(memory, progress.Optimizer.Memory, "its optimiser");
            SavedTensors.CopyTo(best, network, owner);
            progress.KeepAsBest();
            SavedTensors.CopyTo(weights, network, owner);
            progress.Optimizer.Steps = steps;
            progress.Resume(history, bestEpoch, bestMerit);
        }
        catch (Exception error) when (error is FormatException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The checkpoint '{path}' cannot be resumed from: {error.Message} Give the checkpoint of a training with the same options, or leave ResumeFrom unset.", error);
        }
    }

    private static void CheckClasses(BinaryReader reader, string path, IReadOnlyList<string> classes)
    {
        int count = reader.ReadInt32();
        if (count is < 0 or > LabelValues.MaxClasses)
            throw new FormatException($"It has {count} classes.");
        var saved = new List<string>();
        while (saved.Count < count)
            saved.Add(reader.ReadString());
        if (!saved.SequenceEqual(classes, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The checkpoint '{path}' is of a training on the classes {KeyMapping.List(saved)}, and here they are {KeyMapping.List(classes)}. "
                + "Make the keys of both with one fitted MapValueToKey, or leave ResumeFrom unset.");
        }
    }

    public static void WriteEpoch(BinaryWriter writer, TrainingEpoch epoch)
    {
        writer.Write(epoch.Epoch);
        foreach (double value in (ReadOnlySpan<double>)[epoch.LearningRate, epoch.Loss, epoch.Metric, epoch.ValidationLoss, epoch.ValidationMetric])
            writer.Write(value);
    }

    public static TrainingEpoch ReadEpoch(BinaryReader reader)
        => new(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
}
