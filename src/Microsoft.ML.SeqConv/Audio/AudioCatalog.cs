using Microsoft.ML.SeqConv;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML;

/// <summary>Makes the transforms of recordings.</summary>
public static class AudioCatalog
{
    /// <summary>Mel spectrograms of recordings in decibels, as librosa defines them.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, [band, frame].</param>
    /// <param name="inputColumnName">The column to read: samples. Default: the output column's name.</param>
    /// <param name="numberOfBands">Mel bands, 1 to 4,096.</param>
    /// <param name="sampleRate">Samples a second; default: what the column says, as columns of audio files do.</param>
    public static MelSpectrogramEstimator MelSpectrogram(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfBands = 40, int? sampleRate = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new MelOptions { NumberOfBands = numberOfBands, SampleRate = sampleRate });

    /// <summary>Mel spectrograms or cepstral coefficients of recordings.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, [band or coefficient, frame].</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read: samples. Default: the output column's name.</param>
    public static MelSpectrogramEstimator MelSpectrogram(
        this TransformsCatalog catalog, string outputColumnName, MelOptions options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);

    /// <summary>
    /// Mel-frequency cepstral coefficients of recordings: the orthonormal cosine transform of a mel spectrogram in
    /// decibels, as librosa defines them.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, [coefficient, frame].</param>
    /// <param name="inputColumnName">The column to read: samples. Default: the output column's name.</param>
    /// <param name="numberOfCoefficients">1 to 40, the number of mel bands.</param>
    /// <param name="sampleRate">Samples a second; default: what the column says, as columns of audio files do.</param>
    public static MelSpectrogramEstimator Mfcc(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfCoefficients = 13, int? sampleRate = null)
    {
        Guard.Within(numberOfCoefficients, 1, new MelOptions().NumberOfBands);
        return new(catalog.Environment(), outputColumnName, inputColumnName,
            new MelOptions { NumberOfCoefficients = numberOfCoefficients, SampleRate = sampleRate });
    }

    /// <summary>Reads the WAV files that a column of paths names.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: samples, one channel, full scale -1 to 1.</param>
    /// <param name="audioFolder">
    /// The folder that relative paths begin at; <see langword="null"/>: the current one.
    /// </param>
    /// <param name="inputColumnName">The column of paths. Default: the output column's name.</param>
    /// <param name="sampleRate">Samples a second, 1 to 10,000,000; files of another rate are resampled.</param>
    public static LoadAudioEstimator LoadAudio(this TransformsCatalog catalog, string outputColumnName,
        string? audioFolder, string? inputColumnName = null, int sampleRate = 16_000)
        => new(catalog.Environment(), outputColumnName, audioFolder, inputColumnName, sampleRate);
}
