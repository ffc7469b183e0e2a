using System.IO.Compression;
using CsCheck;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>Model files with networks are data: numbers, words and sizes; damaged ones are refused.</summary>
public class NetworkModelFileTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData("series")]
    [InlineData("text")]
    [InlineData("audio")]
    [InlineData("forecast")]
    public void A_section_with_edited_bytes_is_refused_or_still_works(string kind)
    {
        (byte[] file, IDataView data) = Model(kind);
        string section = Sections(file).Single(name => name.Contains("Transform_001", StringComparison.Ordinal) && name.EndsWith("Model.key", StringComparison.Ordinal));
        Gen.Select(Gen.Select(Gen.OneOf(Gen.Double[0, 1], Gen.Double[0, 0.03]), Gen.Byte).Array[1, 4], Gen.Double[0, 1.3]).Sample((edits, keep) =>
        {
            byte[] damaged = Rewrite(file, section, bytes =>
            {
                foreach ((double at, byte value) in edits)
                    bytes[(int)(at * (bytes.Length - 1))] = value;
                return keep < 1 ? bytes[..(int)(keep * bytes.Length)] : bytes;
            });
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ITransformer model = new MLContext().Model.Load(new MemoryStream(damaged), out _);
                foreach (float[] _ in model.Transform(data).GetColumn<float[]>(kind == "forecast" ? "Forecast" : "Score"))
                {
                }
            }
            catch (Exception error) when (error is not (OutOfMemoryException or AccessViolationException or NullReferenceException or IndexOutOfRangeException))
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L << 20);
            return true;
        }, iter: 60, threads: 1);
    }

    [Theory]
    [InlineData("series", "SeqConvSeriesNetwork", "module1.bottleneck", "module9.bottleneck")]
    [InlineData("text", "SeqConvTextCnn", "head.weight", "head.waight")]
    [InlineData("audio", "SeqConvCldnn", "lstm0.lstm.bias_hh_l0", "lstm9.lstm.bias_hh_l0")]
    [InlineData("characters", "SeqConvVdcnn", "level0_block0.convolution0", "level9_block0.convolution0")]
    [InlineData("forecast", "SeqConvWaveNetForecast", "stack.hidden.weight", "stack.hydden.weight")]
    public void Weights_of_another_network_are_named(string kind, string section, string name, string changed)
    {
        (byte[] file, _) = Model(kind);
        string key = Sections(file).Single(entry => entry.Contains("Transform_001", StringComparison.Ordinal) && entry.EndsWith("Model.key", StringComparison.Ordinal));
        byte[] damaged = Rewrite(file, key, bytes =>
        {
            int at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name));
            Assert.True(at > 0);
            System.Text.Encoding.UTF8.GetBytes(changed).CopyTo(bytes, at);
            return bytes;
        });
        Exception error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(new MemoryStream(damaged), out _));
        while (error is not FormatException && error.InnerException is not null)
            error = error.InnerException;
        Assert.StartsWith($"The section '{section}' of the model file is damaged: ", error.Message);
        Assert.Contains(changed, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inceptiontime-1.zip")]
    [InlineData("textcnn-1.zip")]
    [InlineData("audio-cldnn-1.zip")]
    [InlineData("inceptiontime-2.zip")]
    [InlineData("textcnn-2.zip")]
    [InlineData("audio-cldnn-2.zip")]
    public void Models_of_every_format_version_still_load_and_predict(string file)
    {
        string path = Path.Combine(Folders.Repository, "test", "Models", file);
        string kind = file.StartsWith("text", StringComparison.Ordinal) ? "text" : file.StartsWith("audio", StringComparison.Ordinal) ? "audio" : "series";
        if (Environment.GetEnvironmentVariable("SEQCONV_APPROVE") == "1" && !File.Exists(path))
            File.WriteAllBytes(path, Model(kind, epochs: 60).File);
        ITransformer model = _context.Model.Load(path, out _);
        IDataView scored = model.Transform(Data(kind));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored, "LabelKey").MicroAccuracy, 0.95, 1);
    }

    private IDataView Data(string kind)
    {
        int length = kind == "audio" ? 300 : 30;
        return SineWaves.View(_context, SineWaves.Make(24, length), length);
    }

    private (byte[] File, IDataView Data) Model(string kind, int epochs = 2)
    {
        IDataView data = Data(kind);
        IEstimator<ITransformer> trainer = kind switch
        {
            "text" => _context.MulticlassClassification.Trainers.TextCnn(new TextCnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                NumberOfEpochs = epochs,
                Dimension = 8,
                NumberOfMaps = 8,
                BatchSize = 8,
                ValidationFraction = 0,
                BestBy = BestEpoch.Loss,
            }),
            "characters" => _context.MulticlassClassification.Trainers.Vdcnn(new VdcnnTrainer.Options { LabelColumnName = "LabelKey", NumberOfEpochs = epochs, MaximumLength = 64, NumberOfUnits = 8 }),
            "audio" => _context.MulticlassClassification.Trainers.Cldnn(new CldnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                AudioColumnName = "Series",
                FrontEnd = new MelOptions { SampleRate = 8000, WindowMilliseconds = 2, HopMilliseconds = 1, NumberOfBands = 6 },
                NumberOfEpochs = epochs,
                BatchSize = 8,
                NumberOfMaps = 4,
                ReducedFeatures = 8,
                NumberOfLstmCells = 8,
                NumberOfDenseUnits = 16,
                LearningRate = 1e-2,
            }),
            "forecast" => _context.Forecasting.ForecastByWaveNet("Forecast", "Series", new WaveNetForecastEstimator.Options { WindowSize = 8, Horizon = 4, NumberOfEpochs = epochs, NumberOfNetworks = 1, NumberOfChannels = 8 }),
            _ => _context.MulticlassClassification.Trainers.InceptionTime(SeriesNetworkComponentTests.Small(options => (options.NumberOfEpochs, options.NumberOfNetworks, options.KernelSize) = (epochs, 1, 12))),
        };
        using var file = new MemoryStream();
        _context.Model.Save(_context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(trainer).Fit(data), data.Schema, file);
        return (file.ToArray(), data);
    }

    private static string[] Sections(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private static byte[] Rewrite(byte[] file, string name, Func<byte[], byte[]> edit)
    {
        using var output = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(file)))
        using (var target = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (Stream stream = entry.Open())
                    stream.CopyTo(content);
                using Stream written = target.CreateEntry(entry.FullName).Open();
                written.Write(entry.FullName == name ? edit(content.ToArray()) : content.ToArray());
            }
        }

        return output.ToArray();
    }
}
