using System.Diagnostics;
using System.Text;
using Xunit;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>Commands of the .NET SDK, each as a process of its own.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>Runs a command and gives its output; the test fails with all of it where the command does.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        // A test run by MSBuild hands its own settings down, which would lead another build astray. Nodes that stay
        // would keep the pipes open.
        foreach (string name in start.Environment.Keys.Where(
            name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";

        var output = new StringBuilder();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(Patience);
        if (!ended)
            process.Kill(entireProcessTree: true);
        process.WaitForExit(TimeSpan.FromSeconds(5));
        string text;
        lock (output)
            text = output.ToString();
        string command = $"dotnet {string.Join(' ', arguments)} (in {folder})";
        Assert.True(ended, $"{command} did not end within {Patience.TotalMinutes} minutes:\n{text}");
        Assert.True(process.ExitCode == 0, $"{command} ended with {process.ExitCode}:\n{text}");
        return text;
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}
