using System.Globalization;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The orchestration that every training of a network goes through: classifiers, regressors, forecasts and WaveNet. The
/// constructor checks what can fail before any row is read; <see cref="Run"/> trains.
/// </summary>
internal sealed class NetworkTraining
{
    private readonly ulong _seed;
    private readonly FitMonitor _monitor;
    private readonly Action<string> _inform;

    /// <param name="env">The context, which may ask for a device.</param>
    /// <param name="options">The device, and the checkpoints to resume from.</param>
    /// <param name="seed">Of weights, order and dropout.</param>
    /// <param name="monitor">Gets progress, and throws when the fit is cancelled.</param>
    /// <param name="inform">Gets the number of weights and examples.</param>
    /// <param name="warn">Gets the reason where the CPU is used instead of the device.</param>
    /// <exception cref="DirectoryNotFoundException">The folder to resume from does not exist.</exception>
    /// <exception cref="InvalidOperationException">The device is not there and the CPU will not do.</exception>
    public NetworkTraining(
        IHostEnvironment env, TrainingOptions options, ulong seed, FitMonitor monitor, Action<string> inform,
        Action<string> warn)
    {
        (_seed, _monitor, _inform) = (seed, monitor, inform);
        CheckResume(options);
        TorchLibrary.EnsureLoaded();
        Device = TorchDevice.Choose(
            options.GpuDeviceId ?? ContextDevice.GpuDeviceId(env),
            options.FallbackToCpu ?? ContextDevice.FallbackToCpu(env),
            warn);
    }

    public Device Device { get; }

    /// <summary>
    /// Trains the networks of a plan one after the other. A failure or cancellation frees all their tensors.
    /// </summary>
    /// <param name="plan">What is trained.</param>
    /// <param name="options">How.</param>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public NetworkEnsemble Run(NetworkPlan plan, TrainingOptions options)
    {
        var networks = new List<SequenceNetwork>();
        var histories = new List<TrainingHistory>();
        try
        {
            set_num_threads(options.NumberOfThreads ?? TorchLibrary.DefaultThreads);
            for (int i = 0; i < plan.NumberOfNetworks; i++)
            {
                ulong seed = new SeededRandom(_seed + (ulong)i).NextUInt64();
                TrainingSettings settings = Settings(plan, options, i, seed);
                networks.Add(GlobalGenerator.Preserve(() => plan.Make(null)));
                if (i == 0)
                    Inform(plan, networks[i]);
                TrainingHistory history = Train(plan, networks[i], plan.Train, plan.Validation, seed, settings);
                histories.Add(history);
                plan.Validated?.Invoke(networks[i], Device);
                if (plan.Refit is TrainingExamples all)
                {
                    // From new weights on all examples, for as many steps as were best.
                    double epochs = (double)history.BestEpoch * plan.Train.Count / all.Count;
                    networks[i].Dispose();
                    networks[i] = GlobalGenerator.Preserve(() => plan.Make(null));
                    Train(plan, networks[i], all, validation: null, seed, settings with
                    {
                        Epochs = Math.Max(1, (int)Math.Round(epochs)),
                        Patience = 0,
                        Stage = settings.Stage + " on all examples",
                        CheckpointFile = CheckpointFile(options.CheckpointFolder, i, "-all"),
                        ResumeFrom = CheckpointFile(options.ResumeFrom, i, "-all"),
                    });
                }
            }

            return new NetworkEnsemble([.. networks], histories, Device, plan.Scale);
        }
        catch
        {
            foreach (SequenceNetwork network in networks)
                network.Dispose();
            throw;
        }
        finally
        {
            // A setting of the process, for threads that libtorch has not met yet.
            set_num_threads(TorchLibrary.DefaultThreads);
        }
    }

    private TrainingHistory Train(
        NetworkPlan plan, SequenceNetwork network, TrainingExamples train, TrainingExamples? validation, ulong seed,
        TrainingSettings settings)
    {
        using (var generator = new Generator(seed >> 1))
            plan.Initialize(network, generator);
        network.to(Device);
        using Optimizer optimizer = plan.Optimize(network);
        return TrainingLoop.Run(network, optimizer, train, validation, plan.Objective, settings, _monitor);
    }

    private TrainingSettings Settings(NetworkPlan plan, TrainingOptions options, int index, ulong seed) => new()
    {
        Epochs = options.NumberOfEpochs,
        BatchSize = options.BatchSize,
        LearningRate = options.LearningRate,
        Schedule = options.Schedule,
        ClipNorm = options.ClipNorm,
        Patience = options.Patience,
        BestBy = options.BestBy,
        Seed = plan.OrderSeed ?? seed,
        Device = Device,
        Classes = plan.Classes,
        CheckpointFile = CheckpointFile(options.CheckpointFolder, index),
        CheckpointEvery = options.CheckpointEvery,
        ResumeFrom = CheckpointFile(options.ResumeFrom, index),
        Stage = plan.NumberOfNetworks > 1 ? $"training network {index + 1} of {plan.NumberOfNetworks}" : "training",
    };

    private static string? CheckpointFile(string? folder, int index, string phase = "")
        => folder is null ? null : Path.Combine(folder, $"network{index}{phase}.checkpoint");

    private void Inform(NetworkPlan plan, SequenceNetwork network)
    {
        string each = plan.NumberOfNetworks > 1 ? $" in each of {plan.NumberOfNetworks} networks" : "";
        _inform(string.Create(
            CultureInfo.InvariantCulture,
            $"{network.GetName()}: {network.CountParameters():N0} trainable weights{each}, {plan.Data}, on {Device}."));
    }

    // A program that always resumes names one folder for both, which its first run finds missing; a folder of its own
    // must be there.
    private static void CheckResume(TrainingOptions options)
    {
        if (options.ResumeFrom is string folder && folder != options.CheckpointFolder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"ResumeFrom is '{folder}', a folder that does not exist. "
                + "Name the CheckpointFolder of the training to go on with, or leave ResumeFrom unset.");
        }
    }
}
