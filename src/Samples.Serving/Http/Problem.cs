namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>
/// Why a request is refused, as RFC 9457 has it: <c>application/problem+json</c> with <c>type</c>, <c>title</c>,
/// <c>status</c> and <c>detail</c>, and the parts of the detail, that programs may read.
/// </summary>
/// <param name="Reason">A short name, for programs and for the metrics: there are few of them.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="What">What is wrong, for example <c>series[1][3]</c>.</param>
/// <param name="Value">What it is.</param>
/// <param name="Rule">What it should be.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Problem(string Reason, int Status, string What, string Value, string Rule, string Remedy)
{
    public string Detail => $"{What} is {Value}; {Rule}. {Remedy}";

    /// <summary>The answer's body.</summary>
    public ProblemBody Body => new($"urn:seqconv:problem:{Reason}", Title, Status, Detail, What, Value, Rule, Remedy);

    private string Title => Status switch
    {
        StatusCodes.Status400BadRequest => "The body cannot be read",
        StatusCodes.Status404NotFound => "There is no such page",
        StatusCodes.Status405MethodNotAllowed => "Another method is needed",
        StatusCodes.Status408RequestTimeout => "The body came too slowly",
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status415UnsupportedMediaType => "The body is of another kind",
        StatusCodes.Status422UnprocessableEntity => "The model cannot take the series",
        StatusCodes.Status503ServiceUnavailable => "The server is busy",
        _ => "The server failed",
    };
}

/// <summary>A <see cref="Problem"/> as it is sent.</summary>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string What, string Value, string Rule, string Remedy);

/// <summary>Ends a request with a <see cref="Problem"/>.</summary>
internal sealed class ProblemException(Problem problem, Exception? cause = null) : Exception(problem.Detail, cause)
{
    public Problem Problem => problem;
}
