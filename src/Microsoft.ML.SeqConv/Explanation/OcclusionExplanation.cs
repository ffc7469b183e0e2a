using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Explains a score of any pipeline by what it loses when a part of the series is hidden (Zeiler and Fergus 2014,
/// arXiv:1311.2901, section 4.2).
/// </summary>
internal static class OcclusionExplanation
{
    private const int WindowsOfDefault = 20;

    /// <exception cref="InvalidOperationException">The pipeline gives no score from the series alone.</exception>
    /// <exception cref="ArgumentException">
    /// There is no such class, or the series is none of that many channels.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public static SeriesExplanation Run(
        IHostEnvironment env, PipelineStep[] steps, ReadOnlySpan<float> series, SeriesExplanationOptions options)
    {
        (string column, int? known, SeriesLayout layout) = SeriesScorer.InputOf(steps, options.SeriesColumnName);
        int channels = options.NumberOfChannels ?? known ?? 1;
        if (series.Length == 0 || series.Length % channels != 0)
            throw new ArgumentException($"The series has {series.Length} values, which is not one or more points for "
                + $"each of {channels} channels.", nameof(series));
        int length = series.Length / channels;
        int window = Math.Min(length, options.OcclusionWindowSize ?? Math.Max(1, length / WindowsOfDefault));
        int stride = options.OcclusionStride ?? Math.Max(1, window / 2);
        if (stride > window)
        {
            throw Guard.OutOfRange(stride, $"it must be at most the window, here {window}, "
                + "so that every point is hidden once", nameof(options.OcclusionStride));
        }

        int[] starts = Starts(length, window, stride);
        float[] original = series.ToArray();
        if (layout == SeriesLayout.TimeChannel)
            Transposition.Copy(series, channels, original);
        double[][] scores = SeriesScorer.Score(
            env, steps, column, channels, layout, Rows(original, channels, window, starts, options.OcclusionFill),
            out string[]? classNames);
        ExplainedClass? explained = ExplainedClass.Choose(classNames, options.ClassName, scores[0]);
        (int score, int sign) = ExplainedClass.ScoreOf(explained, scores[0].Length);

        var drops = new double[original.Length];
        for (int row = 1; row < scores.Length; row++)
        {
            (int channel, int place) = Math.DivRem(row - 1, starts.Length);
            foreach (ref double drop in drops.AsSpan(channel * length + starts[place], window))
                drop += sign * (scores[0][score] - scores[row][score]) / window;
        }

        for (int i = 0; i < drops.Length; i++)
            drops[i] /= starts.Count(start => i % length >= start && i % length < start + window);
        return new(ExplanationMethod.Occlusion, SeriesExplanation.ByChannel(drops, channels),
            sign * scores[0][score], intercept: 0, explained);
    }

    // The last window ends with the series.
    private static int[] Starts(int length, int window, int stride)
    {
        var starts = new List<int>();
        for (int start = 0; start < length - window; start += stride)
            starts.Add(start);
        starts.Add(length - window);
        return [.. starts];
    }

    // The series, then it with each window hidden in turn, channel after channel.
    private static IEnumerable<float[]> Rows(float[] series, int channels, int window, int[] starts, float? fill)
    {
        yield return series;
        int length = series.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            float value = fill ?? MeanOfPresent(series.AsSpan(channel * length, length));
            foreach (int start in starts)
            {
                var hidden = (float[])series.Clone();
                hidden.AsSpan(channel * length + start, window).Fill(value);
                yield return hidden;
            }
        }
    }

    private static float MeanOfPresent(ReadOnlySpan<float> points)
    {
        double sum = 0;
        int count = 0;
        foreach (float point in points)
        {
            sum += float.IsNaN(point) ? 0 : point;
            count += float.IsNaN(point) ? 0 : 1;
        }

        return count == 0 ? 0 : (float)(sum / count);
    }
}
