namespace Microsoft.ML.SeqConv;

/// <summary>
/// What is made of the outputs of a kernel over a series. In the namespace of the options, which have it too.
/// </summary>
public enum ConvolutionPooling
{
    /// <summary>Every output, from the first position to the last.</summary>
    None,

    /// <summary>The largest output.</summary>
    Max,

    /// <summary>The mean of the outputs.</summary>
    Mean,

    /// <summary>
    /// The k largest outputs, in the order of their positions (k-max pooling, Kalchbrenner, Grefenstette and Blunsom
    /// 2014, arXiv:1404.2188); of equal ones the first. Where there are fewer outputs than k, zeros follow them.
    /// </summary>
    TopKMax,

    /// <summary>The proportion of positive values, those above zero.</summary>
    Ppv,
}
