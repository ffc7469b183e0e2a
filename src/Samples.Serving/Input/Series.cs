namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>A series that was sent.</summary>
/// <param name="Channels">1 or more.</param>
/// <param name="Values">[channel, time], row-major; NaN is a missing value.</param>
internal sealed record Series(int Channels, float[] Values)
{
    public int Points => Values.Length / Channels;

    /// <summary>The values as a scorer takes them.</summary>
    public float[] In(SeriesLayout layout)
        => layout == SeriesLayout.ChannelTime
            ? Values
            : [.. Enumerable.Range(0, Values.Length).Select(i => Values[i % Channels * Points + i / Channels])];
}

/// <summary>The series of one request.</summary>
/// <param name="Series">One or more.</param>
/// <param name="IsBatch">Whether they were sent as a list, and are answered as one.</param>
internal sealed record PostedSeries(IReadOnlyList<Series> Series, bool IsBatch)
{
    /// <summary>How a problem names a series.</summary>
    public string NameOf(int index) => IsBatch ? $"instances[{index}]" : "series";
}
