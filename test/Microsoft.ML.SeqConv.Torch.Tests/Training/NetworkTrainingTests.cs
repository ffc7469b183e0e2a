using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Torch.Tests.Networks;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>What the orchestration of training promises to forecasts and WaveNet too.</summary>
public sealed class NetworkTrainingTests : IDisposable
{
    private const string Forecast = SmallTrainings.Forecast;
    private const string WaveNet = SmallTrainings.WaveNet;

    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void The_same_seed_gives_the_same_bits(string kind)
    {
        byte[] first = SmallTrainings.Train(kind);
        Assert.Equal(first, SmallTrainings.Train(kind));
        Assert.NotEqual(first, SmallTrainings.Train(kind, options => options.Seed = 2));
    }

    [Theory]
    [InlineData(Forecast, "training network 1 of 2")]
    [InlineData(Forecast, "training network 1 of 2 on all examples")]
    [InlineData(Forecast, "training network 2 of 2")]
    [InlineData(WaveNet, "training")]
    public void A_resumed_training_ends_in_the_bits_of_an_uninterrupted_one(string kind, string stage)
    {
        byte[] whole = SmallTrainings.Train(kind);
        void Checkpoint(TrainingOptions options)
            => (options.CheckpointFolder, options.CheckpointEvery, options.ResumeFrom) = (_folder, 2, _folder);
        SmallTrainings.Cancel(kind, Checkpoint, progress => progress.Stage == stage && progress.Done > 2.2);

        var context = new MLContext(1);
        var done = new List<double>();
        using IDisposable watching = context.OnFitProgress(progress =>
        {
            if (progress.Stage == stage)
                done.Add(progress.Done);
        });
        Assert.Equal(whole, SmallTrainings.Train(kind, context, SmallTrainings.Rows(), Checkpoint, out _));
        Assert.Contains(done, value => value > 2.2);
        Assert.DoesNotContain(done, value => value is > 0 and < 2);
    }

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void A_damaged_checkpoint_is_refused(string kind)
    {
        SmallTrainings.Train(kind, options => (options.CheckpointFolder, options.CheckpointEvery) = (_folder, 1));
        string file = Path.Combine(_folder, "network0.checkpoint");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        FormatException error = Assert.Throws<FormatException>(
            () => SmallTrainings.Train(kind, options => options.ResumeFrom = _folder));
        Assert.StartsWith($"The checkpoint '{file}' cannot be resumed from: ", error.Message, StringComparison.Ordinal);

        string none = Path.Combine(_folder, "none");
        DirectoryNotFoundException missing = Assert.Throws<DirectoryNotFoundException>(
            () => SmallTrainings.Train(kind, options => options.ResumeFrom = none));
        Assert.Equal(
            $"ResumeFrom is '{none}', a folder that does not exist. "
            + "Name the CheckpointFolder of the training to go on with, or leave ResumeFrom unset.",
            missing.Message);
    }

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void Training_stops_after_its_patience(string kind)
    {
        var random = new Random(1);
        List<SeriesRow> noise = SmallTrainings.Rows();
        foreach (SeriesRow row in noise)
            row.Series = [.. row.Series.Select(_ => 2 * (float)random.NextDouble() - 1)];
        SmallTrainings.Train(
            kind, new MLContext(1), noise,
            options => (options.NumberOfEpochs, options.Patience, options.LearningRate) = (200, 3, 0.05),
            out IReadOnlyList<TrainingHistory> histories);
        Assert.All(histories, history =>
        {
            Assert.InRange(history.Epochs.Count, 4, 199);
            Assert.Equal(3, history.Epochs.Count - history.BestEpoch);
        });
    }

    [Fact]
    public void A_failure_frees_every_network_and_optimiser()
    {
        var networks = new List<SequenceNetwork>();
        var optimizers = new List<Optimizer>();
        var plan = new NetworkPlan
        {
            Make = device =>
            {
                SequenceNetwork network = NetworkCases.SmallNetworks["fcn"](device);
                networks.Add(network);
                return network;
            },
            Initialize = Initialization.Glorot,
            Optimize = network =>
            {
                optimizers.Add(new Adam(network));
                return optimizers[^1];
            },
            NumberOfNetworks = 3,
            Train = NetworkCases.Examples("fcn", 8, ragged: false),
            Refit = new Failing(),
            Objective = new CrossEntropy(0),
            Data = "8 rows",
        };
        IHostEnvironment context = new MLContext(1);
        using var monitor = new FitMonitor(context.Register("Test"), "Test");
        var options = new FcnTrainer.Options { NumberOfEpochs = 2, BatchSize = 4 };
        var training = new NetworkTraining(context, options, seed: 1, monitor, _ => { }, _ => { });
        Assert.Equal("third batch", Assert.Throws<IOException>(() => training.Run(plan, options)).Message);
        Assert.Equal(2, networks.Count);
        Assert.All(networks, network => Assert.All(network.parameters(), weight => Assert.True(weight.IsInvalid)));
        Assert.All(optimizers, optimizer => Assert.Empty(optimizer.Memory));
    }

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void A_row_of_weight_0_equals_its_absence(string kind)
    {
        List<SeriesRow> rows = SmallTrainings.Rows();
        List<SeriesRow> with = [rows[0], Weighted(9, 0), rows[1], Weighted(8, 0), rows[2]];
        var context = new MLContext(1);
        var warnings = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                warnings.Add(message.RawMessage);
        };
        byte[] without = SmallTrainings.Train(kind);
        Assert.Equal(without, SmallTrainings.Train(kind, context, with, Weigh, out _));
        Assert.Equal("Column 'Weight' is 0 in 2 of 5 rows; they are left out.", Assert.Single(warnings));

