using System.Text.Json;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

/// <summary>Spectrograms and mu-law beside librosa's and torchaudio's.</summary>
public class MelGoldenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Spectrograms_agree_with_the_references(int index)
    {
        using JsonDocument document = Read("mel.json");
        float[] samples = Numbers<float>(document.RootElement.GetProperty("samples"));
        JsonElement expected = document.RootElement.GetProperty("cases")[index];
        MelSettings settings = Settings(expected.GetProperty("settings"));
        var mel = new MelSpectrogram(settings);
        Assert.Equal(expected.GetProperty("channels").GetInt32(), mel.NumberOfChannels);
        Assert.Equal(expected.GetProperty("frames").GetInt32(), settings.FramesOf(samples.Length));

        double[] values = Numbers<double>(expected.GetProperty("values"));
        var spectrogram = new float[values.Length];
        mel.CreateWorker().Transform(samples, spectrogram);

        // Energies: relative to the largest. Decibels: absolute.
        double scale = settings.Logarithm == MelLogarithm.None ? values.Max() : 1;
        for (int i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(values[i] - spectrogram[i]) <= 1e-4 * scale,
                $"value {i}: {spectrogram[i]} instead of {values[i]}");
    }

    [Fact]
    public void Mu_law_agrees_with_the_reference()
    {
        using JsonDocument document = Read("mulaw.json");
        float[] samples = Numbers<float>(document.RootElement.GetProperty("samples"));
        var levels = new byte[samples.Length];
        MuLaw.Encode(samples, levels);
        Assert.Equal(Numbers<int>(document.RootElement.GetProperty("levels")), levels.Select(level => (int)level));
        double[] decoded = Numbers<double>(document.RootElement.GetProperty("decoded"));
        for (int level = 0; level < MuLaw.Levels; level++)
            Assert.Equal(decoded[level], MuLaw.Decode((byte)level), 1e-6);
    }

    private static JsonDocument Read(string file)
        => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folders.Repository, "test", "Golden", file)));

    private static T[] Numbers<T>(JsonElement array) => array.Deserialize<T[]>()!;

    private static MelSettings Settings(JsonElement settings) => new()
    {
        SampleRate = settings.GetProperty("sampleRate").GetInt32(),
        WindowSize = settings.GetProperty("windowLength").GetInt32(),
        HopSize = settings.GetProperty("hopLength").GetInt32(),
        TransformSize = settings.GetProperty("transformLength").GetInt32(),
        NumberOfBands = settings.GetProperty("bands").GetInt32(),
        MinFrequency = settings.GetProperty("lowestFrequency").GetDouble(),
        MaxFrequency = settings.GetProperty("highestFrequency").GetDouble(),
        Scale = Enum.Parse<MelScale>(settings.GetProperty("scale").GetString()!),
        EqualArea = settings.GetProperty("equalArea").GetBoolean(),
        Padding = Enum.Parse<FramePadding>(settings.GetProperty("padding").GetString()!),
        Logarithm = Enum.Parse<MelLogarithm>(settings.GetProperty("logarithm").GetString()!),
        NumberOfCoefficients = settings.GetProperty("coefficients").GetInt32(),
    };
}
