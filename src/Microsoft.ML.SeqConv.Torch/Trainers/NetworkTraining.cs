using System.Globalization;
using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What all network trainers do between their rows and their trained networks.</summary>
/// <typeparam name="T">A sequence.</typeparam>
internal sealed class NetworkTraining<T>
{
    private readonly SequenceFit _fit;
    private readonly NetworkOptions _options;
    private readonly ulong _seed;

    /// <param name="fit">The data.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Of weights, order, dropout and the split.</param>
    /// <param name="classification">Whether labels are classes.</param>
    /// <param name="open">Makes what reads the sequence of the row that a cursor stands on.</param>
    public NetworkTraining(SequenceFit fit, NetworkOptions options, ulong seed, bool classification, Func<DataViewRow, DataViewSchema.Column, Func<T>> open)
    {
        _fit = fit;
        _options = options;
        _seed = seed;
        CheckResume();
        TorchLibrary.EnsureLoaded();
        Device = TorchDevice.Choose(options.GpuDeviceId ?? fit.GpuDeviceId, options.FallbackToCpu ?? fit.FallbackToCpu, fit.Warn);
        Classes = classification ? fit.Classes() : null;

        LabelledSequences<T> rows = fit.ReadTraining(open);
        Validation = fit.ReadValidation(open);
        Train = rows;
        if (Validation is null && options.ValidationFraction > 0)
        {
            (int[] train, int[] validation) = ValidationSplit.Draw(rows.Labels, classification, options.ValidationFraction, seed);
            Train = rows.Select(train);
            Validation = validation.Length > 0 ? rows.Select(validation) : null;
            if (Validation is null)
                fit.Warn($"ValidationFraction {options.ValidationFraction} of {rows.Count} rows leaves none to validate by; the best epoch is chosen by the training rows.");
        }

        if (Classes is not null)
            CheckClasses();
        else
            Scale = TargetScale.Of(Train.Labels, Train.Weights);
    }

    public LabelledSequences<T> Train { get; }

    public LabelledSequences<T>? Validation { get; }

    public Device Device { get; }

    /// <summary>The classes; <see langword="null"/> for regression.</summary>
    public LabelValues? Classes { get; }

    /// <summary>Outputs of the network.</summary>
    public int Outputs => Classes?.Names.Length ?? 1;

    private TargetScale? Scale { get; }

    /// <summary>Trains networks one after the other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="make">Makes a network on a device, with any weights.</param>
    /// <param name="initialize">Draws its first weights.</param>
    /// <param name="optimize">Makes its optimiser.</param>
    /// <param name="examples">Puts sequences, labels and weights together.</param>
    public NetworkEnsemble Run(
        int count, Func<Device?, SequenceNetwork> make, Action<SequenceNetwork, Generator> initialize, Func<SequenceNetwork, Optimizer> optimize,
        Func<IReadOnlyList<T>, float[], float[], TrainingExamples> examples)
    {
        var networks = new List<SequenceNetwork>();
        var histories = new List<TrainingHistory>();
        try
        {
            set_num_threads(_options.NumberOfThreads ?? TorchLibrary.DefaultThreads);
            TrainingExamples train = Labelled(Train, examples);
            TrainingExamples? validation = Validation is null ? null : Labelled(Validation, examples);
            Objective objective = Scale is null ? new CrossEntropy(_options.LabelSmoothing) : new SquaredError(Scale.Deviation);
            for (int i = 0; i < count; i++)
            {
                ulong seed = new SeededRandom(_seed + (ulong)i).NextUInt64();
                SequenceNetwork network = make(null);
                networks.Add(network);
                using (var generator = new Generator(seed >> 1))
                    initialize(network, generator);
                network.to(Device);
                if (i == 0)
                    Inform(network, count);
                using Optimizer optimizer = optimize(network);
                histories.Add(TrainingLoop.Run(network, optimizer, train, validation, objective, Settings(i, count, seed), _fit.Monitor));
            }

            return new NetworkEnsemble([.. networks], histories, Device, Scale);
        }
        catch
        {
            foreach (SequenceNetwork network in networks)
                network.Dispose();
            throw;
        }
        finally
        {
            set_num_threads(TorchLibrary.DefaultThreads);      // a setting of the process, for threads that libtorch has not met yet
        }
    }

    private void Inform(SequenceNetwork network, int count) => _fit.Inform(string.Create(CultureInfo.InvariantCulture,
        $"{network.GetName()}: {network.CountParameters():N0} trainable weights{(count > 1 ? $" in each of {count} networks" : "")}, "
        + $"{Train.Count} rows to learn from, {Validation?.Count ?? 0} to validate by, on {Device}."));

    private TrainingSettings Settings(int index, int count, ulong seed) => new()
    {
        Epochs = _options.NumberOfEpochs,
        BatchSize = _options.BatchSize,
        LearningRate = _options.LearningRate,
        Schedule = _options.Schedule,
        ClipNorm = _options.ClipNorm,
        Patience = _options.Patience,
        BestBy = _options.BestBy,
        Seed = seed,
        Device = Device,
        Classes = Classes?.Names ?? [],
        CheckpointFile = CheckpointFile(_options.CheckpointFolder, index),
        CheckpointEvery = _options.CheckpointEvery,
        ResumeFrom = CheckpointFile(_options.ResumeFrom, index),
        Stage = count > 1 ? $"training network {index + 1} of {count}" : "training",
    };

    private static string? CheckpointFile(string? folder, int index) => folder is null ? null : Path.Combine(folder, $"network{index}.checkpoint");

    private TrainingExamples Labelled(LabelledSequences<T> rows, Func<IReadOnlyList<T>, float[], float[], TrainingExamples> examples) => Scale is null
        ? examples(rows.Sequences, [.. rows.Labels], _options.WeightsOfExamples(rows.Labels, rows.Weights, Classes!.Names))
        : examples(rows.Sequences, [.. rows.Labels.Select(label => (float)((label - Scale.Mean) / Scale.Deviation))], [.. rows.Weights]);

    // A program that always resumes names one folder for both, which its first run finds missing; a folder of its own must be there.
    private void CheckResume()
    {
        if (_options.ResumeFrom is string folder && folder != _options.CheckpointFolder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"ResumeFrom is '{folder}', a folder that does not exist. Name the CheckpointFolder of the training to go on with, or leave ResumeFrom unset.");
    }

    private void CheckClasses()
    {
        string column = _options.LabelColumnName;
        HashSet<float> learned = [.. Train.Labels];
        if (learned.Count < 2)
        {
            throw new InvalidOperationException($"Column '{column}' has the one class '{Classes!.Names[(int)learned.First()]}' in all {Train.Count} rows; "
                + "a classifier needs at least two. Check the data view or its filters.");
        }

        foreach (float label in Validation?.Labels ?? [])
        {
            if (!learned.Contains(label))
            {
                throw new InvalidOperationException($"Column '{column}' has the class '{Classes!.Names[(int)label]}' in the validation rows but in no training row; "
                    + "a class must be learned to be validated. "
                    + "Move rows of it to the training data, or remove them.");
            }
        }
    }
}
