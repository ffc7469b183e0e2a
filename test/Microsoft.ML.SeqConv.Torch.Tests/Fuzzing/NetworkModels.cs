using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;

/// <summary>Small trained networks of every kind, as model files.</summary>
internal static class NetworkModels
{
    private static readonly MLContext Context = new(1);

    public static IDataView Data(string kind)
    {
        int length = kind == "audio" ? 300 : 30;
        return SineWaves.View(Context, SineWaves.Make(24, length), length);
    }

    public static (byte[] File, IDataView Data) Train(string kind, int epochs = 2)
    {
        IDataView data = Data(kind);
        IEstimator<ITransformer> trainer = kind switch
        {
            "text" => Context.MulticlassClassification.Trainers.TextCnn(new TextCnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = epochs,
                Dimension = 8,
                NumberOfFilters = 8,
                BatchSize = 8,
                ValidationFraction = 0,
                BestBy = BestEpoch.Loss,
            }),
            "characters" => Context.MulticlassClassification.Trainers.Vdcnn(new VdcnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = epochs,
                MaxLength = 64,
                NumberOfUnits = 8,
            }),
            "audio" => Context.MulticlassClassification.Trainers.Cldnn(new CldnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                AudioColumnName = "Series",
                FrontEnd = new MelOptions
                {
                    SampleRate = 8000,
                    WindowMilliseconds = 2,
                    HopMilliseconds = 1,
                    NumberOfBands = 6
                },
                NumberOfEpochs = epochs,
                BatchSize = 8,
                NumberOfFilters = 4,
                NumberOfReducedFeatures = 8,
                NumberOfLstmCells = 8,
                NumberOfDenseUnits = 16,
                LearningRate = 1e-2,
            }),
            "forecast"
                => Context.Forecasting.ForecastByWaveNet("Forecast", "Series", new WaveNetForecastEstimator.Options
                {
                    WindowSize = 8,
                    Horizon = 4,
                    NumberOfEpochs = epochs,
                    NumberOfNetworks = 1,
                    NumberOfChannels = 8
                }),
            "fcn" => Context.MulticlassClassification.Trainers.Fcn(new FcnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                SeriesColumnName = "Series",
                NumberOfEpochs = epochs,
                NumberOfFilters = 2
            }),
            "resnet" => Context.MulticlassClassification.Trainers.ResNet(new ResNetTrainer.Options
            {
                LabelColumnName = "LabelKey",
                SeriesColumnName = "Series",
                NumberOfEpochs = epochs,
                NumberOfFilters = 2
            }),
            _ => Context.MulticlassClassification.Trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = epochs,
                NumberOfNetworks = 1,
                NumberOfFilters = 4,
                KernelSize = 12,
                Bottleneck = 4,
                Depth = 3,
                BatchSize = 8,
            }),
        };
        using var file = new MemoryStream();
        Context.Model.Save(Context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(trainer).Fit(data),
            data.Schema, file);
        return (file.ToArray(), data);
    }

    /// <summary>A small generator of recordings.</summary>
    public static WaveNetGenerator TrainWaveNet()
    {
        const int samples = 400;
        IDataView clips = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new Clip
        {
            Audio = [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(n * 0.1 * (i + 1)))],
        }).ToList());
        return WaveNetGenerator.Train(Context, clips, new WaveNetOptions
        {
            SampleRate = 8000,
            LayersPerStack = 3,
            NumberOfStacks = 1,
            NumberOfChannels = 4,
            NumberOfSkipChannels = 4,
            NumberOfEpochs = 3,
            BatchSize = 1,
            SegmentLength = 100,
            ValidationFraction = 0,
            Seed = 1,
        });
    }

    private sealed class Clip
    {
        [VectorType]
        public float[] Audio { get; set; } = [];
    }
}
