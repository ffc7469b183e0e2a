using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SeqConv.Samples.Serving.Models;

/// <summary>
/// An exported pipeline: its bytes, which browsers fetch, and a scorer of them, which many threads may use. Both are of
/// one reading, whatever becomes of the file.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private const int UsualLength = 128;

    private ServedModel(string name, byte[] bytes, OnnxSequenceScorer scorer)
    {
        (Name, Bytes, Scorer) = (name, bytes, scorer);
        Hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    public byte[] Bytes { get; }

    /// <summary>SHA-256 of the bytes.</summary>
    public string Hash { get; }

    public OnnxSequenceScorer Scorer { get; }

    /// <summary>Opens a file, and scores one series, so that what cannot be served is reported at the start.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="FormatException">
    /// It is no pipeline of series, gives no prediction, or does not fit the limits.
    /// </exception>
    public static ServedModel Open(string path, ServingOptions limits)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no ONNX file '{path}'. Write one with "
                + "mlContext.Model.SaveAsOnnx, or leave --model out.", path);
        byte[] bytes = File.ReadAllBytes(path);
        var scorer = new OnnxSequenceScorer(bytes, path,
            new OnnxScorerOptions { NumberOfThreads = limits.ThreadsPerScoring });
        try
        {
            Check(scorer, path, limits);
            return new ServedModel(Path.GetFileName(path), bytes, scorer);
        }
        catch
        {
            scorer.Dispose();
            throw;
        }
    }

    public void Dispose() => Scorer.Dispose();

    private static void Check(OnnxSequenceScorer scorer, string path, ServingOptions limits)
    {
        int least = scorer.SeriesLength ?? scorer.MinLength;
        if (least > limits.MaximumPoints)
            throw new FormatException($"'{path}' takes series of {least} points, but Serving:MaximumPoints is "
                + $"{limits.MaximumPoints}. Raise it.");
        int points = scorer.SeriesLength
            ?? Math.Clamp(scorer.SampleRate ?? UsualLength, Math.Max(1, scorer.MinLength), limits.MaximumPoints);
        float[] wave = [.. Enumerable.Range(0, scorer.NumberOfChannels * points).Select(t => MathF.Sin(0.3f * t))];
        SequencePrediction prediction;
        try
        {
            prediction = scorer.Score([wave])[0];
        }
        catch (Exception error) when (error is OnnxRuntimeException or NotSupportedException)
        {
            throw new FormatException($"'{path}' does not score a series of {points} points: "
                + $"{error.Message} Export the pipeline again.", error);
        }

        if (prediction.Scores.Length == 0)
            throw new FormatException($"'{path}' gives {string.Join(", ", scorer.OutputColumnNames)}; "
                + "a server needs Score. Export the pipeline with its predictor and without OutputColumnNames.");
    }
}
