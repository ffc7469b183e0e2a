namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Series of one number of channels, each of its own length, held in memory.</summary>
public sealed class SeriesSet
{
    private readonly IReadOnlyList<float[]> _series;

    /// <summary>Wraps series without copying them.</summary>
    /// <param name="series">One array a series, [channel, time], row-major; at least one point a channel.</param>
    /// <param name="numberOfChannels">Channels of every series, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// A series is empty, or its number of values is no multiple of <paramref name="numberOfChannels"/>.
    /// </exception>
    public SeriesSet(IReadOnlyList<float[]> series, int numberOfChannels = 1)
    {
        ArgumentNullException.ThrowIfNull(series);
        Guard.AtLeast(numberOfChannels, 1);
        for (int i = 0; i < series.Count; i++)
        {
            int values = series[i].Length;
            if (values == 0 || values % numberOfChannels != 0)
                throw new ArgumentException($"Series {i} has {values} values, which is not one or more points for each "
                    + $"of {numberOfChannels} channels.", nameof(series));
            MaxLength = Math.Max(MaxLength, values / numberOfChannels);
        }

        _series = series;
        NumberOfChannels = numberOfChannels;
    }

    /// <summary>Number of series.</summary>
    public int Count => _series.Count;

    /// <summary>Channels of every series.</summary>
    public int NumberOfChannels { get; }

    /// <summary>Points a channel of the longest series; 0 when there is none.</summary>
    public int MaxLength { get; }

    /// <summary>Values of one series, [channel, time], row-major.</summary>
    public ReadOnlySpan<float> this[int index] => _series[index];

    /// <summary>Values of one series, to be kept.</summary>
    internal ReadOnlyMemory<float> Memory(int index) => _series[index];

    /// <summary>Points a channel of one series.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public int LengthOf(int index) => _series[index].Length / NumberOfChannels;
}
