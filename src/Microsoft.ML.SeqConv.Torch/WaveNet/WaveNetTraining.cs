using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>From clips to a <see cref="WaveNetGenerator"/>.</summary>
internal static class WaveNetTraining
{
    public static WaveNetGenerator Run(IHostEnvironment env, IDataView data, WaveNetOptions options)
    {
        IHost host = env.Register("WaveNet");
        ulong seed = (uint)(options.Seed ?? host.Rand.Next());
        using IChannel channel = host.Start("Training");
        using var monitor = new FitMonitor(host, "WaveNet");
        TorchLibrary.EnsureLoaded();
        Device device = TorchDevice.Choose(options.GpuDeviceId ?? ContextDevice.GpuDeviceId(host), options.FallbackToCpu ?? ContextDevice.FallbackToCpu(host), message => channel.Warn(message));
        WaveNetClips clips = WaveNetClips.Read(data, options, monitor);
        (IReadOnlyList<WaveNetClip> train, IReadOnlyList<WaveNetClip> validation) = Split(clips.Clips, options.ValidationFraction, seed);
        int speakerChannels = clips.Speakers.Count > 0 ? options.SpeakerChannels : 0;
        var settings = new WaveNetAudioSettings(
            options.Shape(speakerChannels + clips.FeatureChannels), clips.Speakers.Count, speakerChannels, clips.FeatureChannels, options.FeatureHop, options.Upsampling);
        settings.Stack.Check();
        try
        {
            set_num_threads(options.NumberOfThreads ?? TorchLibrary.DefaultThreads);
            using var network = new WaveNetAudioNetwork(settings);
            using (var generator = new Generator(new SeededRandom(seed).NextUInt64() >> 1))
                network.Initialize(generator);
            network.to(device);
            channel.Inform($"WaveNet: {network.CountParameters():N0} trainable weights, a receptive field of {settings.Stack.ReceptiveField} samples, {train.Count} clips to learn from, {validation.Count} to validate by, on {device}.");
            using var optimizer = new Adam(network);
            TrainingHistory history = TrainingLoop.Run(
                network, optimizer, new WaveNetExamples(train, settings, options.SegmentLength), validation.Count == 0 ? null : new WaveNetExamples(validation, settings, options.SegmentLength),
                new SampleCrossEntropy(), Settings(options, seed, device), monitor);
            var conditions = new WaveNetConditions(clips.Speakers, network.SpeakerVectors(), clips.FeatureChannels, options.FeatureHop, network.UpsamplingFilters());
            return new WaveNetGenerator(network.ToModel(), conditions, clips.SampleRate, history);
        }
        finally
        {
            set_num_threads(TorchLibrary.DefaultThreads);      // a setting of the process, for threads that libtorch has not met yet
        }
    }

    private static TrainingSettings Settings(WaveNetOptions options, ulong seed, Device device) => new()
    {
        Epochs = options.NumberOfEpochs,
        BatchSize = options.BatchSize,
        LearningRate = options.LearningRate,
        Schedule = LearningRateSchedule.ReduceOnPlateau(patience: 3),
        ClipNorm = 1,
        Seed = seed,
        Device = device,
    };

    private static (IReadOnlyList<WaveNetClip> Train, IReadOnlyList<WaveNetClip> Validation) Split(IReadOnlyList<WaveNetClip> clips, double fraction, ulong seed)
    {
        (int[] train, int[] validation) = ValidationSplit.Draw([.. Enumerable.Repeat(0f, clips.Count)], false, fraction, seed);
        return ([.. train.Select(i => clips[i])], [.. validation.Select(i => clips[i])]);
    }
}
