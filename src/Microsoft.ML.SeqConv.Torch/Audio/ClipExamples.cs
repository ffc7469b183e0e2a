using Microsoft.ML.SeqConv.Kernels;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Clips as spectrograms, with labels. Spectrograms are computed once, or again each time where samples are changed at
/// random. What is random is drawn from the epoch's seed, so that a resumed training meets the same clips.
/// </summary>
internal sealed class ClipExamples : TrainingExamples
{
    private readonly IReadOnlyList<float[]> _clips;
    private readonly MelSpectrogram _mel;
    private readonly MelSpectrogram.Worker _worker;
    private readonly float[]?[] _spectrograms;
    private readonly AudioAugmentation? _augmentation;
    private SeededRandom? _random;

    /// <param name="clips">Samples of each.</param>
    /// <param name="mel">Makes spectrograms.</param>
    /// <param name="augmentation">How they are changed in training; <see langword="null"/>: not.</param>
    /// <param name="labels">Class numbers.</param>
    /// <param name="weights">Of the clips.</param>
    public ClipExamples(IReadOnlyList<float[]> clips, MelSpectrogram mel, AudioAugmentation? augmentation,
        float[] labels, float[] weights)
        : base(labels, weights)
    {
        _clips = clips;
        _mel = mel;
        _worker = mel.CreateWorker();
        _augmentation = augmentation;
        _spectrograms = new float[]?[clips.Count];
    }

    /// <summary>Mean and standard deviation of each channel over all frames of all clips.</summary>
    public (float[] Mean, float[] Deviation) Statistics()
    {
        int channels = _mel.NumberOfChannels;
        var sums = new double[channels];
        var squares = new double[channels];
        long frames = 0;
        for (int clip = 0; clip < _clips.Count; clip++)
        {
            float[] spectrogram = Spectrogram(clip);
            int length = spectrogram.Length / channels;
            frames += length;
            for (int i = 0; i < spectrogram.Length; i++)
            {
                sums[i / length] += spectrogram[i];
                squares[i / length] += (double)spectrogram[i] * spectrogram[i];
            }
        }

        float[] mean = [.. sums.Select(sum => (float)(sum / frames))];
        float[] deviation = [.. squares.Select((square, channel) =>
            (float)Math.Sqrt(Math.Max(0, square / frames - sums[channel] / frames * (sums[channel] / frames))))];
        // a band that never changes carries no information
        return (mean, [.. deviation.Select(value => value > 1e-5f ? value : 1)]);
    }

    public override void BeginEpoch(ulong seed) => _random = new SeededRandom(seed);

    public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
    {
        var batch = new ReadOnlyMemory<float>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            batch[i] = _augmentation is null ? Spectrogram(rows[i]) : Augmented(rows[i], _augmentation, _random!);
        return SeriesBatches.Stack(batch, _mel.NumberOfChannels, device);
    }

    private float[] Spectrogram(int clip) => _spectrograms[clip] ??= Compute(_clips[clip]);

    private float[] Compute(ReadOnlySpan<float> samples)
    {
        var spectrogram = new float[_mel.NumberOfChannels * _mel.Settings.FramesOf(samples.Length)];
        _worker.Transform(samples, spectrogram);
        return spectrogram;
    }

    private float[] Augmented(int clip, AudioAugmentation augmentation, SeededRandom random)
    {
        float[] spectrogram =
            augmentation.ChangesSamples ? Compute(Changed(_clips[clip], augmentation, random)) : [.. Spectrogram(clip)];
        int channels = _mel.NumberOfChannels;
        int frames = spectrogram.Length / channels;
        // a channel's own mean carries no information
        float[] hidden = [.. Enumerable.Range(0, channels)
            .Select(channel => spectrogram.AsSpan(channel * frames, frames).ToArray().Average())];
        for (int mask = 0; mask < augmentation.NumberOfFrequencyMasks; mask++)
        {
            (int first, int count) = Range(channels, Math.Min(channels, augmentation.MaxFrequencyMaskBands), random);
            for (int channel = first; channel < first + count; channel++)
                spectrogram.AsSpan(channel * frames, frames).Fill(hidden[channel]);
        }

        for (int mask = 0; mask < augmentation.NumberOfTimeMasks; mask++)
        {
            (int first, int count) = Range(frames, (int)(augmentation.MaxTimeMaskFraction * frames), random);
            for (int channel = 0; channel < channels; channel++)
                spectrogram.AsSpan(channel * frames + first, count).Fill(hidden[channel]);
        }

        return spectrogram;
    }

    private float[] Changed(ReadOnlySpan<float> samples, AudioAugmentation augmentation, SeededRandom random)
    {
        const double NoiseRange = 30;       // decibels
        var changed = new float[samples.Length];
        int most = (int)Math.Min(samples.Length - 1,
            augmentation.MaxShiftMilliseconds * _mel.Settings.SampleRate / 1000);
        int shift = random.NextInt32(2 * most + 1) - most;
        samples[Math.Max(0, -shift)..Math.Min(samples.Length, samples.Length - shift)]
            .CopyTo(changed.AsSpan(Math.Max(0, shift)));
        if (augmentation.MinSignalToNoise is not double least)
            return changed;
        double energy = 0;
        foreach (float sample in samples)
            energy += (double)sample * sample;
        double deviation = Math.Sqrt(energy / samples.Length) * Math.Pow(10,
            -(least + NoiseRange * random.NextDouble()) / 20);
        foreach (ref float sample in changed.AsSpan())
            sample += (float)(deviation * random.NextNormal());
        return changed;
    }

    private static (int First, int Count) Range(int all, int most, SeededRandom random)
    {
        int count = random.NextInt32(most + 1);
        return (random.NextInt32(all - count + 1), count);
    }
}
