using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads WAV files at one sample rate. One thread uses one reader.</summary>
internal sealed class ClipReader(int sampleRate)
{
    private readonly Dictionary<int, Resampler> _resamplers = [];       // by the rate of a file

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file cannot be read; the message names it.</exception>
    public void Read(string path, ref VBuffer<float> samples)
    {
        AudioClip clip = WaveFile.Read(path);
        float[] values = clip.Samples;
        if (clip.SampleRate != sampleRate)
        {
            if (!_resamplers.TryGetValue(clip.SampleRate, out Resampler? resampler))
                _resamplers.Add(clip.SampleRate, resampler = new Resampler(clip.SampleRate, sampleRate));
            values = resampler.Resample(values);
        }

        VBufferEditor<float> editor = VBufferEditor.Create(ref samples, values.Length);
        values.CopyTo(editor.Values);
        samples = editor.Commit();
    }
}
