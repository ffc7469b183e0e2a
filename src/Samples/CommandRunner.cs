using System.Reflection;

namespace Microsoft.ML.SeqConv.Samples;

/// <summary>
/// Runs a command so that every error is one line: with exit code 2 where it is the user's to correct, and 1 where it is not. In the second case a file has
/// the whole error, for a report.
/// </summary>
internal static class CommandRunner
{
    public const int UserError = 2;
    private const int OurError = 1;
    private const int Cancelled = 130;
    private const string LogName = "seqconv-error.log";

    public static int Run(Action command)
    {
        // What other threads throw would end the process with its stack trace.
        UnhandledExceptionEventHandler unhandled = (_, thrown) => Environment.Exit(Report((Exception)thrown.ExceptionObject));
        AppDomain.CurrentDomain.UnhandledException += unhandled;
        try
        {
            command();
            return 0;
        }
        catch (Exception error)
        {
            return Report(error);
        }
        finally
        {
            AppDomain.CurrentDomain.UnhandledException -= unhandled;
        }
    }

    internal static int Report(Exception error)
    {
        Exception told = Telling(error);
        if (told is OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled.");
            return Cancelled;
        }

        if (told is IOException or FormatException or UnauthorizedAccessException or ArgumentException or InvalidOperationException and not ObjectDisposedException)
        {
            Console.Error.WriteLine(Line(told));
            return UserError;
        }

        Console.Error.WriteLine($"{Line(told)} ({told.GetType().Name}) {Log(error)}");
        return OurError;
    }

    // ML.NET, tasks, reflection and type initializers wrap what was thrown; what they wrap is what helps. Errors of this library name the file and the remedy,
    // and their cause does not.
    private static Exception Telling(Exception error)
        => error.InnerException is { } cause && (error is AggregateException or TargetInvocationException or TypeInitializationException || IsFromMLNet(error)) ? Telling(cause) : error;

    private static bool IsFromMLNet(Exception error)
        => error.Source is string assembly && assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal) && !assembly.StartsWith("Microsoft.ML.SeqConv", StringComparison.Ordinal);

    private static string Line(Exception error) => Sentence(error).ReplaceLineEndings(" ");

    // .NET appends the name of the parameter, and its value, which the sentence has.
    private static string Sentence(Exception error)
        => error is ArgumentException { ParamName: string name } && error.Message.LastIndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is > 0 and int end ? error.Message[..end] : error.Message;

    private static string Log(Exception error)
    {
        string path = Path.Combine(Path.GetTempPath(), LogName);
        try
        {
            File.AppendAllText(path, $"{DateTime.UtcNow:O} {error}{Environment.NewLine}");
            return $"The file '{path}' has the details; report it with them.";
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return "The details could not be written to a file. Report the error.";
        }
    }
}
