using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Runs programs as a user does: in a process of their own.</summary>
internal static class SampleProcess
{
    /// <summary>Runs the samples.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">The command line.</param>
    public static (int Exit, string Output, string Errors) Run(string folder, params string[] arguments)
        => Run(folder, [], arguments);

    /// <summary>Runs the samples with environment variables.</summary>
    public static (int Exit, string Output, string Errors) Run(
        string folder, Dictionary<string, string> environment, params string[] arguments)
        => Run(StartInfo(folder, environment, arguments));

    /// <summary>How the samples are started.</summary>
    public static ProcessStartInfo StartInfo(
        string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = Dotnet(
            folder, ["exec", Path.Combine(AppContext.BaseDirectory, "Samples.dll"), .. arguments]);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs dotnet.</summary>
    public static (int Exit, string Output, string Errors) RunDotnet(string folder, params string[] arguments)
        => Run(Dotnet(folder, arguments));

    private static ProcessStartInfo Dotnet(string folder, params string[] arguments)
        => new("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder
        };

    private static (int Exit, string Output, string Errors) Run(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
