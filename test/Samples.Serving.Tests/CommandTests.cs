using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>The program as a user starts it.</summary>
public sealed class CommandTests(ServedModels models)
{
    [Fact]
    public async Task Without_arguments_a_model_is_trained_and_served()
    {
        string folder = Directory.CreateTempSubdirectory("seqconv").FullName;
        using Process process = Start(folder, [], "--url", "http://127.0.0.1:0");
        try
        {
            string line = await process.StandardOutput.ReadLineAsync() ?? await process.StandardError.ReadToEndAsync();
            Match match = Regex.Match(line,
                @"^out.serving.model\.onnx \(\d+ KB\) is served at (http://127\.0\.0\.1:\d+)\. "
                + @"Ctrl-C stops the server\.$");
            Assert.True(match.Success, line);
            using var client = new HttpClient { BaseAddress = new Uri(match.Groups[1].Value) };
            JsonElement model = await client.GetFromJsonAsync<JsonElement>("/model");
            Assert.Equal(128, model.GetProperty("input").GetProperty("length").GetInt32());
            Assert.True(model.GetProperty("hasExamples").GetBoolean());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("There is no ONNX file 'nowhere.onnx'.", "", "--model", "nowhere.onnx")]
    [InlineData("The file 'nowhere.ts' does not exist.", "", "--train", "nowhere.ts")]
    [InlineData("Give --model, which is served as it is, or --train, not both.", "",
        "--model", "a.onnx", "--train", "a.ts")]
    [InlineData("--url is 'here'; it must be like http://localhost:5000.", "", "--url", "here")]
    [InlineData("--url is 'http://localhost:5000/x'; the server has no path", "", "--url", "http://localhost:5000/x")]
    [InlineData("--url is 'http://localhost:0'; the server has no path, and port 0", "", "--url", "http://localhost:0")]
    [InlineData("An argument is empty. Give it a value, or leave its option out.", "", "--out", "")]
    [InlineData("'--modle'", "", "--modle", "a.onnx")]
    [InlineData("Serving:MaximumBatch is 0; it must be 1 to 100000. "
        + "Correct appsettings.json, or the environment variable Serving__MaximumBatch.", "Serving__MaximumBatch=0")]
    [InlineData("Serving:MaximumFoo is unknown; the settings are MaximumBodyBytes, MaximumPoints, ",
        "Serving__MaximumFoo=1")]
    [InlineData("Failed to convert configuration value 'many' at 'Serving:MaximumPoints'",
        "Serving__MaximumPoints=many")]
    public async Task What_a_user_does_wrong_ends_in_one_line_and_exit_code_2(
        string expected, string environment, params string[] arguments)
    {
        using Process process = Start(Path.GetTempPath(),
            environment.Split('=', StringSplitOptions.RemoveEmptyEntries), arguments);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_named()
    {
        string junk = Path.Combine(Directory.CreateTempSubdirectory("seqconv").FullName, "junk.onnx");
        await File.WriteAllBytesAsync(junk, [0xEE, 1, 2, 3]);
        using Process process = Start(Path.GetTempPath(), [], "--model", junk);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(Path.GetDirectoryName(junk)!, recursive: true);
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith($"'{junk}' is no ONNX file, or is cut short: ", errors);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_port_in_use_is_reported()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        string url = host.Address.GetLeftPart(UriPartial.Authority);
        using Process process = Start(Path.GetTempPath(), [], "--model", models.Shapes, "--url", url);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith($"{url} cannot be listened on: ", errors);
        Assert.EndsWith("Stop the other program, or choose another --url.", errors.Trim());
    }

    // A test host that was started with SIGINT ignored hands that on, and its processes never hear of Ctrl-C.
    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_during_the_training_is_130_and_stops_a_server_that_listens_with_0()
    {
        if (OperatingSystem.IsWindows())
            return;     // has no signal that one process could send to another alone
        string folder = Directory.CreateTempSubdirectory("seqconv").FullName;
        string series = string.Concat(Enumerable.Range(0, 40_000)
            .Select(i => $"{i % 2}\t{string.Join('\t', Enumerable.Range(i, 50))}\n"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "a_TRAIN.tsv"), series, TestContext.Current.CancellationToken);
        using Process training = Start(folder, [], "--train", "a_TRAIN.tsv", "--url", "http://127.0.0.1:0");
        while (!Directory.Exists(Path.Combine(folder, "out")) && !training.HasExited)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal("Cancelled.", await ErrorsAfterInterrupt(training));
        Assert.Equal(130, training.ExitCode);

        using Process serving = Start(folder, [], "--model", models.Shapes, "--url", "http://127.0.0.1:0");
        Assert.Contains("Ctrl-C stops the server.",
            await serving.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal("", await ErrorsAfterInterrupt(serving));
        Assert.Equal(0, serving.ExitCode);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> ErrorsAfterInterrupt(Process process)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        try
        {
            using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            string errors = await process.StandardError.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return errors.Trim();
        }
        finally
        {
            process.Kill();     // where it did not end
        }
    }

    private static Process Start(string folder, string[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Samples.Serving.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        if (environment.Length == 2)
            start.Environment[environment[0]] = environment[1];
        return Process.Start(start)!;
    }
}
