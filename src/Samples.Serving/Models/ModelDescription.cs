using Microsoft.ML.SeqConv.Samples.Serving.Http;

namespace Microsoft.ML.SeqConv.Samples.Serving.Models;

/// <summary>What /model answers.</summary>
internal sealed record ModelDescription(
    string Name, int Bytes, string Sha256, IReadOnlyDictionary<string, long> OperatorSets, ModelInput Input,
    IReadOnlyList<string> Outputs, IReadOnlyList<string> Classes, ModelLimits Limits,
    bool HasExamples, bool BrowserRuntime)
{
    public static ModelDescription Of(ServedModel model, ServingOptions limits, bool hasExamples)
    {
        OnnxSequenceScorer scorer = model.Scorer;
        var input = new ModelInput(scorer.InputColumnName, scorer.NumberOfChannels, scorer.SeriesLength,
            scorer.MinLength, scorer.MissingValues.ToString(), scorer.SampleRate, scorer.Layout.ToString());
        return new ModelDescription(model.Name, model.Bytes.Length, model.Hash, scorer.OperatorSets, input,
            scorer.OutputColumnNames, scorer.Classes,
            new ModelLimits(limits.MaximumBodyBytes, limits.MaximumPoints, limits.MaximumBatch),
            hasExamples, PageFiles.HasBrowserRuntime);
    }
}

/// <summary>What the model reads.</summary>
/// <param name="Name">Of the graph's input.</param>
/// <param name="Channels">Of a series.</param>
/// <param name="Length">Points a channel; <see langword="null"/> for any.</param>
/// <param name="MinimumLength">The fewest points.</param>
/// <param name="MissingValues">What becomes of null; <c>Error</c>: it is refused.</param>
/// <param name="SampleRate">Of recordings.</param>
/// <param name="Layout">
/// In which order the graph reads a series, <c>ChannelTime</c> or <c>TimeChannel</c>; the server is sent
/// [channel][time] in either case.
/// </param>
internal sealed record ModelInput(
    string Name, int Channels, int? Length, int MinimumLength, string MissingValues, int? SampleRate, string Layout);

/// <summary>What the server reads.</summary>
internal sealed record ModelLimits(int BodyBytes, int Points, int Batch);
