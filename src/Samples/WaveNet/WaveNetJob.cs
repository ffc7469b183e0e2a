using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Samples.SpokenDigits;
using Microsoft.ML.SeqConv.Samples.Training;
using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.WaveNet;

internal sealed record WaveNetJobSettings(
    string? Data, string TrainPattern, string TestPattern, int Epochs, double Seconds, double Temperature,
    string? Speaker, int Seed, string OutputFolder);

/// <summary>
/// From a folder of recordings to a model that makes new ones: bits a sample of clips that were not learned from, a WAV
/// file, its plot, and an ONNX file of one step.
/// </summary>
internal static class WaveNetJob
{
    private const int ClipsToTest = 20;

    public static string DefaultFolder { get; } = Path.Combine("out", "wavenet");

    public static void Run(WaveNetJobSettings settings, CancellationToken cancellation)
    {
        var context = new MLContext(settings.Seed);
        using IDisposable cancelling = context.CancelOn(cancellation);
        Directory.CreateDirectory(settings.OutputFolder);
        string folder = settings.Data ?? ShippedClips.Unpack(settings.OutputFolder);
        IDataView train = context.Data.LoadFromAudioFolder(folder,
            new AudioFolderOptions { FileNamePattern = settings.TrainPattern });
        int sampleRate = ShippedClips.SampleRateOf(train);
        IDataView test = context.Data.LoadFromAudioFolder(folder,
            new AudioFolderOptions { FileNamePattern = settings.TestPattern, SampleRate = sampleRate });
        string? speakerColumn = train.Schema.GetColumnOrNull("Speaker")?.Name;
        Check(settings, speakerColumn is null ? [] : [.. train.GetColumn<string>(speakerColumn).Distinct()]);

        long start = Stopwatch.GetTimestamp();
        WaveNetGenerator generator = FitProgressBar.Show(context,
            () => WaveNetGenerator.Train(context, train, new WaveNetOptions
            {
                SpeakerColumnName = speakerColumn,
                NumberOfEpochs = settings.Epochs,
                LayersPerStack = 8,
                NumberOfChannels = 24,
                NumberOfSkipChannels = 48,
                BatchSize = 2,
            }));
        Console.WriteLine($"Learned from {train.GetRowCount()} clips in "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s; "
            + $"a sample is predicted from the {generator.ReceptiveField} before it.");
        Test(generator, test, speakerColumn);

        string? speaker = settings.Speaker ?? (generator.Speakers is [string first, ..] ? first : null);
        start = Stopwatch.GetTimestamp();
        AudioClip clip = generator.Generate(TimeSpan.FromSeconds(settings.Seconds), settings.Seed, settings.Temperature,
            speaker, cancellation: cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string wav = Path.Combine(settings.OutputFolder, "generated.wav");
        WaveFile.Write(wav, clip.Samples, clip.SampleRate);
        Console.WriteLine($"Wrote {wav}: {clip.Duration:F1} s{(speaker is null ? "" : $" by speaker {speaker}")}, "
            + $"made in {seconds:F2} s, {clip.Duration / seconds:F1} times real time.");

        string model = Path.Combine(settings.OutputFolder, "model.wavenet");
        string onnx = Path.Combine(settings.OutputFolder, "step.onnx");
        string plot = Path.Combine(settings.OutputFolder, "generated.png");
        string curves = Path.Combine(settings.OutputFolder, "curves.png");
        generator.Save(model);
        generator.SaveStepAsOnnx(onnx);
        TrainingCurves.Save([generator.History], "bits a sample", curves);
        Draw(clip, plot);
        Console.WriteLine($"Wrote {model}, {onnx}, {plot} and {curves}.");
    }

    // What would else be found after minutes of training.
    private static void Check(WaveNetJobSettings settings, string[] speakers)
    {
        if (!(settings.Seconds is > 0 and <= 3600))
            throw new ArgumentException($"--seconds is {settings.Seconds}; it must be above 0, up to 3600.");
        if (!(settings.Temperature is >= 0 and <= 100))
            throw new ArgumentException($"--temperature is {settings.Temperature}; it must be 0 to 100.");
        if (settings.Speaker is string speaker && !speakers.Contains(speaker))
            throw new ArgumentException($"--speaker is '{speaker}'; the clips are by "
                + $"{(speakers.Length == 0 ? "speakers without names" : string.Join(", ", speakers.Take(20)))}.");
    }

    private static void Test(WaveNetGenerator generator, IDataView test, string? speakerColumn)
    {
        float[][] clips = [.. test.GetColumn<float[]>("Audio")];
        string[]? speakers = speakerColumn is null ? null : [.. test.GetColumn<string>(speakerColumn)];
        int step = Math.Max(1, clips.Length / ClipsToTest);
        int[] chosen = [.. Enumerable.Range(0, clips.Length).Where(
            i => i % step == 0 && (speakers is null || generator.Speakers.Contains(speakers[i]))).Take(ClipsToTest)];
        if (chosen.Length == 0)
            return;
        double bits = chosen.Average(
            i => generator.BitsPerSample(new AudioClip(clips[i], generator.SampleRate), speakers?[i]));
        Console.WriteLine($"{bits:F2} bits a sample on {chosen.Length} test clips; "
            + $"{Entropy(chosen.SelectMany(i => clips[i])):F2} where levels are predicted by their "
            + "frequency in these clips "
            + "alone, 8 without knowledge.");
    }

    private static double Entropy(IEnumerable<float> samples)
    {
        var counts = new double[MuLaw.Levels];
        foreach (float sample in samples)
            counts[MuLaw.Encode(sample)]++;
        double all = counts.Sum();
        return counts.Where(count => count > 0).Sum(count => -count / all * Math.Log2(count / all));
    }

    private static void Draw(AudioClip clip, string path)
    {
        const int detail = 400;         // samples
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Grid(2, 1);
        Plot all = figure.GetPlot(0);
        all.Add.Signal(clip.Samples, 1.0 / clip.SampleRate);
        all.Title("Generated");
        all.XLabel("seconds");
        Plot part = figure.GetPlot(1);
        int middle = Array.IndexOf(clip.Samples, clip.Samples.Max());
        int first = Math.Clamp(middle - detail / 2, 0, Math.Max(0, clip.Samples.Length - detail));
        var signal = part.Add.Signal(clip.Samples[first..Math.Min(clip.Samples.Length, first + detail)],
            1000.0 / clip.SampleRate);
        signal.Data.XOffset = 1000.0 * first / clip.SampleRate;
        part.Title("Around its loudest sample");
        part.XLabel("milliseconds");
        figure.SavePng(path, 900, 600);
    }
}
