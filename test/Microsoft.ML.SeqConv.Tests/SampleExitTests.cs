using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>How the samples end: 0, 2 for what the user can correct, 1 for other failures, 130 for Ctrl-C.</summary>
public class SampleExitTests
{
    [Theory]
    [InlineData(2, "'nonsense'", "nonsense")]
    [InlineData(2, "Option '--train' is required.", "scaffold", "Mine")]
    [InlineData(2, "An argument is empty. Give it a value, or leave its option out.", "onnx", "--out", "")]
    [InlineData(0, "", "--version")]
    public void A_wrong_command_line_is_2(int expected, string message, params string[] arguments)
    {
        (int exit, _, string errors) = SampleProcess.Run(Path.GetTempPath(), arguments);
        Assert.Equal(expected, exit);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(expected == 0 ? 0 : 1, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    /// <summary>The line names the log, which has the stack trace, and each process has a log of its own.</summary>
    [Theory]
    [InlineData("scaffold", "Mine", "--train", "a.tsv")]
    [InlineData("--help")]
    public void An_unexpected_error_is_1_and_one_line_that_names_its_log(params string[] arguments)
    {
        using var file = new TemporaryFile("a.tsv", string.Concat(Enumerable.Repeat("1\t1\t2\n2\t2\t3\n", 5)));
        string folder = Path.GetDirectoryName(file.Path)!;
        string[] logs = [.. Enumerable.Range(0, 2).Select(run =>
        {
            (int exit, _, string errors) = SampleProcess.Run(folder, Failing(folder), arguments);
            Assert.Equal(1, exit);
            string line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)).TrimEnd();
            Match match = Regex.Match(line, "^The console has failed\\. \\(OverflowException\\) "
                + "The file '(.+)' has the details; report it with them\\.$");
            Assert.True(match.Success, line);
            return match.Groups[1].Value;
        })];
        Assert.NotEqual(logs[0], logs[1]);
        Assert.All(logs, log =>
        {
            Assert.Equal(folder, Path.GetDirectoryName(log));
            Assert.Contains("   at ", File.ReadAllText(log), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(2, "nonsense")]
    [InlineData(2, "scaffold", "Mine", "--train", "nowhere.ts")]
    public async Task An_error_that_cannot_be_written_keeps_its_exit_code(int expected, params string[] arguments)
    {
        if (!File.Exists("/dev/full"))
            return;
        ProcessStartInfo start = SampleProcess.StartInfo(Path.GetTempPath(), [], arguments);
        string words = string.Join(' ', start.ArgumentList.Select(word => $"'{word}'"));
        using Process process = Process.Start("sh", ["-c", $"{start.FileName} {words} 2>/dev/full"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, process.ExitCode);
    }

    [Fact]
    public void An_unknown_provider_is_refused_before_the_fit()
    {
        using var folder = new TemporaryFile("x");
        string root = Path.GetDirectoryName(folder.Path)!;
        (int exit, _, string errors) = SampleProcess.Run(root, "onnx", "--provider", "Foo", "--provider", "Cpu");
        Assert.Equal(2, exit);
        Assert.StartsWith("The execution provider 'Foo' is unknown; the known ones are Cpu, CUDA, Tensorrt, ", errors);
        Assert.EndsWith(". Correct the name.", errors.Trim());
        Assert.False(Directory.Exists(Path.Combine(root, "out")));
    }

    [Fact]
    public async Task Ctrl_C_is_130()
    {
        if (OperatingSystem.IsWindows())
            return;     // has no signal that one process could send to another alone
        using var folder = new TemporaryFile("x");
        ProcessStartInfo start = SampleProcess.StartInfo(
            Path.GetDirectoryName(folder.Path)!, [], "sweep", "--trials", "100000", "--search", "random");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));     // a shell that ignores SIGINT hands that on
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string marker = Path.Combine(Path.GetDirectoryName(folder.Path)!, "out", "sweep");
            while (!Directory.Exists(marker) && !process.HasExited)
                await Task.Delay(20, limit.Token);
            using (Process kill = Process.Start(
                "kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(130, process.ExitCode);
            Assert.Equal("Cancelled.", (await errors).Trim());
            Assert.DoesNotContain("Wrote", output, StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Dictionary<string, string> Failing(string folder) => new()
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(SampleExitTests).Assembly.Location,
        ["TMPDIR"] = folder,
        ["TMP"] = folder,
        ["TEMP"] = folder,
    };
}
