using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Options that the networks over series share.</summary>
public abstract class SeriesNetworkOptions : NetworkOptions
{
    private protected SeriesNetworkOptions()
    {
        LearningRate = 1e-3;
        BatchSize = 64;
        Schedule = LearningRateSchedule.ReduceOnPlateau();
    }

    /// <summary>
    /// The column of series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size for series of unequal lengths.
    /// </summary>
    public string SeriesColumnName { get; set; } = "Series";

    /// <summary>Networks whose predictions are averaged, 1 to 1,000.</summary>
    public int NumberOfNetworks { get; set; } = 1;

    /// <summary>
    /// Channels of a series, at least 1, for columns whose type does not say it. Default <see langword="null"/>: a
    /// dimension of a two-dimensional column, see <see cref="Layout"/>, else 1.
    /// </summary>
    public int? NumberOfChannels { get; set; }

    /// <summary>
    /// In which order the column holds its values. Default <see cref="SeriesLayout.ChannelTime"/>: <c>Vector&lt;Single,
    /// C, T&gt;</c>, or channel after channel. With <see cref="SeriesLayout.TimeChannel"/>: <c>Vector&lt;Single, T,
    /// C&gt;</c>, or point after point, for which <see cref="NumberOfChannels"/> must be set.
    /// </summary>
    public SeriesLayout Layout { get; set; }

    /// <summary>What to do with NaN. Default <see cref="MissingValues.Error"/>.</summary>
    public MissingValues MissingValues { get; set; } = MissingValues.Error;

    /// <summary>
    /// What is done to each channel of a series first. Default <see cref="SeriesNormalization.ZNormalize"/>, as in the
    /// published experiments; it takes the level away, which targets of regression often follow, so the short overload
    /// for regression sets <see cref="SeriesNormalization.None"/>.
    /// </summary>
    [Choice(new object[] { SeriesNormalization.None, SeriesNormalization.ZNormalize }, SeriesNormalization.ZNormalize)]
    public SeriesNormalization Normalization { get; set; } = SeriesNormalization.ZNormalize;

    /// <summary>
    /// How convolutions of more than one point are made. The training log reports the number of weights.
    /// </summary>
    [Choice(ConvolutionKind.Full, ConvolutionKind.DepthwiseSeparable)]
    public ConvolutionKind Convolution { get; set; }

    internal sealed override string InputColumnName => SeriesColumnName;

    internal abstract SeriesNetworkSettings Settings(int channels, int outputs);

    private protected override void Validate()
    {
        base.Validate();
        ArgumentException.ThrowIfNullOrEmpty(SeriesColumnName);
        Guard.Within(NumberOfNetworks, 1, 1000);
        Guard.Within(NumberOfChannels, 1, 1_000_000);
        Guard.Defined(Layout);
        Guard.Defined(MissingValues);
        Guard.Defined(Normalization);
        Settings(1, 1).Check();
    }
}
