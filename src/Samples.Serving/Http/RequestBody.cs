using System.IO.Pipelines;
using Microsoft.Net.Http.Headers;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>
/// Reads a whole body, within the limits of size and time, before anything else is done for it: a slow sender holds a
/// connection and nothing more.
/// </summary>
internal static class RequestBody
{
    private const int FirstBytes = 1 << 16;

    /// <summary>
    /// The media type of the body, in lower case and without parameters, if it is one of those taken.
    /// </summary>
    /// <exception cref="ProblemException">It is another, or the body is encoded.</exception>
    public static string MediaType(HttpRequest request, params ReadOnlySpan<string> taken)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ProblemException(Problems.Encoding("Content-Encoding", request.Headers.ContentEncoding.ToString(),
                "bodies are not compressed"));
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? header)
            || !taken.Contains(header.MediaType.ToString().ToLowerInvariant()))
            throw new ProblemException(Problems.MediaType(request.ContentType, string.Join(", ", taken.ToArray())));
        if (header.Charset.Length > 0 && !header.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new ProblemException(
                Problems.Encoding("The charset", header.Charset.ToString(), "text is read as utf-8"));
        return header.MediaType.ToString().ToLowerInvariant();
    }

    /// <exception cref="ProblemException">The body is empty, too large or too slow.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, ServingOptions limits)
    {
        if (context.Request.ContentLength > limits.MaximumBodyBytes)
            throw new ProblemException(Problems.BodySize(context.Request.ContentLength, limits.MaximumBodyBytes));
        // what a header says is not allocated
        using var bytes = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, FirstBytes));
        try
        {
            await ReadAsync(context.Request.BodyReader, bytes, limits, context.RequestAborted);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ProblemException(Problems.BodySize(null, limits.MaximumBodyBytes), error);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw new ProblemException(Problems.BodyTime(limits), error);
        }

        return bytes.Length > 0 ? bytes.ToArray() : throw new ProblemException(Problems.EmptyBody());
    }

    // The reader is cancelled, not the token: so it stays in order, and the server can end the connection
    // as it does others.
    private static async Task ReadAsync(
        PipeReader reader, MemoryStream bytes, ServingOptions limits, CancellationToken aborted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(limits.BodySeconds));
        using CancellationTokenRegistration late = deadline.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            ReadResult result = await reader.ReadAsync(aborted);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                bytes.Write(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
            if (deadline.IsCancellationRequested)
                throw new ProblemException(Problems.BodyTime(limits));
        }
    }
}
