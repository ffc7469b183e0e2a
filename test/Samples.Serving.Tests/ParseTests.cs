using System.Text;
using System.Text.Json;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>Files as the page sends them.</summary>
public sealed class ParseTests(ServedModels models)
{
    [Fact]
    public async Task Rows_tell_their_labels_and_what_the_model_cannot_take()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Numbers);
        float[] good = [.. Enumerable.Range(0, 50).Select(t => t / 10f)];
        JsonElement file = await ServingHost.ReadAsync(
            host.PostAsync("/parse?name=a.ts", PostedBody.Ts((good, "x"), (good[..40], "y")), null));
        Assert.Equal("a.ts", file.GetProperty("name").GetString());
        Assert.Equal(good, file.GetProperty("rows")[0].GetProperty("series")[0].EnumerateArray()
            .Select(point => point.GetSingle()));
        Assert.Equal("x", file.GetProperty("rows")[0].GetProperty("label").GetString());
        Assert.False(file.GetProperty("rows")[0].TryGetProperty("refusal", out _));
        Assert.Equal("The length of series is 40 points a channel; the model takes 50. Resample or cut the series, "
            + "or export the model for another length.",
            file.GetProperty("rows")[1].GetProperty("refusal").GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("1 channel, as long as the model takes: one series", "a.csv", 50, 1, 1, null)]
    [InlineData("a number more in each line: labels", "a.csv", 51, 1, 1, "0")]
    [InlineData("more lines than the model has channels: labels", "a.txt", 50, 2, 2, "0")]
    public async Task Lines_are_channels_or_labelled_series(
        string why, string name, int numbers, int lines, int rows, string? label)
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Numbers);
        string line = string.Join(',', Enumerable.Range(0, numbers));
        JsonElement file = await ServingHost.ReadAsync(host.PostAsync($"/parse?name={name}",
            Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(line, lines))), null));
        Assert.True(file.GetProperty("rows").GetArrayLength() == rows, why);
        Assert.Equal(label,
            file.GetProperty("rows")[0].TryGetProperty("label", out JsonElement given) ? given.GetString() : null);
    }

    [Fact]
    public async Task Missing_values_are_null_and_rows_beyond_the_limit_are_counted()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels, limits: [("MaximumBatch", 2)]);
        byte[] file = Encoding.UTF8.GetBytes(
            "@classLabel true a\n@data\n" + string.Concat(Enumerable.Repeat("1,?,3:4,5,6:7,8,9:a\n", 5)));
        JsonElement parsed = await ServingHost.ReadAsync(host.PostAsync("/parse?name=a.ts", file, null));
        Assert.Equal((5, 2), (parsed.GetProperty("total").GetInt32(), parsed.GetProperty("rows").GetArrayLength()));
        Assert.Equal("[[1,null,3],[4,5,6],[7,8,9]]", parsed.GetProperty("rows")[0].GetProperty("series").GetRawText());
    }

    [Theory]
    [InlineData("", 400, "The name of the file is ''; it has 1 to 200 letters.")]
    [InlineData("a.xyz", 415, "The extension of the file is '.xyz'; files are read that end in .ts, .csv")]
    [InlineData("a.ts", 400, "The file 'a.ts' is not readable (a.ts(1,1): 'junk' stands before '@data'; "
        + "header lines begin with '@' and comments with '#');")]
    [InlineData("../../a.ts", 400, "The file 'a.ts' is not readable")]
    [InlineData("a.csv", 400, "The file 'a.csv' is not readable (a.csv(1,1): 'junk' has no values;")]
    [InlineData("a.arff", 400, "The file 'a.arff' is not readable")]
    [InlineData("a.wav", 400, "The file 'a.wav' is not readable (a.wav: the file has 4 bytes; WAV files are read.")]
    public async Task What_cannot_be_read_is_reported(string name, int status, string detail)
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Numbers);
        await ServingHost.RefusesAsync(
            host.PostAsync($"/parse?name={Uri.EscapeDataString(name)}", "junk"u8.ToArray(), null), status, detail);
    }

    [Fact]
    public async Task Examples_are_new_series_of_the_set()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes, models.Examples);
        JsonElement examples = await ServingHost.ReadAsync(host.Client.GetAsync("/examples"));
        Assert.Equal(["cylinder", "bell", "funnel"],
            examples.GetProperty("rows").EnumerateArray().Take(3).Select(row => row.GetProperty("label").GetString()));
        Assert.Equal(9, examples.GetProperty("total").GetInt32());
    }
}
