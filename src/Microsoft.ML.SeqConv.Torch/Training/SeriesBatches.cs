using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Makes batches of series: shorter ones are padded with zeros at the end.</summary>
internal static class SeriesBatches
{
    /// <param name="series">Each [channel, time], row-major.</param>
    /// <param name="channels">Of each series.</param>
    /// <param name="device">Where the tensors go.</param>
    public static SequenceBatch Stack(IReadOnlyList<ReadOnlyMemory<float>> series, int channels, Device device)
    {
        int longest = series.Max(s => s.Length) / channels;
        bool ragged = series.Any(s => s.Length != longest * channels);
        var values = new float[(long)series.Count * channels * longest];
        var own = new float[ragged ? series.Count * longest : 0];
        for (int row = 0; row < series.Count; row++)
        {
            int length = series[row].Length / channels;
            for (int channel = 0; channel < channels; channel++)
                series[row].Span.Slice(channel * length, length)
                    .CopyTo(values.AsSpan((row * channels + channel) * longest));
            if (ragged)
                own.AsSpan(row * longest, length).Fill(1);
        }

        using var scope = NewDisposeScope();
        Tensor input = tensor(values, [series.Count, channels, longest]).to(device).MoveToOuterDisposeScope();
        return new(input, ragged ? tensor(own, [series.Count, 1, longest]).to(device).MoveToOuterDisposeScope() : null);
    }
}

/// <summary>Series with labels.</summary>
internal sealed class SeriesExamples(IReadOnlyList<float[]> series, int channels, float[] labels, float[] weights)
    : TrainingExamples(labels, weights)
{
    public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
    {
        var chosen = new ReadOnlyMemory<float>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            chosen[i] = series[rows[i]];
        return SeriesBatches.Stack(chosen, channels, device);
    }
}
