namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>The refusals that say nothing of series, in one place, so that their reasons stay few.</summary>
internal static class Problems
{
    private const int MaxShown = 80;

    public static Problem MediaType(string? given, string taken)
        => new("media-type", StatusCodes.Status415UnsupportedMediaType, "Content-Type", Show(given ?? ""),
            $"this address takes {taken}", "Set the header Content-Type.");

    public static Problem Encoding(string name, string given, string rule)
        => new("media-type", StatusCodes.Status415UnsupportedMediaType, name, Show(given),
            rule, "Send plain UTF-8 bytes.");

    public static Problem EmptyBody()
        => new("empty-body", StatusCodes.Status400BadRequest, "The body", "empty", "it must hold a series",
            "Send the series as the body of the request.");

    public static Problem BodySize(long? bytes, int most)
        => new("body-size", StatusCodes.Status413PayloadTooLarge, "The body",
            bytes is null ? $"longer than {most} bytes" : $"{bytes} bytes long",
            $"at most {most} bytes are read", "Send fewer or shorter series, or raise Serving:MaximumBodyBytes.");

    public static Problem BodyTime(ServingOptions limits)
        => new("body-time", StatusCodes.Status408RequestTimeout, "The body", "not complete",
            FormattableString.Invariant($"it must be there in {limits.BodySeconds} s, ")
            + FormattableString.Invariant($"at {limits.MinimumBytesPerSecond} bytes a second at least"),
            "Send it faster, or in smaller parts.");

    public static Problem BadHttp(int status, string message) => new(
        "http", status, "The request", Show(message), "it must be HTTP/1.1", "Correct the program that sends it.");

    public static Problem Busy(ServingOptions limits)
        => new("busy", StatusCodes.Status503ServiceUnavailable, "The server", "at work on all that it may",
            $"{limits.Concurrency} requests are scored at once and {limits.WaitingRequests} wait",
            $"Come again in {limits.RetryAfterSeconds} s.");

    public static Problem NotFound(string path)
        => new("not-found", StatusCodes.Status404NotFound, "The address", Show(path),
            "there are /, /predict, /parse, /examples, /model, /model.onnx, /health and /metrics", "Use one of them.");

    public static Problem Method(string method)
        => new("method", StatusCodes.Status405MethodNotAllowed, "The method", Show(method),
            "/predict and /parse take POST, the other addresses GET", "Use that method.");

    public static Problem Internal()
        => new("internal", StatusCodes.Status500InternalServerError, "The request", "not answered",
            "an error of the server ended it, and is in its log", "Tell who runs the server.");

    /// <summary>What was sent, shortened and on one line.</summary>
    public static string Show(string text)
    {
        string line = string.Concat(text.Take(MaxShown + 1).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length > MaxShown ? $"'{line[..MaxShown]}...'" : $"'{line}'";
    }
}
