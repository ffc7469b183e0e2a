namespace Microsoft.ML.SeqConv;

/// <summary>A recording of one channel.</summary>
/// <param name="Samples">Finite; full scale is -1 to 1.</param>
/// <param name="SampleRate">Samples a second.</param>
public sealed record AudioClip(float[] Samples, int SampleRate)
{
    /// <summary>
    /// What was unusual about the file: the declared size of the data and the bytes that were read, where that size is
    /// 0, unknown, larger than the file, or no whole number of samples. <see langword="null"/> where nothing was.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>Seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;
}
