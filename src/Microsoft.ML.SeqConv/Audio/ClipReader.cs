using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads WAV files at one sample rate. One thread uses one reader.</summary>
/// <param name="sampleRate">Samples a second.</param>
/// <param name="warn">Gets notes on files.</param>
/// <param name="maxFactor">The highest ratio of the sample rate to that of a file.</param>
/// <param name="option">The option that raises it, for messages; <see langword="null"/>: there is none.</param>
/// <exception cref="ArgumentOutOfRangeException">The rate or the factor is out of its range.</exception>
internal sealed class ClipReader(
    int sampleRate, Action<string> warn, int maxFactor = Resampler.DefaultMaxFactor, string? option = null)
{
    // By the rate of a file. The first entry checks the rate and the factor of this reader when it is made, so that
    // what is refused later is the fault of a file.
    private readonly Dictionary<int, Resampler> _resamplers = new()
    {
        [sampleRate] = new Resampler(sampleRate, sampleRate, maxFactor),
    };

    /// <summary>Opens a reader for the files of a folder.</summary>
    public static ClipReader ForFolder(int sampleRate, Action<string> warn, int maxFactor)
        => new(
            sampleRate, warn, maxFactor,
            $"{nameof(AudioFolderOptions)}.{nameof(AudioFolderOptions.MaxResamplingFactor)}");

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file cannot be read; the message names it.</exception>
    public void Read(string path, ref VBuffer<float> samples)
    {
        using FileStream stream = WaveFile.Open(path);
        // before the samples are read
        Resampler resampler = ResamplerOf(WaveReader.ReadHeader(stream, path), path);
        stream.Position = 0;
        AudioClip clip = WaveReader.Read(stream, path);
        if (clip.Note is not null)
            warn(clip.Note);
        float[] values = clip.SampleRate == sampleRate ? clip.Samples : resampler.Resample(clip.Samples);

        VBufferEditor<float> editor = VBufferEditor.Create(ref samples, values.Length);
        values.CopyTo(editor.Values);
        samples = editor.Commit();
    }

    /// <summary>The resampler for a file.</summary>
    /// <exception cref="FormatException">
    /// The file cannot be brought to the sample rate; the message names it.
    /// </exception>
    public Resampler ResamplerOf(WaveHeader header, string path)
    {
        int rate = header.Format.SampleRate;
        try
        {
            if (!_resamplers.TryGetValue(rate, out Resampler? resampler))
                _resamplers.Add(rate, resampler = new Resampler(rate, sampleRate, maxFactor));
            _ = resampler.LengthOf(header.Frames);
            return resampler;
        }
        catch (ArgumentOutOfRangeException error)
        {
            // The rate of the reader is right, so the resampler refuses it only for its ratio to that of the file.
            bool isFactor = error.ParamName == "toRate";
            long largest = (long)Resampler.MaxFactorLimit * Math.Min(rate, sampleRate);
            bool canBeRaised = Math.Max(rate, sampleRate) <= largest;
            string remedy = option is not null && isFactor && canBeRaised
                ? $" To resample further, raise {option}." : "";
            throw new FormatException($"{path}: {error.Message.Split(" (Parameter")[0]}{remedy}", error);
        }
    }
}
