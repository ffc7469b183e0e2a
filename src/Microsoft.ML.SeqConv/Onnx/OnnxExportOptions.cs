using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How a pipeline is written to ONNX.</summary>
public sealed class OnnxExportOptions
{
    /// <summary>
    /// The columns that become outputs. Default <see langword="null"/>: what the predictor and the steps after it make
    /// (<c>PredictedLabel</c>, <c>Score</c>, <c>Probability</c>), or, without a predictor, what the last step makes.
    /// </summary>
    public string[]? OutputColumnNames { get; set; }

    /// <summary>
    /// Points a channel, at least 1, that series of a column of unknown size are fixed to. Default
    /// <see langword="null"/>: the length stays open where the graph can be written so (series of one batch then have
    /// one length), and is an error where it cannot.
    /// </summary>
    public int? SeriesLength { get; set; }

    /// <summary>The graph's name. Default <c>pipeline</c>.</summary>
    internal string GraphName { get; set; } = "pipeline";

    /// <summary>
    /// Which operators MiniRocket and MultiRocket are written with. Default <see cref="OnnxForm.Standard"/>; set
    /// <see cref="OnnxForm.Gpu"/> for a file that a GPU scores.
    /// </summary>
    public OnnxForm Form { get; set; }

    internal void Validate()
    {
        Guard.Defined(Form);
        Guard.AtLeast(SeriesLength, 1);
        if (OutputColumnNames is { Length: 0 })
            throw new ArgumentException("OutputColumnNames is empty; name at least one column, "
                + "or leave it null for the "
                + "predictions.", nameof(OutputColumnNames));
        ArgumentException.ThrowIfNullOrEmpty(GraphName);
    }
}
