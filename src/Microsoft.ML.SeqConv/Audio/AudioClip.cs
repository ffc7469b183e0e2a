namespace Microsoft.ML.SeqConv;

/// <summary>A recording of one channel.</summary>
/// <param name="Samples">Finite; full scale is -1 to 1.</param>
/// <param name="SampleRate">Samples a second.</param>
public sealed record AudioClip(float[] Samples, int SampleRate)
{
    /// <summary>
    /// What was unusual about the file: the declared and the found size, where the declared size of the data is 0, unknown or larger than the file. <see langword="null"/> where
    /// nothing was.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>Seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;
}
