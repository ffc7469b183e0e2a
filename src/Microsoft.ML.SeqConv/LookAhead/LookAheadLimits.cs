namespace Microsoft.ML.SeqConv;

/// <summary>
/// How far a <see cref="LookAheadCursor"/> looks ahead: as far as keeps its threads busy, and at most 64 MiB of
/// computed values.
/// </summary>
/// <param name="BytesPerRow">Of what is computed for a row.</param>
internal sealed record LookAheadLimits(long BytesPerRow)
{
    private const long MaxBytes = 64L << 20;
    private const int MinRanges = 3;          // one is walked through, one is computed, one waits

    /// <summary>Rows of a range, which are computed on one thread: a multiple of every vector's lanes.</summary>
    public int RangeRows { get; init; } = 16;

    /// <summary>Threads that compute; <see langword="null"/>: one for each processor.</summary>
    public int? NumberOfThreads { get; init; }

    /// <summary>Threads that compute.</summary>
    public int Threads => NumberOfThreads ?? Environment.ProcessorCount;

    /// <summary>
    /// Ranges that are held: one is walked through, one a thread is computed, one a thread waits; fewer where rows are
    /// large.
    /// </summary>
    public int Ranges
    {
        get
        {
            long fit = MaxBytes / Math.Max(1, RangeRows * BytesPerRow);
            return (int)Math.Clamp(fit, MinRanges, 1 + 2L * Threads);
        }
    }
}
