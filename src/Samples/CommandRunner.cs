using System.CommandLine;
using System.Reflection;

namespace Microsoft.ML.SeqConv.Samples;

/// <summary>
/// Runs a command so that every error is one line: with exit code 2 where it is the user's to correct, 130 where the
/// user stopped the command by Ctrl-C, and 1 else. In the last case a file has the whole error, for a report. The exit
/// code is the same where the line cannot be written.
/// </summary>
internal static class CommandRunner
{
    public const int UserError = 2;
    private const int OurError = 1;
    private const int Cancelled = 130;
    private const string Library = "Microsoft.ML.SeqConv";

    private static readonly string? OurAssembly = typeof(CommandRunner).Assembly.GetName().Name;

    // One of each process: two at a time, or two users of one temporary folder, do not write into each other's file.
    private static readonly string LogPath
        = Path.Combine(Path.GetTempPath(), $"seqconv-error-{Environment.ProcessId}-{Guid.NewGuid():N}.log");

    /// <summary>Parses a command line and runs its command.</summary>
    /// <param name="root">The commands, whose actions call <see cref="Run"/>.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="helpFor">What --help shows, for the message of a wrong command line.</param>
    /// <returns>The exit code.</returns>
    public static int Invoke(RootCommand root, string[] arguments, string helpFor)
    {
        using var cancellation = new CancellationTokenSource();
        ConsoleCancelEventHandler cancel = (_, pressed) =>
        {
            pressed.Cancel = !cancellation.IsCancellationRequested;     // the second time the process ends at once
            cancellation.Cancel();
        };
        Console.CancelKeyPress += cancel;
        int exit = 0;
        try
        {
            int failed = Run(() => exit = ParseAndInvoke(root, arguments, helpFor, cancellation.Token));
            return failed == 0 ? exit : failed;
        }
        finally
        {
            Console.CancelKeyPress -= cancel;
        }
    }

    public static int Run(Action command)
    {
        // What other threads throw would end the process with its stack trace.
        UnhandledExceptionEventHandler unhandled = (_, thrown) =>
            Environment.Exit(Report((Exception)thrown.ExceptionObject));
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

    private static int ParseAndInvoke(
        RootCommand root, string[] arguments, string helpFor, CancellationToken cancellation)
    {
        if (arguments.Contains(""))
        {
            WriteLine("An argument is empty. Give it a value, or leave its option out.");
            return UserError;
        }

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            // Errors and Ctrl-C are handled here, and not by the parser's own handlers, which write stack traces.
            var own = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return parsed.InvokeAsync(own, cancellation).GetAwaiter().GetResult();
        }

        string[] words = parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        WriteLine($"{string.Join(' ', words)} Say --help to see {helpFor}.");
        return UserError;
    }

    internal static int Report(Exception error)
    {
        Exception reported = ReportedOf(error);
        if (reported is OperationCanceledException)
        {
            WriteLine("Cancelled.");
            return Cancelled;
        }

        if (IsForUser(reported))
        {
            WriteLine(Line(reported));
            return UserError;
        }

        WriteLine($"{Line(reported)} ({reported.GetType().Name}) {Log(error)}");
        return OurError;
    }

    // A full or closed error stream is no reason to lose the exit code.
    private static void WriteLine(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
        }
    }

    // Errors of files are the user's whoever reports them. Of the others those that this code or the parser of the
    // command line words name an option or a place in a file; .NET's own ("Sequence contains no elements") are faults.
    private static bool IsForUser(Exception error) => error switch
    {
        IOException or UnauthorizedAccessException => true,
        ObjectDisposedException => false,
        FormatException or ArgumentException or InvalidOperationException => IsOurs(error) || IsParsers(error),
        _ => false,
    };

    private static bool IsOurs(Exception error)
        => error.Source is string assembly
            && (assembly == OurAssembly || assembly == Library
                || assembly.StartsWith(Library + ".", StringComparison.Ordinal));

    private static bool IsParsers(Exception error) => error.Source == typeof(RootCommand).Assembly.GetName().Name;

    // ML.NET, tasks, reflection and type initializers wrap what was thrown; what they wrap is what helps. Errors of
    // this library name the file and the remedy, and their cause does not.
    private static Exception ReportedOf(Exception error)
        => error.InnerException is { } cause && (error is AggregateException or TargetInvocationException
            or TypeInitializationException || IsFromMLNet(error)) ? ReportedOf(cause) : error;

    private static bool IsFromMLNet(Exception error)
        => error.Source is string assembly && !IsOurs(error)
            && assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal);

    private static string Line(Exception error) => Sentence(error).ReplaceLineEndings(" ");

    // .NET appends the name of the parameter, and its value, which the sentence has.
    private static string Sentence(Exception error)
        => error is ArgumentException { ParamName: string name } && error.Message.LastIndexOf($" (Parameter '{name}')",
            StringComparison.Ordinal) is > 0 and int end ? error.Message[..end] : error.Message;

    private static string Log(Exception error)
    {
        try
        {
            File.AppendAllText(LogPath, $"{DateTime.UtcNow:O} {error}{Environment.NewLine}");
            return $"The file '{LogPath}' has the details; report it with them.";
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return "The details could not be written to a file. Report the error.";
        }
    }
}
