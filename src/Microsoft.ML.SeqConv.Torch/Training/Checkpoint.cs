using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>A file from which training goes on as if it had never stopped.</summary>
internal static class Checkpoint
{
    private const int WithoutClasses = 1;

    // In version 1 the signature was a string, of which the first byte is the length.
    private static readonly ChecksummedFile SavedFile = new("\bSCCHECKP"u8.ToArray(), version: 2);

    // *** Binary format ***, in the frame of ChecksummedFile; version 2 added the checksum and the classes
    // since version 2: int: classes; string: the name of each
    // the epochs that are done, see SavedHistory; double: the merit of the best one
    // long: optimiser's steps
    // tensors: weights of the network, of its best epoch, and the optimiser's memory; see SavedTensors
    /// <summary>Writes a checkpoint: to a temporary file first, so that a crash leaves the one before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Where the training stands.</param>
    /// <param name="classes">The names of the network's outputs; none for targets.</param>
    public static void Write(string path, TrainingProgress progress, IReadOnlyList<string> classes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SavedFile.Write(path, writer =>
        {
            writer.Write(classes.Count);
            foreach (string name in classes)
                writer.Write(name);
            SavedHistory.Write(writer, new TrainingHistory(progress.History, progress.BestEpoch));
            writer.Write(progress.BestMerit);
            writer.Write(progress.Optimizer.Steps);
            SavedTensors.Write(writer, progress.Network.state_dict());
            SavedTensors.Write(writer, progress.Best);
            SavedTensors.Write(writer, progress.Optimizer.Memory);
        });
    }

    /// <exception cref="FormatException">
    /// The file is no checkpoint, is damaged, or is of another network or optimiser.
    /// </exception>
    /// <exception cref="InvalidOperationException">It is of a training on other classes.</exception>
    public static void Read(string path, TrainingProgress progress, IReadOnlyList<string> classes)
    {
        try
        {
            Restore(SavedFile.Read(path, (reader, version) => ReadContent(reader, version, path, classes)), progress);
        }
        catch (Exception error) when (error is FormatException or EndOfStreamException
            or ArgumentException or OverflowException)
        {
            throw new FormatException($"The checkpoint '{path}' cannot be resumed from: {error.Message} Give the "
                + "checkpoint of a training with the same options, or leave ResumeFrom unset.", error);
        }
    }

    private static Content ReadContent(BinaryReader reader, int version, string path, IReadOnlyList<string> classes)
    {
        if (version > WithoutClasses)
            CheckClasses(reader, path, classes);
        TrainingHistory history = SavedHistory.Read(reader);
        double bestMerit = reader.ReadDouble();
        long steps = reader.ReadInt64();
        Dictionary<string, SavedTensor> weights = SavedTensors.Read(reader);
        Dictionary<string, SavedTensor> best = SavedTensors.Read(reader);
        Dictionary<string, SavedTensor> memory = SavedTensors.Read(reader);
        return new Content(history, bestMerit, steps, weights, best, memory);
    }

    private static void Restore(Content content, TrainingProgress progress)
    {
        Dictionary<string, Tensor> network = progress.Network.state_dict();
        string owner = $"the network that is trained ({progress.Network.GetName()})";
        SavedTensors.CheckSameShapes(content.Weights, network, owner);
        SavedTensors.CheckSameShapes(content.Best, network, owner);
        SavedTensors.CopyTo(content.Memory, progress.Optimizer.Memory, "its optimiser");
        SavedTensors.CopyTo(content.Best, network, owner);
        progress.KeepAsBest();
        SavedTensors.CopyTo(content.Weights, network, owner);
        progress.Optimizer.Steps = content.Steps;
        progress.Resume(content.History.Epochs, content.History.BestEpoch, content.BestMerit);
    }

    private static void CheckClasses(BinaryReader reader, string path, IReadOnlyList<string> classes)
    {
        int count = reader.ReadInt32();
        if (count is < 0 or > LabelValues.MaxClasses)
            throw new FormatException($"It has {count} classes.");
        var saved = new List<string>();
        while (saved.Count < count)
            saved.Add(reader.ReadText());
        if (!saved.SequenceEqual(classes, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The checkpoint '{path}' is of a training on the classes "
                + $"{KeyMapping.List(saved)}, and here they are {KeyMapping.List(classes)}. "
                + "Make the keys of both with one fitted MapValueToKey, or leave ResumeFrom unset.");
        }
    }

    private sealed record Content(
        TrainingHistory History, double BestMerit, long Steps,
        Dictionary<string, SavedTensor> Weights, Dictionary<string, SavedTensor> Best,
        Dictionary<string, SavedTensor> Memory);
}
