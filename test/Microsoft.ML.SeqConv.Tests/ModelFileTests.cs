using System.IO.Compression;
using CsCheck;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Model files are data: damaged ones are refused with an error, and no byte in them runs, hangs or allocates without bound.</summary>
public class ModelFileTests
{
    private static readonly PruningOptions Pruned = new() { MaximumFeatures = 20, NumberOfFolds = 2, NumberOfRepeats = 1, DroppedShare = 0.3 };

    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("Rocket")]
    [InlineData("MultiRocket")]
    [InlineData("Hydra")]
    [InlineData("Convolution1D")]
    [InlineData("PrunedMiniRocket")]
    [InlineData("PrunedRocket")]
    [InlineData("PrunedMultiRocket")]
    [InlineData("PrunedHydra")]
    [InlineData("MiniRocket", true)]
    public void A_section_with_edited_bytes_is_refused_or_still_works(string featurizer, bool logistic = false)
    {
        (byte[] file, IDataView data) = Model(featurizer, logistic);
        string[] sections = [.. Entries(file).Where(entry => entry.EndsWith("Model.key", StringComparison.Ordinal))];
        Assert.True(sections.Length >= 3);
        Gen.Select(Gen.Int[0, sections.Length - 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4], Gen.Double[0, 1.3]).Sample((section, edits, keep) =>
        {
            byte[] damaged = Rewrite(file, sections[section], bytes =>
            {
                foreach ((double at, byte value) in edits)
                    bytes[(int)(at * (bytes.Length - 1))] = value;
                return keep < 1 ? bytes[..(int)(keep * bytes.Length)] : bytes;
            });
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ITransformer model = new MLContext().Model.Load(new MemoryStream(damaged), out _);
                foreach (float[] _ in model.Transform(data).GetColumn<float[]>("Score"))
                {
                }
            }
            catch (Exception error) when (error is not (OutOfMemoryException or StackOverflowException or AccessViolationException or NullReferenceException or IndexOutOfRangeException))
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L << 20);
            return true;
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_section_of_ours_that_is_cut_short_is_named()
    {
        (byte[] file, _) = Model("MiniRocket");
        string section = Entries(file).Single(entry => entry.Contains("Transform_001", StringComparison.Ordinal) && entry.EndsWith("Model.key", StringComparison.Ordinal));

        // The header of a section tells its length, which ML.NET checks itself: so a length inside is edited instead.
        byte[] damaged = Rewrite(file, section, bytes =>
        {
            int channels = Find(bytes, BitConverter.GetBytes(40));
            BitConverter.TryWriteBytes(bytes.AsSpan(channels), -40);
            return bytes;
        });
        Exception error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(new MemoryStream(damaged), out _));
        while (error is not FormatException && error.InnerException is not null)
            error = error.InnerException;
        Assert.IsType<FormatException>(error);
        Assert.StartsWith("The section 'SeqConvMiniRocket' of the model file is damaged: ", error.Message);
        Assert.EndsWith(" Save the model again, or download the file again.", error.Message);
    }

    [Fact]
    public void A_file_that_is_cut_short_is_refused()
    {
        (byte[] file, _) = Model("MiniRocket");
        for (int length = 0; length < file.Length; length += file.Length / 20)
            Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(new MemoryStream(file[..length]), out _));
    }

    private (byte[] File, IDataView Data) Model(string featurizer, bool logistic = false)
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 40), 40);
        IEstimator<ITransformer> features = featurizer switch
        {
            "Rocket" => _context.Transforms.Rocket("Features", "Series", numberOfKernels: 40),
            "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 672),
            "Convolution1D" => _context.Transforms.Convolution1D("Features", new ConvolutionOptions { Kernels = [new float[,] { { 1 }, { -1 } }], Pooling = ConvolutionPooling.TopKMax, TopK = 9 }, "Series"),
            "Hydra" => _context.Transforms.Hydra("Features", "Series", numberOfGroups: 2),
            "PrunedMiniRocket" => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168).Prune("LabelKey", Pruned),
            "PrunedRocket" => _context.Transforms.Rocket("Features", "Series", numberOfKernels: 40).Prune("LabelKey", Pruned),
            "PrunedMultiRocket" => _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 672).Prune("LabelKey", Pruned),
            "PrunedHydra" => _context.Transforms.Hydra("Features", "Series", numberOfGroups: 2).Prune("LabelKey", Pruned),
            _ => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168),
        };
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers = _context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> trainer = logistic ? trainers.MinibatchLogisticRegression("LabelKey", numberOfEpochs: 3) : trainers.Ridge("LabelKey");
        var pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(features).Append(trainer);
        using var file = new MemoryStream();
        _context.Model.Save(pipeline.Fit(data), data.Schema, file);
        return (file.ToArray(), data);
    }

    private static string[] Entries(byte[] file)
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

    private static int Find(byte[] bytes, byte[] pattern)
    {
        int at = bytes.AsSpan().IndexOf(pattern);
        return at >= 0 ? at : throw new InvalidOperationException("The pattern is not in the section.");
    }
}