        foreach (SeriesRow row in rows)
            row.Weight = 4;
        Assert.Equal(Losses(kind, SmallTrainings.Rows()), Losses(kind, rows), 1e-5);
        rows[0].Weight = 1;
        Assert.NotEqual(Losses(kind, SmallTrainings.Rows()), Losses(kind, rows), 1e-5);
    }

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void Bad_weights_are_named(string kind)
    {
        Refused<InvalidOperationException>(
            "Column 'Weight' has -1 in row 1; a weight must be finite and not negative. Correct or remove the row.",
            kind, Weigh, [Weighted(1, 1), Weighted(2, -1)]);
        Refused<InvalidOperationException>(
            "Column 'Weight' has NaN in row 0; a weight must be finite and not negative. Correct or remove the row.",
            kind, Weigh, [Weighted(1, float.NaN)]);
        string component = kind == Forecast ? "ForecastByWaveNet" : "WaveNet";
        string needs = kind == Forecast ? "series" : "clip";
        Refused<InvalidOperationException>(
            $"Column 'Series' has no rows with a weight above 0; {component} needs at least one {needs}. "
            + "Check the data view or its filters.",
            kind, Weigh, [Weighted(1, 0)]);
        Refused<ArgumentOutOfRangeException>(
            $"Column 'Nothing' is missing; {component} reads example weights from it. The columns are "
            + "'Series', 'Label', 'Flag', 'Target', 'Text', 'Weight'.",
            kind, options => options.ExampleWeightColumnName = "Nothing", SmallTrainings.Rows());
        Refused<ArgumentOutOfRangeException>(
            "Column 'Text' is String; an example weight must be a Single. "
            + "Append mlContext.Transforms.Conversion.ConvertType before the trainer.",
            kind, options => options.ExampleWeightColumnName = "Text", SmallTrainings.Rows());
    }

    [Theory]
    [InlineData(Forecast)]
    [InlineData(WaveNet)]
    public void Bad_options_are_named(string kind)
    {
        void Named(string message, Action<TrainingOptions> change)
            => Refused<ArgumentOutOfRangeException>(message, kind, change, SmallTrainings.Rows());

        Named("NumberOfEpochs is 0; it must be 1 to 1000000.", options => options.NumberOfEpochs = 0);
        Named("BatchSize is 0; it must be 1 to 1000000.", options => options.BatchSize = 0);
        Named("Patience is -1; it must be at least 0.", options => options.Patience = -1);
        Named("CheckpointEvery is 0; it must be at least 1.", options => options.CheckpointEvery = 0);
        Named("NumberOfThreads is 0; it must be 1 to 1024.", options => options.NumberOfThreads = 0);
        Named("LearningRate is 0; it must be positive and finite.", options => options.LearningRate = 0);
        Named("ClipNorm is -1; it must be positive and finite, or 0 for no limit.", options => options.ClipNorm = -1);
        Named("ValidationFraction is 1; it must be at least 0 and below 1.", options => options.ValidationFraction = 1);
        Named("BestBy is 7; it must be one of ", options => options.BestBy = (BestEpoch)7);
        if (kind == Forecast)
        {
            Named("WindowSize is 1; it must be 2 to 100000.", options => Of(options).WindowSize = 1);
            Named("NumberOfNetworks is 0; it must be 1 to 1000.", options => Of(options).NumberOfNetworks = 0);
        }
        else
        {
            Named("FeatureHop is 0; it must be 1 to 1000000.", options => ((WaveNetOptions)options).FeatureHop = 0);
            Named("SampleRate is 0; it must be 1 to 10000000.", options => ((WaveNetOptions)options).SampleRate = 0);
        }

        static WaveNetForecastEstimator.Options Of(TrainingOptions options)
            => (WaveNetForecastEstimator.Options)options;
    }

    private sealed class Failing() : TrainingExamples(new float[8], [.. Enumerable.Repeat(1f, 8)])
    {
        private readonly TrainingExamples _examples = NetworkCases.Examples("fcn", 8, ragged: false);
        private int _batches;

        public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
            => ++_batches < 3 ? _examples.Gather(rows, device) : throw new IOException("third batch");
    }

    private static void Weigh(TrainingOptions options) => options.ExampleWeightColumnName = "Weight";

    private static SeriesRow Weighted(int seed, float weight)
    {
        SeriesRow row = SineWaves.Make(1, 40, seed: seed)[0];
        row.Weight = weight;
        return row;
    }

    private static double Losses(string kind, List<SeriesRow> rows)
    {
        SmallTrainings.Train(kind, new MLContext(1), rows, Weigh, out IReadOnlyList<TrainingHistory> histories);
        return histories.Average(history => history.Epochs.Average(epoch => epoch.Loss));
    }

    private static void Refused<T>(string message, string kind, Action<TrainingOptions> change, List<SeriesRow> rows)
        where T : Exception
    {
        T error = Assert.Throws<T>(() => SmallTrainings.Train(kind, change, rows));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
