using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>One scored series, for people.</summary>
/// <param name="Channels">The series, one array of points a channel.</param>
/// <param name="Description">What was predicted, how surely, and what is true.</param>
/// <param name="IsRight">Whether the prediction is the truth; <see langword="null"/> for regression.</param>
internal sealed record PredictedSeries(IReadOnlyList<float[]> Channels, string Description, bool? IsRight);

/// <summary>What differs between classification and regression.</summary>
internal abstract class SeriesTask
{
    /// <summary>Series that are predicted one by one and drawn.</summary>
    protected const int PredictionsShown = 9;

    /// <summary>Puts the trainer, and what it needs around it, behind a featurizer.</summary>
    public abstract IEstimator<ITransformer> Pipeline(IEstimator<ITransformer> featurizer);

    /// <summary>Several featurizers, fused.</summary>
    public abstract IEstimator<ITransformer> EnsemblePipeline(SequenceEnsembleOptions options);

    /// <summary>A network that learns from the series themselves.</summary>
    public abstract IEstimator<ITransformer> NetworkPipeline(int epochs);

    /// <summary>The name of the metric in training curves.</summary>
    public abstract string Metric { get; }

    public abstract void PrintQuality(IDataView scored);

    /// <summary>The first series with their predictions.</summary>
    public abstract IReadOnlyList<PredictedSeries> Predict(IDataView scored);

    protected static IEnumerable<IReadOnlyList<float[]>> SeriesOf(IDataView scored)
    {
        var type = (VectorDataViewType)scored.Schema["Series"].Type;
        int channels = type.Dimensions.Length == 2 ? type.Dimensions[0] : 1;
        return scored.GetColumn<float[]>("Series")
            .Select(values => (IReadOnlyList<float[]>)[.. values.Chunk(values.Length / channels)]);
    }
}
