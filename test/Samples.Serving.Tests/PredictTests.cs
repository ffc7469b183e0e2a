using System.Text;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>
/// What is answered: labels and numbers are those of the scorer, in every format and for every kind of model.
/// </summary>
public sealed class PredictTests(ServedModels models)
{
    private const float Rounding = 1e-6f;

    [Fact]
    public async Task The_generated_set_is_recognised_in_every_format()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        int right = 0;
        foreach (LabelledSeries row in CylinderBellFunnel.Generate(30, seed: 5))
        {
            JsonElement json = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(row.Series)));
            SequencePrediction expected = host.Scorer.Score([row.Series])[0];
            Assert.Equal(expected.Label, json.GetProperty("label").GetString());
            Dictionary<string, float> probabilities = PostedBody.Numbers(json.GetProperty("probabilities"));
            Assert.Equal(["bell", "cylinder", "funnel"], probabilities.Keys.Order());
            Assert.All(host.Scorer.Classes.Zip(expected.Scores),
                pair => Assert.Equal(pair.Second, probabilities[pair.First], Rounding));
            Dictionary<string, float> decisions = PostedBody.Numbers(json.GetProperty("decisionValues"));
            Assert.All(host.Scorer.Classes.Zip(expected.DecisionValues!),
                pair => Assert.Equal(pair.Second, decisions[pair.First], Rounding));
            Assert.Equal(host.Scorer.Classes.Where((_, k) => expected.PredictionSet![k]),
                json.GetProperty("predictionSet").EnumerateArray().Select(name => name.GetString()));
            Assert.Equal(expected.Credibility!.Value, json.GetProperty("credibility").GetSingle(), Rounding);
            Assert.Equal(expected.IsRejected, json.GetProperty("isRejected").GetBoolean());
            Assert.InRange(json.GetProperty("milliseconds").GetDouble(), 0.001, 30_000);

            JsonElement flat = await ServingHost.ReadAsync(
                host.PostAsync(PostedBody.Json(row.Series).Replace("[[", "[").Replace("]]", "]")));
            JsonElement csv = await ServingHost.ReadAsync(
                host.PostAsync(PostedBody.Csv(row.Series), "text/csv; charset=utf-8"));
            foreach (JsonElement other in new[] { flat, csv })
                Assert.Equal(json.GetProperty("probabilities").GetRawText(),
                    other.GetProperty("probabilities").GetRawText());
            right += expected.Label == row.Label ? 1 : 0;
        }

        Assert.InRange(right, 27, 30);
    }

    [Fact]
    public async Task A_batch_of_any_lengths_is_answered_in_its_order()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Channels);
        float[][][] instances = [.. SineWaves.Make(20, 60, channels: 3, ragged: true)
            .Select(row => row.Series.Chunk(row.Series.Length / 3).ToArray())];
        JsonElement batch = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Batch(instances)));
        Assert.Equal(20, batch.GetProperty("predictions").GetArrayLength());
        for (int i = 0; i < instances.Length; i++)
        {
            Dictionary<string, float> one = PostedBody.Numbers(
                (await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(instances[i]))))
                    .GetProperty("probabilities"));
            Dictionary<string, float> inBatch = PostedBody.Numbers(
                batch.GetProperty("predictions")[i].GetProperty("probabilities"));
            Assert.All(one, pair => Assert.Equal(pair.Value, inBatch[pair.Key], 1e-5f));
        }
    }

    [Fact]
    public async Task A_model_of_columns_by_time_is_sent_channels_too()
    {
        float[][] channels = [.. SineWaves.Make(2, 60, channels: 3)[1].Series.Chunk(60)];
        await using ServingHost byChannel = await ServingHost.StartAsync(models.Channels);
        await using ServingHost byTime = await ServingHost.StartAsync(models.Points);
        Dictionary<string, float> expected = PostedBody.Numbers(
            (await ServingHost.ReadAsync(byChannel.PostAsync(PostedBody.Json(channels)))).GetProperty("probabilities"));
        Dictionary<string, float> actual = PostedBody.Numbers(
            (await ServingHost.ReadAsync(byTime.PostAsync(PostedBody.Json(channels)))).GetProperty("probabilities"));
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key], 1e-5f));
    }

    [Fact]
    public async Task Recordings_of_any_rate_are_brought_to_that_of_the_model()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Recordings);
        float[] samples = [.. Enumerable.Range(0, 900).Select(t => 0.5f * MathF.Sin(0.45f * t))];
        byte[] slow = PostedBody.Wave(samples, 8000);
        JsonElement json = await ServingHost.ReadAsync(host.PostAsync("/predict", slow, "audio/wav"));
        float[] read = WaveFile.Read(new MemoryStream(slow), "slow").Samples;
        Assert.Equal(host.Scorer.Score([read])[0].Scores,
            host.Scorer.Classes.Select(name => json.GetProperty("probabilities").GetProperty(name).GetSingle()));

        byte[] fast = PostedBody.Wave([.. Enumerable.Range(0, 1800).Select(t => 0.5f * MathF.Sin(0.225f * t))], 16_000);
        JsonElement resampled = await ServingHost.ReadAsync(host.PostAsync("/predict", fast, "audio/x-wav"));
        Assert.Equal(json.GetProperty("label").GetString(), resampled.GetProperty("label").GetString());
        JsonElement parsed = await ServingHost.ReadAsync(host.PostAsync("/parse?name=fast.wav", fast, null));
        Assert.Equal(900, parsed.GetProperty("rows")[0].GetProperty("series")[0].GetArrayLength());
        await ServingHost.RefusesAsync(host.PostAsync("/predict", PostedBody.Wave(samples, 1), "audio/wav"), 422,
            "The length of 'recording' is 7200000 samples at 8000 a second; at most 20000 are taken.");
        await ServingHost.RefusesAsync(
            host.PostAsync("/predict", PostedBody.Wave(samples, 9_999_991), "audio/wav"), 422,
            "The sample rate of 'recording' is 9999991; the model takes 8000 samples a second, "
            + "too far from the recording's; 1/1,024 to 32 times are possible. Record or convert at 8000.");
    }

    [Fact]
    public async Task Numbers_and_pairs_are_answered_too()
    {
        float[] series = SineWaves.Make(2, 50)[1].Series;
        await using ServingHost numbers = await ServingHost.StartAsync(models.Numbers);
        JsonElement value = await ServingHost.ReadAsync(numbers.PostAsync(PostedBody.Json(series)));
        SequencePrediction number = numbers.Scorer.Score([series])[0];
        Assert.Equal(number.Scores[0], value.GetProperty("value").GetSingle(), Rounding);
        Assert.Equal(number.LowerBound!.Value, value.GetProperty("lowerBound").GetSingle(), Rounding);
        Assert.Equal(number.UpperBound!.Value, value.GetProperty("upperBound").GetSingle(), Rounding);
        Assert.Equal(["value", "lowerBound", "upperBound", "milliseconds"],
            value.EnumerateObject().Select(property => property.Name));

        await using ServingHost pairs = await ServingHost.StartAsync(models.Pairs);
        JsonElement pair = await ServingHost.ReadAsync(pairs.PostAsync(PostedBody.Json(series)));
        SequencePrediction expected = pairs.Scorer.Score([series])[0];
        Assert.Equal("True", pair.GetProperty("label").GetString());
        Assert.Equal(expected.Probability!.Value,
            pair.GetProperty("probabilities").GetProperty("True").GetSingle(), Rounding);
        Assert.Equal(1 - expected.Probability.Value,
            pair.GetProperty("probabilities").GetProperty("False").GetSingle(), Rounding);
    }

    [Fact]
    public async Task A_saved_ensemble_is_loaded_exported_and_served()
    {
        var context = new MLContext(1);
        IDataView train = context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(30, seed: 1));
        using var saved = new MemoryStream();
        context.Model.Save(ServedModels.EnsembleOf(context,
            new SequenceEnsembleOptions { Preset = SequenceEnsemblePreset.Fast, Seed = 1 }).Fit(train),
            train.Schema, saved);
        saved.Position = 0;
        ITransformer model = context.Model.Load(saved, out _);
        string onnx = models.PathOf("saved-ensemble");
        context.Model.SaveAsOnnx(model, train, onnx);
        await using ServingHost host = await ServingHost.StartAsync(onnx);
        Assert.Equal(["bell", "cylinder", "funnel"], host.Scorer.Classes.Order());

        LabelledSeries[] rows = [.. CylinderBellFunnel.Generate(30, seed: 5)];
        IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows));
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        int right = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            JsonElement answer = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(rows[i].Series)));
            Dictionary<string, float> probabilities = PostedBody.Numbers(answer.GetProperty("probabilities"));
            Assert.All(host.Scorer.Classes.Zip(scores[i]),
                pair => Assert.Equal(pair.Second, probabilities[pair.First], 1e-3f));
            Assert.Equal(host.Scorer.Classes[Array.IndexOf(scores[i], scores[i].Max())],
                answer.GetProperty("label").GetString());
            right += answer.GetProperty("label").GetString() == rows[i].Label ? 1 : 0;
        }

        Assert.InRange(right, 27, 30);
    }

    [Fact]
    public async Task A_file_of_targets_is_learned_and_served()
    {
        string onnx = models.PathOf("targets");
        File.WriteAllText($"{onnx}.ts", "@targetLabel true\n@data\n"
            + string.Concat(SineWaves.Make(24, 40).Select(row => $"{PostedBody.Csv(row.Series)}:{row.Label[1]}\n")));
        IReadOnlyList<SeriesFileRow> examples = Models.ModelTraining.Run(
            $"{onnx}.ts", onnx, TestContext.Current.CancellationToken);
        await using ServingHost host = await ServingHost.StartAsync(onnx, examples);
        JsonElement rows = (await ServingHost.ReadAsync(host.Client.GetAsync("/examples"))).GetProperty("rows");
        Assert.Equal(9, rows.GetArrayLength());
        foreach (JsonElement row in rows.EnumerateArray())
        {
            JsonElement answer = await ServingHost.ReadAsync(
                host.PostAsync($"{{\"series\":{row.GetProperty("series").GetRawText()}}}"));
            Assert.Equal(double.Parse(row.GetProperty("label").GetString()!,
                System.Globalization.CultureInfo.InvariantCulture), answer.GetProperty("value").GetDouble(), 0.5);
        }
    }

    [Fact]
    public async Task Missing_values_are_interpolated_where_the_model_does_so()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes);
        float[] line = [.. Enumerable.Range(0, 128).Select(t => (float)t)];
        // between two that are there
        float[] holed = [.. line.Select((value, t) => t % 3 == 1 && t < 127 ? float.NaN : value)];
        JsonElement whole = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(line)));
        JsonElement missing = await ServingHost.ReadAsync(host.PostAsync(PostedBody.Json(holed)));
        Assert.Equal(whole.GetProperty("probabilities").GetRawText(),
            missing.GetProperty("probabilities").GetRawText());
        JsonElement csv = await ServingHost.ReadAsync(
            host.PostAsync(PostedBody.Csv(holed).Replace("null", "?"), "text/csv"));
        Assert.Equal(whole.GetProperty("probabilities").GetRawText(), csv.GetProperty("probabilities").GetRawText());
    }

    [Fact]
    public async Task Many_requests_at_once_give_the_answers_of_single_ones()
    {
        await using ServingHost host = await ServingHost.StartAsync(models.Shapes, limits: [("WaitingRequests", 200)]);
        string[] bodies = [.. CylinderBellFunnel.Generate(12, seed: 6).Select(row => PostedBody.Json(row.Series))];
        var expected = new string[bodies.Length];
        for (int i = 0; i < bodies.Length; i++)
            expected[i] = (await ServingHost.ReadAsync(host.PostAsync(bodies[i])))
                .GetProperty("probabilities").GetRawText();
        await Parallel.ForEachAsync(Enumerable.Range(0, 240),
            new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
            {
                JsonElement answer = await ServingHost.ReadAsync(host.PostAsync(bodies[i % bodies.Length]));
                Assert.Equal(expected[i % bodies.Length], answer.GetProperty("probabilities").GetRawText());
            });
    }

    [Fact]
    public async Task A_file_of_a_user_is_parsed_by_the_readers_of_the_library()
    {
        string path = Folders.Data("tsc/GunPoint/GunPoint_TEST.ts");
        string onnx = models.PathOf("gunpoint");
        IReadOnlyList<SeriesFileRow> examples = Models.ModelTraining.Run(
            path.Replace("_TEST", "_TRAIN"), onnx, TestContext.Current.CancellationToken);
        await using ServingHost host = await ServingHost.StartAsync(onnx, examples);
        JsonElement file = await ServingHost.ReadAsync(
            host.PostAsync("/parse?name=GunPoint_TEST.ts", File.ReadAllBytes(path), null));
        Assert.Equal(150, file.GetProperty("total").GetInt32());
        int right = 0;
        foreach (JsonElement row in file.GetProperty("rows").EnumerateArray())
        {
            Assert.False(row.TryGetProperty("refusal", out _));
            JsonElement answer = await ServingHost.ReadAsync(host.PostAsync("/predict", Encoding.UTF8.GetBytes(
                $"{{\"series\":{row.GetProperty("series").GetRawText()}}}"), "application/json"));
            right += answer.GetProperty("label").GetString() == row.GetProperty("label").GetString() ? 1 : 0;
        }

        Assert.InRange(right, 145, 150);
    }
}
