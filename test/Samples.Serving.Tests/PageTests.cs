using System.Globalization;
using System.Text;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.TestKit;
using PuppeteerSharp;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>The page in a headless Chromium, as a person uses it.</summary>
public sealed class PageTests(ServedModels models)
{
    private const double Agreement = 1e-4;

    [Fact]
    public async Task A_dropped_file_is_drawn_and_scored_on_the_server()
    {
        await using OpenPage page = await OpenPage.AtAsync(models.Shapes, models.Examples);
        LabelledSeries[] rows = [.. CylinderBellFunnel.Generate(6, seed: 7)];
        await page.DropAsync("shapes.ts", PostedBody.Ts([.. rows.Select(row => (row.Series, row.Label))]));
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0)
                await page.ClickAsync("#next");
            Shown shown = await page.WaitAsync("server", $"{i}");
            SequencePrediction expected = page.Host.Scorer.Score([rows[i].Series])[0];
            Assert.Equal(expected.Label, shown.Answer);
            Assert.Equal(expected.Scores, page.Host.Scorer.Classes.Select(name => shown.Values[name]),
                (a, b) => Math.Abs(a - b) <= Agreement);
            Assert.Contains(rows[i].Label == expected.Label ? "as the file says" : $"the file says {rows[i].Label}",
                shown.Text, StringComparison.Ordinal);
        }

        Assert.Equal(6, await page.CountAsync("#row option"));
        Assert.Equal("1 channel of 128 points", (await page.TextAsync("#model")).Split(" · ")[1]);
        Assert.Equal("One channel of 128 points", await page.TextAsync("#caption"));
        Assert.Equal(128, (await page.PathAsync()).Count(letter => letter is 'M' or 'L'));
    }

    [Fact]
    public async Task The_browser_scores_by_itself_and_agrees_with_the_server()
    {
        Assert.SkipUnless(PageFiles.HasBrowserRuntime, "onnxruntime-web was not fetched when this was built: "
            + "npm was not there, or fetched nothing.");
        await using OpenPage page = await OpenPage.AtAsync(models.Shapes, models.Examples);
        await page.ClickAsync("#example");
        var server = new List<Shown>();
        for (int i = 0; i < models.Examples.Count; i++)
        {
            if (i > 0)
                await page.ClickAsync("#next");
            server.Add(await page.WaitAsync("server", $"{i}"));
        }

        await page.ClickAsync("input[value=browser] + span");
        await page.WaitAsync("browser", $"{server.Count - 1}");
        await page.Host.StopAsync();        // from here on there is no server
        for (int i = server.Count - 1; i >= 0; i--)
        {
            if (i < server.Count - 1)
                await page.ClickAsync("#previous");
            Shown browser = await page.WaitAsync("browser", $"{i}");
            Assert.Equal(server[i].Answer, browser.Answer);
            Assert.Equal(3, browser.Values.Count);
            Assert.All(browser.Values, pair => Assert.Equal(server[i].Values[pair.Key], pair.Value, Agreement));
            Assert.Equal(SetOf(server[i]), SetOf(browser));
        }
    }

    // Series between two classes are unlike both, or like both.
    [Fact]
    public async Task Prediction_sets_are_shown_and_what_a_person_should_look_at()
    {
        await using OpenPage page = await OpenPage.AtAsync(models.Shapes, models.Examples);
        float[][] clear = [.. CylinderBellFunnel.Generate(9, seed: 7).Select(row => row.Series)];
        IEnumerable<float[]> between = clear.Zip(clear.Skip(1),
            (one, other) => one.Zip(other, (a, b) => 0.5f * a + 0.5f * b).ToArray());
        float[][] rows = [.. clear, .. between];
        await page.DropAsync("shapes.ts", PostedBody.Ts([.. rows.Select(row => (row, "bell"))]));
        int rejected = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0)
                await page.ClickAsync("#next");
            Shown shown = await page.WaitAsync("server", $"{i}");
            SequencePrediction expected = page.Host.Scorer.Score([rows[i]])[0];
            string[] names = [.. page.Host.Scorer.Classes.Where((_, k) => expected.PredictionSet![k])];
            string set = names.Length == 0 ? "Unlike every class" : $"Prediction set: {string.Join(", ", names)}";
            bool isRejected = expected.IsRejected!.Value;
            Assert.Equal(isRejected ? $"{set}. A person should look at this series." : set, SetOf(shown));
            rejected += isRejected ? 1 : 0;
        }

        Assert.InRange(rejected, 1, rows.Length - 1);
    }

    [Theory]
    [InlineData("recordings", "tone.wav")]
    [InlineData("channels", "three.csv")]
    [InlineData("points", "three.csv")]
    [InlineData("numbers", "line.csv")]
    [InlineData("pairs", "line.csv")]
    [InlineData("ensemble", "line.csv")]
    public async Task Every_kind_of_model_and_file_is_shown_alike_by_both(string model, string file)
    {
        Assert.SkipUnless(PageFiles.HasBrowserRuntime, "onnxruntime-web was not fetched when this was built: "
            + "npm was not there, or fetched nothing.");
        float[] series = SineWaves.Make(2, 50)[1].Series;
        (string path, byte[] content) = model switch
        {
            "recordings" => (models.Recordings,
                PostedBody.Wave([.. Enumerable.Range(0, 1600).Select(t => 0.5f * MathF.Sin(0.2f * t))], 16_000)),
            "channels" or "points" => (model == "points" ? models.Points : models.Channels,
                Encoding.UTF8.GetBytes(PostedBody.Csv(series, [.. series.Reverse()], series))),
            "numbers" => (models.Numbers, Encoding.UTF8.GetBytes(PostedBody.Csv(series))),
            "ensemble" => (models.Ensemble, Encoding.UTF8.GetBytes(PostedBody.Csv(series))),
            _ => (models.Pairs, Encoding.UTF8.GetBytes(PostedBody.Csv(series))),
        };
        await using OpenPage page = await OpenPage.AtAsync(path);
        await page.DropAsync(file, content);
        Shown server = await page.WaitAsync("server", "0");
        await page.ClickAsync("input[value=browser] + span");
        Shown browser = await page.WaitAsync("browser", "0");
        if (model == "numbers")
            Assert.Equal(double.Parse(server.Answer, CultureInfo.InvariantCulture),
                double.Parse(browser.Answer, CultureInfo.InvariantCulture), Agreement);
        else
            Assert.Equal(server.Answer, browser.Answer);
        Assert.Equal(server.Values.Keys, browser.Values.Keys);
        Assert.Equal(model == "numbers" ? 1 : 0, await page.CountAsync(".interval"));
        Assert.Equal(IntervalOf(server), IntervalOf(browser));
        Assert.All(browser.Values, pair => Assert.Equal(server.Values[pair.Key], pair.Value, Agreement));
        Assert.Equal(model is "channels" or "points" ? 3 : 1, await page.CountAsync("#chart .curve"));
    }

    [Fact]
    public async Task Junk_and_series_that_do_not_fit_are_told_and_the_page_goes_on()
    {
        await using OpenPage page = await OpenPage.AtAsync(models.Shapes, models.Examples);
        await page.DropAsync("junk.ts", "junk"u8.ToArray());
        Assert.Contains("The file 'junk.ts' is not readable (junk.ts(1,1): 'junk' stands before '@data'",
            await page.ProblemAsync(), StringComparison.Ordinal);
        await page.DropAsync("picture.png", [0x89, 0x50]);
        Assert.Contains("The extension of the file is '.png'", await page.ProblemAsync(), StringComparison.Ordinal);
        await page.DropAsync("<img src=x onerror=alert(1)>.ts", "<b>junk</b>"u8.ToArray());
        Assert.Contains("'<b>junk</b>' stands before", await page.ProblemAsync(), StringComparison.Ordinal);
        await page.DropAsync("short.ts", PostedBody.Ts((new float[10], "bell"), (new float[10], "bell")));
        Assert.Contains("The length of series is 10 points a channel; the model takes 128.",
            await page.ProblemAsync(), StringComparison.Ordinal);
        Assert.Equal("One channel of 10 points", await page.TextAsync("#caption"));
        await page.TypeAsync(string.Join(", ", Enumerable.Range(0, 128)));
        await page.WaitAsync("server", "0");
    }

    [Fact]
    public async Task Where_the_browser_cannot_score_the_page_says_why()
    {
        await using OpenPage page = await OpenPage.AtAsync(models.Shapes, models.Examples, withoutRuntime: true);
        Assert.StartsWith("This browser cannot score: onnxruntime-web was not fetched",
            await page.TextAsync("#browser-off"));
        Assert.Equal(1, await page.CountAsync("input[value=browser]:disabled"));
        await page.ClickAsync("#example");
        await page.WaitAsync("server", "0");
    }

    private static string? SetOf(Shown shown) => shown.Text.Split('\n').Single(
        line => line.StartsWith("Prediction set", StringComparison.Ordinal)
            || line.StartsWith("Unlike", StringComparison.Ordinal));

    private static string? IntervalOf(Shown shown)
        => shown.Text.Split('\n').SingleOrDefault(line => line.StartsWith("from ", StringComparison.Ordinal));
}
