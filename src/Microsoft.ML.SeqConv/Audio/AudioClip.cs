using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A recording of one channel.</summary>
public sealed class AudioClip
{
    /// <summary>Wraps samples without copying them.</summary>
    /// <param name="samples">Finite; full scale is -1 to 1.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    public AudioClip(float[] samples, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Guard.AtLeast(sampleRate, 1);
        Samples = samples;
        SampleRate = sampleRate;
    }

    /// <summary>Finite; full scale is -1 to 1.</summary>
    public float[] Samples { get; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>
    /// What was unusual about the file: the declared size of the data and the bytes that were read, where that size is
    /// 0, unknown, larger than the file, or no whole number of samples. <see langword="null"/> where nothing was.
    /// </summary>
    public string? Note { get; internal init; }

    /// <summary>Seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;
}
