using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.Samples.Serving.Models;

namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>
/// Reads a recording as a series of one channel, at the sample rate of the model where that is known.
/// </summary>
internal static class WaveSeriesReader
{
    /// <exception cref="ProblemException">The bytes are no WAV file, or too long at the model's rate.</exception>
    public static Series Read(byte[] body, string name, ServedModel model, ServingOptions limits)
    {
        AudioClip clip;
        try
        {
            clip = WaveFile.Read(new MemoryStream(body, writable: false), name);
        }
        catch (FormatException error)
        {
            throw new ProblemException(
                SeriesFile.Unreadable(name, error,
                    "a recording is a WAV file of PCM, floating point, A-law or mu-law"), error);
        }

        int rate = model.Scorer.SampleRate ?? clip.SampleRate;
        long points = ((long)clip.Samples.Length * rate + clip.SampleRate - 1) / clip.SampleRate;
        if (points > limits.MaximumPoints)
        {
            throw new ProblemException(new Problem("length", StatusCodes.Status422UnprocessableEntity,
                $"The length of '{name}'", $"{points} samples at {rate} a second",
                $"at most {limits.MaximumPoints} are taken", "Cut the recording, or raise Serving:MaximumPoints."));
        }

        if (rate == clip.SampleRate)
            return new Series(1, clip.Samples);
        try
        {
            return new Series(1, new Resampler(clip.SampleRate, rate).Resample(clip.Samples));
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new ProblemException(new Problem("wav", StatusCodes.Status422UnprocessableEntity,
                $"The sample rate of '{name}'", $"{clip.SampleRate}",
                $"the model takes {rate} samples a second, too far from the recording's; "
                + "1/1,024 to 32 times are possible", $"Record or convert at {rate}."), error);
        }
    }
}
