namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// What a component declares where the checks cannot know it, or where a check does not fit it. A reason is the text of
/// an error that the check must meet, so that a declaration that is no longer true fails.
/// </summary>
public sealed record ComponentRules
{
    /// <summary>What a component that declares nothing follows.</summary>
    public static ComponentRules Default { get; } = new();

    /// <summary>
    /// What a network declares: its library sums in another order for another batch or number of threads.
    /// </summary>
    public static ComponentRules Network(double tolerance)
        => new() { Tolerance = tolerance, ThreadTolerance = 1e-3 };

    /// <summary>
    /// How much a value of one row alone may differ from that in a batch: a library that sums in another order for
    /// another batch differs in last bits. Default 0.
    /// </summary>
    public double Tolerance { get; init; }

    /// <summary>
    /// How much a value may differ when the component is fitted on another number of threads: training carries the
    /// last bits of sums of another order on. Default 0.
    /// </summary>
    public double ThreadTolerance { get; init; }

    /// <summary>How much a value of the ONNX graph may differ, relative to the larger of 1 and the value.</summary>
    public double GraphTolerance { get; init; } = 1e-4;

    /// <summary>Whether the component learns from rows. Default <see langword="true"/>.</summary>
    public bool LearnsFromRows { get; init; } = true;

    /// <summary>Whether the column of series is read. Default <see langword="true"/>; else the text is.</summary>
    public bool ReadsSeries { get; init; } = true;

    /// <summary>Whether series lie point by point, <c>[time, channel]</c>. Default <see langword="false"/>.</summary>
    public bool TimeFirst { get; init; }

    /// <summary>
    /// Whether NaN in a series is filled in, and outputs are finite. Default <see langword="false"/>: it is an error.
    /// </summary>
    public bool FillsMissing { get; init; }

    /// <summary>Part of the error of an export to ONNX, where the component has no graph.</summary>
    public string? NoGraph { get; init; }

    /// <summary>
    /// Part of the error of an export to ONNX without a length, where the graph needs series of one length.
    /// </summary>
    public string? GraphNeedsLength { get; init; }

    /// <summary>Why the component has no number of threads to set.</summary>
    public string? NoThreads { get; init; }

    /// <summary>Makes the graph's input for a row of text: token numbers, given the graph's metadata.</summary>
    public Func<IReadOnlyDictionary<string, string>, string, long[]>? Tokens { get; init; }

    /// <summary>The graph's input of <see cref="Tokens"/>. Default: <c>Text</c>.</summary>
    public string TokenColumn { get; init; } = "Text";
}
