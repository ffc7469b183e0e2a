using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What is explained, and how.</summary>
public sealed class SeriesExplanationOptions
{
    /// <summary>How the score is split. Default <see cref="ExplanationMethod.Auto"/>.</summary>
    public ExplanationMethod Method { get; set; }

    /// <summary>
    /// The class whose score is explained, as text. Default <see langword="null"/>: the predicted class; of two classes
    /// that share a single score, <c>True</c>, whose score it is. Always <see langword="null"/> for regression.
    /// </summary>
    public string? ClassName { get; set; }

    /// <summary>
    /// For <see cref="ExplanationMethod.Occlusion"/>: the column that the series is given in. Default
    /// <see langword="null"/>: the first that a component of this library reads.
    /// </summary>
    public string? SeriesColumnName { get; set; }

    /// <summary>
    /// For <see cref="ExplanationMethod.Occlusion"/>: channels of the series, at least 1. Default
    /// <see langword="null"/>: those of the component that reads it, else 1.
    /// </summary>
    public int? NumberOfChannels { get; set; }

    /// <summary>
    /// For <see cref="ExplanationMethod.Occlusion"/>: points that are replaced at once, at least 1; never more than the
    /// series has. Default <see langword="null"/>: a twentieth of the series.
    /// </summary>
    public int? OcclusionWindowSize { get; set; }

    /// <summary>
    /// For <see cref="ExplanationMethod.Occlusion"/>: points from one window to the next, from 1 to the window. Default
    /// <see langword="null"/>: half of the window.
    /// </summary>
    public int? OcclusionStride { get; set; }

    /// <summary>
    /// For <see cref="ExplanationMethod.Occlusion"/>: what points are replaced by; finite. Default
    /// <see langword="null"/>: the mean of their channel.
    /// </summary>
    public float? OcclusionFill { get; set; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Defined(Method);
        Guard.AtLeast(NumberOfChannels, 1);
        Guard.AtLeast(OcclusionWindowSize, 1);
        Guard.AtLeast(OcclusionStride, 1);
        Guard.Finite(OcclusionFill);
    }
}
