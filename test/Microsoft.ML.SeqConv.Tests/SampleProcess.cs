using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Runs programs as a user does: in a process of their own.</summary>
internal static class SampleProcess
{
    /// <summary>Runs the samples.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">The command line.</param>
    public static (int Exit, string Output, string Errors) Run(string folder, params string[] arguments)
        => RunDotnet(folder, ["exec", Path.Combine(AppContext.BaseDirectory, "Samples.dll"), .. arguments]);

    /// <summary>Runs dotnet.</summary>
    public static (int Exit, string Output, string Errors) RunDotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
