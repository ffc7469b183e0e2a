using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Onnx;

/// <summary>Networks in ONNX Runtime give the scores of libtorch.</summary>
public class NetworkExportTests
{
    private const double Tolerance = 1e-5;

    private readonly MLContext _context = new(1);

    public static TheoryData<string, int, ConvolutionKind, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, ConvolutionKind, bool>();
            foreach (string network in new[] { "inception", "fcn", "resnet" })
            {
                cases.Add(network, 1, ConvolutionKind.Full, false);
                cases.Add(network, 3, ConvolutionKind.DepthwiseSeparable, false);
                cases.Add(network, 1, ConvolutionKind.Full, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Series_score_as_in_libtorch(string network, int channels, ConvolutionKind convolution, bool ragged)
    {
        int[] dimensions = ragged ? [] : channels == 1 ? [40] : [channels, 40];
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 40, channels, ragged: ragged), dimensions);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(Trainer(network, convolution))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Equal(["Series"], run.Inputs);
        Assert.Equal(["PredictedLabel", "Score", "Prediction"], run.Outputs);
        int[] noRows = dimensions.Length == 0 ? [40] : dimensions;
        Assert.Empty(run.Get<float>("Score", "Series", [], noRows));
        Assert.Empty(run.Get<string>("PredictedLabel", "Series", [], noRows));

        // The graph of a ragged model takes batches of any length.
        foreach (int length in ragged ? new[] { 20, 33, 40 } : [40])
        {
            List<SeriesRow> rows = SineWaves.Make(9, length, channels, seed: length);
            IDataView scored = model.Transform(SineWaves.View(_context, rows, dimensions));
            float[][] series = [.. rows.Select(row => row.Series)];
            int[] shape = channels == 1 ? [] : dimensions;
            float[] expected = [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)];
            float[] actual = run.Get<float>("Score", "Series", series, shape);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], Tolerance);
            Assert.Equal(scored.GetColumn<string>("Prediction"),
                run.Get<string>("Prediction", "Series", series, shape));
            Assert.Equal(scored.GetColumn<string>("Prediction"),
                run.Get<string>("PredictedLabel", "Series", series, shape));
        }

        (model as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_column_by_time_trains_and_exports_the_same_network()
    {
        List<SeriesRow> rows = SineWaves.Make(30, 40, channels: 3);
        SeriesRow[] byTime = [.. rows.Select(row => new SeriesRow
        {
            Series = [.. Enumerable.Range(0, 120).Select(i => row.Series[i % 3 * 40 + i / 3])],
            Target = row.Target
        })];
        using SeriesNetworkTransformer expected = Train(SeriesLayout.ChannelTime,
            SineWaves.View(_context, rows, 3, 40));
        IDataView data = SineWaves.View(_context, byTime, 40, 3);
        using SeriesNetworkTransformer actual = Train(SeriesLayout.TimeChannel, data);
        float[] scores = [.. actual.Transform(data).GetColumn<float>("Score")];
        Assert.Equal(expected.Transform(SineWaves.View(_context, rows, 3, 40)).GetColumn<float>("Score"), scores);
        using OnnxRun run = OnnxRun.Of(_context, actual, data);
        float[] written = run.Get<float>("Score", "Series", [.. byTime.Select(row => row.Series)], [40, 3]);
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(scores[i], written[i], Tolerance);

        SeriesNetworkTransformer Train(SeriesLayout layout, IDataView view) => _context.Regression.Trainers.Fcn(
            new FcnTrainer.Options
            {
                LabelColumnName = "Target",
                NumberOfEpochs = 2,
                NumberOfFilters = 8,
                Seed = 1,
                Layout = layout
            }).Fit(view);
    }

    [Fact]
    public void Values_are_in_the_unit_of_the_targets()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 40), 40);
        using SeriesNetworkTransformer model = _context.Regression.Trainers.Fcn(
            new FcnTrainer.Options { LabelColumnName = "Target", NumberOfEpochs = 3, NumberOfFilters = 8 }).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        float[] expected = [.. model.Transform(data).GetColumn<float>("Score")];
        float[] actual = run.Get<float>("Score", "Series", [.. data.GetColumn<float[]>("Series")]);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance);
    }

    [Theory]
    [InlineData(ConvolutionKind.Full)]
    [InlineData(ConvolutionKind.DepthwiseSeparable)]
    public void Sentences_score_as_in_libtorch_by_their_token_ids(ConvolutionKind convolution)
    {
        List<SeriesRow> rows = SineWaves.Make(30, 30);
        rows.Add(new SeriesRow { Text = "nobody knows these", Label = "c0" });
        IDataView data = SineWaves.View(_context, rows, 30);
        var options = new TextCnnTrainer.Options
        {
            LabelColumnName = "LabelKey",
            Dimension = 8,
            NumberOfFilters = 4,
            WindowSizes = [2, 3],
            NumberOfEpochs = 3,
            ValidationFraction = 0,
            Convolution = convolution,
            MinCount = 2,
        };
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.MulticlassClassification.Trainers.TextCnn(options)).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Empty(run.Get<long, float>("Score", "Text", [], 12));
        string[] words = JsonSerializer.Deserialize<string[]>(run.Metadata["seqconv.vocabulary"])!;
        int first = int.Parse(run.Metadata["seqconv.vocabulary.first"],
            System.Globalization.CultureInfo.InvariantCulture);
        long[][] sentences = [.. rows.Select(row => row.Text.Split(' ')
            .Select(word => Array.IndexOf(words, word) is int id and >= 0 ? id + (long)first : 1L).ToArray())];

        // A batch of sentences is padded with zeros; how far makes no difference.
        foreach (int longest in new[] { sentences.Max(sentence => sentence.Length), 25 })
        {
            long[][] padded = [.. sentences.Select(
                sentence => sentence.Concat(Enumerable.Repeat(0L, longest - sentence.Length)).ToArray())];
            float[] expected = [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];
            float[] actual = run.Get<long, float>("Score", "Text", padded);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], Tolerance);
        }

        (model as IDisposable)?.Dispose();
    }

    private IEstimator<ITransformer> Trainer(string network, ConvolutionKind convolution)
    {
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers =
            _context.MulticlassClassification.Trainers;
        return network switch
        {
            "inception" => trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = 2,
                NumberOfNetworks = 2,
                Depth = 3,
                NumberOfFilters = 4,
                KernelSize = 9,
                Bottleneck = 4,
                Convolution = convolution,
            }),
            "fcn" => trainers.Fcn(new FcnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = 2,
                NumberOfFilters = 4,
                Convolution = convolution
            }),
            _ => trainers.ResNet(new ResNetTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = 2,
                NumberOfFilters = 4,
                Convolution = convolution
            }),
        };
    }
}
