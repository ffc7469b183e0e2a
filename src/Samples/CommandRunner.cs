namespace Microsoft.ML.SeqConv.Samples;

/// <summary>Runs a command so that what a user did wrong ends in one line and exit code 2, and what we did wrong in a stack trace.</summary>
internal static class CommandRunner
{
    public const int UserError = 2;
    private const int Cancelled = 130;

    public static int Run(Action command)
    {
        try
        {
            command();
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled.");
            return Cancelled;
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            Console.Error.WriteLine(Sentence(Telling(error)).ReplaceLineEndings(" "));
            return UserError;
        }
    }

    // ML.NET and tasks wrap what a row's reader threw; what they wrap is what helps. Errors of this library name the file and the remedy, and their cause does not.
    private static Exception Telling(Exception error)
        => error.InnerException is { } cause && (error is AggregateException || IsFromMLNet(error)) ? Telling(cause) : error;

    private static bool IsFromMLNet(Exception error)
        => error.Source is string assembly && assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal) && !assembly.StartsWith("Microsoft.ML.SeqConv", StringComparison.Ordinal);

    // .NET appends the name of the parameter, and its value, which the sentence has.
    private static string Sentence(Exception error)
        => error is ArgumentException { ParamName: string name } && error.Message.LastIndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is > 0 and int end ? error.Message[..end] : error.Message;
}
