using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.MinibatchSample;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Trainings that stop and go on.</summary>
public sealed class MinibatchResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;
    private readonly List<SeriesRow> _rows = Rows(400);

    private string File => Path.Combine(_folder, "minibatch-logistic.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, 150, false)]
    [InlineData(0, 1700, false)]
    [InlineData(2048, 900, false)]
    [InlineData(0, 700, true)]
    public void A_cancelled_training_goes_on_to_the_same_bits(
        int cacheMegabytes, int rowsBeforeCancel, bool withFeaturizer)
    {
        string whole = Bits(Run(new MLContext(1), options => options.CacheMegabytes = cacheMegabytes, withFeaturizer));
        Cancel(rowsBeforeCancel, options => options.CacheMegabytes = cacheMegabytes, withFeaturizer);
        Assert.True(System.IO.File.Exists(File));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
        var reading = new HashSet<double>();
        var context = new MLContext(1);
        using IDisposable watching = context.OnFitProgress(state =>
        {
            if (state.Stage == "training" && state.Done > 0)
                reading.Add(state.Done);
        });
        string resumed = Bits(Run(context, options => (options.CacheMegabytes, options.ResumeFrom,
            options.NumberOfThreads) = (cacheMegabytes, _folder, 1), withFeaturizer));
        Assert.Equal(whole, resumed);
        if (cacheMegabytes == 2048)
            Assert.True(reading.Min() > rowsBeforeCancel - 2 * 64, $"{reading.Min()}");
    }

    [Fact]
    public void An_ended_training_goes_on_for_more_epochs()
    {
        string whole = Bits(Run(new MLContext(1), options => options.NumberOfEpochs = 6));
        Run(new MLContext(1), options => (options.NumberOfEpochs, options.CheckpointFolder) = (3, _folder));
        string resumed = Bits(
            Run(new MLContext(1), options => (options.NumberOfEpochs, options.ResumeFrom) = (6, _folder)));
        Assert.Equal(whole, resumed);
        string again = Bits(Run(new MLContext(1),
            options => (options.NumberOfEpochs, options.ResumeFrom, options.CheckpointFolder) = (6, _folder, _folder)));
        Assert.Equal(whole, again);
        string ended = Bits(Run(new MLContext(1),
            options => (options.NumberOfEpochs, options.ResumeFrom) = (6, _folder)));
        Assert.Equal(whole, ended);
    }

    [Fact]
    public void Nothing_to_go_on_from_is_a_first_run_and_a_missing_folder_an_error()
    {
        string missing = Path.Combine(_folder, "none");
        string first = Bits(Run(new MLContext(1), options => options.ResumeFrom = options.CheckpointFolder = missing));
        Assert.Equal(Bits(Run(new MLContext(1), _ => { })), first);
        Assert.True(System.IO.File.Exists(Path.Combine(missing, "minibatch-logistic.checkpoint")));
        string other = Path.Combine(_folder, "other");
        DirectoryNotFoundException error = Assert.Throws<DirectoryNotFoundException>(
            () => Run(new MLContext(1), options => options.ResumeFrom = other));
        Assert.Equal($"ResumeFrom is '{other}', a folder that does not exist. "
            + "Name the CheckpointFolder of the training to go on with, or leave ResumeFrom unset.", error.Message);
    }

    [Fact]
    public void Another_configuration_is_refused_and_what_differs_is_named()
    {
        Cancel(500, _ => { }, withFeaturizer: false);
        Refused("BatchSize is 16, and here it is 8", options => options.BatchSize = 8);
        Refused("ChunkSize is 64, and here it is 32", options => options.ChunkSize = 32);
        Refused("LearningRate is 0.02, and here it is 0.01", options => options.LearningRate = 0.01);
        Refused("ValidationRows is 2048, and here it is 20", options => options.ValidationRows = 20);
        Refused("ValidateEvery is 5, and here it is 4", options => options.ValidateEvery = 4);
        Refused("LearningRatePatience is 5, and here it is 4", options => options.LearningRatePatience = 4);
        Refused("Patience is 10, and here it is 9", options => options.Patience = 9);
        Refused("Seed is 1, and here it is 2", options => options.Seed = 2);
        Refused("BalanceClasses is false, and here it is true", options => options.BalanceClasses = true);
        Refused("ClassWeights is none, and here it is c1: 2.5",
            options => options.ClassWeights = new Dictionary<string, double> { ["c1"] = 2.5 });
        Refused("number of features is 12, and here it is 168", _ => { }, withFeaturizer: true);

        _rows.RemoveAt(399);
        Refused("number of rows is 400, and here it is 399", _ => { });
        _rows.Add(Rows(1)[0]);
        _rows[399].Label = "c1";
        Refused("rows (a hash of labels, weights and validation features) is ", _ => { });
        _rows[399].Label = "c0";
        _rows[Array.IndexOf(SpreadExamples.OneOfEach(10, 400, 1), true)].Series[0] += 1;
        Refused("rows (a hash of labels, weights and validation features) is ", _ => { });
    }

    [Fact]
    public void Other_classes_are_refused()
    {
        Cancel(500, _ => { }, withFeaturizer: false);
        foreach (SeriesRow row in _rows)
            row.Label = row.Label == "c2" ? "c1" : row.Label;
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, _rows, Length);
        IDataView two = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(data).Transform(data);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Fit(context, Resuming(), two));
        Assert.Equal($"The checkpoint '{File}' is of another training: its number of classes is 3, and here it is 2. "
            + "Resume with the same options and rows, or leave ResumeFrom unset.", error.Message);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        Cancel(500, _ => { }, withFeaturizer: false);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        foreach (int length in new[] { 0, 5, 20, bytes.Length / 2, bytes.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            FormatException error = Assert.Throws<FormatException>(
                () => Run(new MLContext(1), options => options.ResumeFrom = _folder));
            Assert.StartsWith($"The checkpoint '{File}' cannot be resumed from: ", error.Message);
            Assert.EndsWith(" Delete it, or leave ResumeFrom unset.", error.Message);
        }

        byte[] flipped = [.. bytes];
        flipped[^40] ^= 1;
        System.IO.File.WriteAllBytes(File, flipped);
        Assert.Contains("Its checksum does not match its content.", Assert.Throws<FormatException>(
            () => Run(new MLContext(1), options => options.ResumeFrom = _folder)).Message);

        // The structure is checked as well, for files of version 1 and for those whose checksum was corrected.
        byte[] nameOfNegativeLength = Checksums.WithoutFrame(bytes, signatureLength: 9);
        ((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).CopyTo(nameOfNegativeLength.AsSpan(17));
        System.IO.File.WriteAllBytes(File, nameOfNegativeLength);
        Assert.StartsWith($"The checkpoint '{File}' cannot be resumed from: ", Assert.Throws<FormatException>(
            () => Run(new MLContext(1), options => options.ResumeFrom = _folder)).Message);

        byte[] other = [.. bytes];
        other[3]++;
        System.IO.File.WriteAllBytes(File, other);
        Assert.Contains("It begins with other bytes than such a file.", Assert.Throws<FormatException>(
            () => Run(new MLContext(1), options => options.ResumeFrom = _folder)).Message);
        BitConverter.TryWriteBytes(bytes.AsSpan(9), 3);
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Contains("It has the version 3; this library reads 1 to 2.", Assert.Throws<FormatException>(
            () => Run(new MLContext(1), options => options.ResumeFrom = _folder)).Message);
    }

    [Fact]
    public void A_checkpoint_of_version_1_is_resumed_from()
    {
        string whole = Bits(Run(new MLContext(1), _ => { }));
        Cancel(500, _ => { }, withFeaturizer: false);
        System.IO.File.WriteAllBytes(File,
            Checksums.WithoutFrame(System.IO.File.ReadAllBytes(File), signatureLength: 9));
        Assert.Equal(whole, Bits(Run(new MLContext(1), options => options.ResumeFrom = _folder)));
    }

    private MinibatchLogisticRegressionTrainer.Options Resuming()
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.ResumeFrom = _folder;
        return options;
    }

    private void Refused(string difference,
        Action<MinibatchLogisticRegressionTrainer.Options> change, bool withFeaturizer = false)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Run(
            new MLContext(1),
            options =>
            {
                options.ResumeFrom = _folder;
                change(options);
            },
            withFeaturizer));
        Assert.StartsWith($"The checkpoint '{File}' is of another training: its {difference}", error.Message);
        Assert.EndsWith("Resume with the same options and rows, or leave ResumeFrom unset.", error.Message);
    }

    private void Cancel(int rows, Action<MinibatchLogisticRegressionTrainer.Options> change, bool withFeaturizer)
    {
        var context = new MLContext(1);
        using var source = new CancellationTokenSource();
        using IDisposable registration = context.CancelOn(source.Token);
        using IDisposable progress = context.OnFitProgress(state =>
        {
            if (state.Stage == "training" && state.Done > rows)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => Run(
            context,
            options =>
            {
                (options.CheckpointFolder, options.CheckpointEvery) = (_folder, 1);
                change(options);
            },
            withFeaturizer));
    }

    private MinibatchLogisticRegressionModelParameters Run(
        MLContext context, Action<MinibatchLogisticRegressionTrainer.Options> change, bool withFeaturizer = false)
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.CacheMegabytes = 0;
        change(options);
        IDataView data = View(context, _rows);
        if (!withFeaturizer)
            return Fit(context, options, data);
        options.FeatureColumnName = "Features";
        return Fit(context, options, context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed: 1)
            .Fit(data).Transform(data));
    }
}
