using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>The program FreshProcess, in a process of its own.</summary>
public static class FreshProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="arguments">See the program.</param>
    public static (int ExitCode, string Output, string Errors) Run(
        (string Name, string Value)[] environment, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "FreshProcess.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        // The dependencies are those of the tests, so that the process finds assemblies that it does not refer to.
        string dependencies = Path.ChangeExtension(Assembly.GetEntryAssembly()!.Location, ".deps.json");
        foreach (string argument in (string[])["exec", "--depsfile", dependencies, program, .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
