using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What to do with NaN, which means a missing value.</summary>
public enum MissingValues
{
    /// <summary>An error that names the column, the row and the point.</summary>
    Error,

    /// <summary>
    /// Linear interpolation in time between the nearest values of the same channel; before the first and after the last
    /// value, that value. A channel without any value is an error.
    /// </summary>
    Interpolate,

    /// <summary>Zero.</summary>
    Zero,
}

/// <summary>What to do with series that have fewer points than a kernel.</summary>
public enum ShortSeries
{
    /// <summary>
    /// Convolve them with zeros around the series; the features count the series's own points alone. So any series of
    /// one point or more has finite features.
    /// </summary>
    Pad,

    /// <summary>An error that names the column, the row and the length.</summary>
    Error,
}

/// <summary>What is done to each channel of a series before the kernels see it.</summary>
public enum SeriesNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// The channel's mean is subtracted and the result divided by its population standard deviation plus 1e-8, as the
    /// published Rocket experiments do; a constant channel becomes zeros.
    /// </summary>
    ZNormalize,
}

/// <summary>How a column of series is read; the options that every featurizer shares.</summary>
public abstract class SeriesOptions
{
    private protected SeriesOptions()
    {
    }

    /// <summary>
    /// Channels of a series, at least 1, for columns whose type does not say it (the [channel, time] shape is lost in
    /// text files). Default <see langword="null"/>: a dimension of a two-dimensional column, see <see cref="Layout"/>,
    /// else 1. A value that contradicts the type is an error.
    /// </summary>
    public int? NumberOfChannels { get; set; }

    /// <summary>
    /// In which order the column holds its values. Default <see cref="SeriesLayout.ChannelTime"/>: <c>Vector&lt;Single,
    /// C, T&gt;</c>, or channel after channel. With <see cref="SeriesLayout.TimeChannel"/>: <c>Vector&lt;Single, T,
    /// C&gt;</c>, or point after point, for which <see cref="NumberOfChannels"/> must be set.
    /// </summary>
    public SeriesLayout Layout { get; set; }

    /// <summary>
    /// What to do with NaN. Default <see cref="MissingValues.Error"/>. Infinity, and any value beyond +-1e30,
    /// is always an error.
    /// </summary>
    public MissingValues MissingValues { get; set; } = MissingValues.Error;

    /// <summary>
    /// What to do with series that have fewer points than a kernel. Default <see cref="ShortSeries.Pad"/>.
    /// </summary>
    public ShortSeries ShortSeries { get; set; } = ShortSeries.Pad;

    /// <summary>What is done to each channel of a series before the kernels see it.</summary>
    [Choice(SeriesNormalization.None, SeriesNormalization.ZNormalize)]
    public virtual SeriesNormalization Normalization { get; set; }

    /// <summary>
    /// Seed of the random draws. Default <see langword="null"/>: one draw from the generator of the
    /// <see cref="MLContext"/> when the estimator is made, so that two calls of Fit agree.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Threads for fitting and for the fitted transform, at least 1. Default <see langword="null"/>: all processors.
    /// The result does not depend on it, and it is not saved: a loaded model takes all processors.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Throws when a value is out of its range.</summary>
    private protected virtual void Validate()
    {
        Guard.AtLeast(NumberOfChannels, 1);
        Guard.AtLeast(NumberOfThreads, 1);
        Guard.Defined(Layout);
        Guard.Defined(MissingValues);
        Guard.Defined(ShortSeries);
        Guard.Defined(Normalization);
    }

    internal void CheckValues() => Validate();

    /// <summary>Gives what every featurizer shares to the options of another.</summary>
    internal T Onto<T>(T options)
        where T : SeriesOptions
    {
        options.NumberOfChannels = NumberOfChannels;
        options.Layout = Layout;
        options.MissingValues = MissingValues;
        options.ShortSeries = ShortSeries;
        options.Normalization = Normalization;
        options.Seed = Seed;
        options.NumberOfThreads = NumberOfThreads;
        return options;
    }

    internal SeriesOptions Copy() => (SeriesOptions)MemberwiseClone();
}
