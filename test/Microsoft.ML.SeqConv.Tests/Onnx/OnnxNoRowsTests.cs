using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>A graph takes a batch of no rows, as a program has it whose filter lets nothing through.</summary>
public sealed class OnnxNoRowsTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public static TheoryData<string, int[]> Featurizers
    {
        get
        {
            var all = new TheoryData<string, int[]>();
            foreach (string name in new[]
            {
                "MiniRocket", "MiniRocketPruned", "MultiRocket", "Hydra", "Rocket", "IntervalQuantiles",
                "DilatedShapelets",
                "Convolution1D", "Outputs", "TopK", "Mel", "Interpolate", "ZNormalize", "Zero"
            })
            {
                all.Add(name, [60]);
                all.Add(name, [2, 60]);
            }

            foreach (string name in new[] { "MiniRocket", "Hydra", "DilatedShapelets", "Convolution1D", "Mel" })
            {
                all.Add(name, []);
                all.Add(name, [2, 0]);
            }

            return all;
        }
    }

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void No_rows_in_no_rows_out(string name, int[] dimensions)
    {
        int channels = dimensions.Length == 2 ? dimensions[0] : 1;
        if (name == "Mel" && channels > 1)
            return;     // recordings have one
        List<SeriesRow> rows = SineWaves.Make(30, 60, channels, classes: 2,
            ragged: dimensions.Length == 0 || dimensions[^1] == 0);
        IDataView data = SineWaves.View(_context, rows, dimensions);
        IEstimator<ITransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(Featurizer(name, channels));
        ITransformer model = (name == "Mel"
            ? pipeline
            : pipeline.Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"))).Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path);
        int[] shape = [0, .. dimensions.Length == 0 ? [60] : dimensions.Select(size => size == 0 ? 60 : size)];
        using var session = new InferenceSession(_path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("Series", new DenseTensor<float>(shape))]);
        Assert.All(results, result => Assert.Equal(0, Dimensions(result)[0]));
        if (name == "Mel")
            return;
        Assert.Equal([0, 2], Dimensions(results.Single(result => result.Name == "Score")));
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.Empty(scorer.Score([]));
        Assert.Equal(model.Transform(data).GetColumn<uint>("PredictedLabel").Select(key => $"c{key - 1}"),
            scorer.Score([.. rows.Select(row => row.Series)]).Select(prediction => prediction.Label));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Binary_and_regression_heads_take_no_rows(bool binary)
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 60), 60);
        IEstimator<ITransformer> head = binary
            ? _context.BinaryClassification.Trainers.Ridge("Flag")
            : _context.Regression.Trainers.Ridge("Target");
        _context.Model.SaveAsOnnx(Featurizer("MiniRocket", 1).Append(head).Fit(data), data, _path);
        using var session = new InferenceSession(_path);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("Series", new DenseTensor<float>([0, 60]))]);
        Assert.All(results, result => Assert.Equal(0, Dimensions(result)[0]));
    }

    private static int[] Dimensions(DisposableNamedOnnxValue value) => value.ElementType switch
    {
        TensorElementType.String => [.. value.AsTensor<string>().Dimensions],
        TensorElementType.Bool => [.. value.AsTensor<bool>().Dimensions],
        _ => [.. value.AsTensor<float>().Dimensions],
    };

    private IEstimator<ITransformer> Featurizer(string name, int channels) => name switch
    {
        "MiniRocket" => _context.Transforms.MiniRocket("Features", "Series", 420, seed: 1),
        "MiniRocketPruned" => _context.Transforms.MiniRocket("Features", "Series", 420, seed: 1).Prune("LabelKey"),
        "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 1344, seed: 1),
        "Hydra" => _context.Transforms.Hydra("Features", "Series", seed: 1),
        "Rocket" => _context.Transforms.Rocket("Features", "Series", 50, seed: 1),
        "IntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", seed: 1),
        "DilatedShapelets" => _context.Transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 40, seed: 1),
        "Convolution1D"
            => _context.Transforms.Convolution1D("Features", Kernels(ConvolutionPooling.Max, channels), "Series"),
        "Outputs" => _context.Transforms.Convolution1D("Features",
            Kernels(ConvolutionPooling.None, channels), "Series"),
        "TopK" => _context.Transforms.Convolution1D("Features",
            Kernels(ConvolutionPooling.TopKMax, channels), "Series"),
        "Mel" => _context.Transforms.MelSpectrogram("Features", new MelOptions
        {
            SampleRate = 8000,
            WindowMilliseconds = 2,
            HopMilliseconds = 1,
            TransformSize = 16,
            NumberOfBands = 4
        }, "Series"),
        "Interpolate" => Mini(MissingValues.Interpolate, SeriesNormalization.None),
        "Zero" => Mini(MissingValues.Zero, SeriesNormalization.None),
        _ => Mini(MissingValues.Error, SeriesNormalization.ZNormalize),
    };

    private IEstimator<ITransformer> Mini(MissingValues missing, SeriesNormalization normalization)
        => _context.Transforms.MiniRocket(
            "Features", new MiniRocketEstimator.Options
            {
                NumberOfFeatures = 84,
                Seed = 1,
                MissingValues = missing,
                Normalization = normalization
            }, "Series");

    private static ConvolutionOptions Kernels(ConvolutionPooling pooling, int channels)
    {
        var kernels = new float[2][,];
        for (int i = 0; i < kernels.Length; i++)
        {
            kernels[i] = new float[3, channels];
            for (int channel = 0; channel < channels; channel++)
                (kernels[i][0, channel], kernels[i][2, channel]) = (1, i - channel - 1);
        }

        return new ConvolutionOptions { Kernels = kernels, Padding = ConvolutionPadding.Zero, Pooling = pooling };
    }
}
