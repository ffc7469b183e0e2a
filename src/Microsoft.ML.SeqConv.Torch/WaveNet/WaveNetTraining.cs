using Microsoft.ML.Runtime;

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
        var training = new NetworkTraining(
            host, options, seed, monitor, channel.Inform, channel.Warn);
        WaveNetClips clips = WaveNetClips.Read(data, options, monitor, channel);
        int speakerChannels = clips.Speakers.Count > 0 ? options.NumberOfSpeakerChannels : 0;
        var settings = new WaveNetAudioSettings(
            options.Shape(speakerChannels + clips.FeatureChannels), clips.Speakers.Count, speakerChannels,
            clips.FeatureChannels, options.FeatureHop, options.Upsampling);
        settings.Stack.Check();

        (int[] train, int[] validation) = ValidationSplit.Draw(
            new float[clips.Clips.Count], byClass: false, options.ValidationFraction, seed);
        WaveNetExamples Examples(int[] rows)
            => new([.. rows.Select(i => clips.Clips[i])], settings, options.SegmentLength);
        var plan = new NetworkPlan
        {
            Make = device => new WaveNetAudioNetwork(settings, device),
            Initialize = (network, generator) => ((WaveNetAudioNetwork)network).Initialize(generator),
            Train = Examples(train),
            Validation = validation.Length == 0 ? null : Examples(validation),
            Objective = new SampleCrossEntropy(),
            OrderSeed = seed,
            Data = $"a receptive field of {settings.Stack.ReceptiveField} samples, "
                + $"{train.Length} clips to learn from, {validation.Length} to validate by",
        };
        using NetworkEnsemble trained = training.Run(plan, options);
        var network = (WaveNetAudioNetwork)trained.Networks[0];
        var conditions = new WaveNetConditions(
            clips.Speakers, network.SpeakerVectors(), clips.FeatureChannels, options.FeatureHop,
            network.UpsamplingFilters());
        return new WaveNetGenerator(network.ToModel(), conditions, clips.SampleRate, trained.Histories[0]);
    }
}
