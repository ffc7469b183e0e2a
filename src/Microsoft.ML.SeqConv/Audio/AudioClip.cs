namespace Microsoft.ML.SeqConv;

/// <summary>A recording of one channel.</summary>
/// <param name="Samples">Finite; full scale is -1 to 1.</param>
/// <param name="SampleRate">Samples a second.</param>
public sealed record AudioClip(float[] Samples, int SampleRate)
{
    /// <summary>Seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;
}
