using CsCheck;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>
/// Model files are data: damaged ones are refused with an error, and no byte in them runs, hangs or
/// allocates without bound.
/// </summary>
public class ModelFileTests
{
    private static readonly PruningOptions Pruned =
        new() { MaxFeatures = 20, NumberOfFolds = 2, NumberOfRepeats = 1, DroppedFraction = 0.3 };

    private readonly MLContext _context = new(1);

    /// <summary>A featurizer, and whether logistic regression on minibatches follows it instead of ridge.</summary>
    public static TheoryData<string, bool> Models => new()
    {
        { "MiniRocket", false },
        { "Rocket", false },
        { "MultiRocket", false },
        { "Hydra", false },
        { "Convolution1D", false },
        { "PrunedMiniRocket", false },
        { "PrunedRocket", false },
        { "PrunedMultiRocket", false },
        { "PrunedHydra", false },
        { "IntervalQuantiles", false },
        { "PrunedIntervalQuantiles", false },
        { "DilatedShapelets", false },
        { "PrunedDilatedShapelets", false },
        { "MiniRocket", true },
        { "Conformal", false },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_damaged_section_is_refused_by_name(string featurizer, bool logistic)
    {
        (byte[] file, _) = Model(featurizer, logistic);
        string[] sections = ModelSections.OfThisLibrary(file);
        Assert.Equal(featurizer == "Conformal" ? 3 : 2, sections.Length);
        Gen.Select(Gen.Int[0, sections.Length - 1], Gen.Double[0, 1], Gen.Byte[1, 255]).Sample((section, at, change) =>
        {
            byte[] damaged = ModelSections.Rewrite(file, sections[section], bytes =>
            {
                (int start, int length) = ModelSections.PartOf(bytes).GetOffsetAndLength(bytes.Length);
                bytes[start + (int)(at * (length - 1))] ^= change;
                return bytes;
            });
            FormatException error = Assert.Throws<FormatException>(() => ModelSections.Load(damaged));
            Assert.Matches("^The section 'SeqConv[A-Za-z0-9]+' of the model file is damaged: .* Save the model again, "
                + "or download the file again\\.$", error.Message);
        }, iter: 100, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_section_that_was_edited_on_purpose_is_refused_or_works(string featurizer, bool logistic)
    {
        (byte[] file, IDataView data) = Model(featurizer, logistic);
        string[] sections = ModelSections.OfThisLibrary(file);
        Gen.Select(Gen.Int[0, sections.Length - 1], Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4],
            Gen.Double[0, 1.3])
            .Sample((section, edits, keep) =>
            {
                byte[] edited = ModelSections.Rewrite(file, sections[section], bytes =>
                {
                    byte[] content = ModelSections.ContentOf(bytes);
                    foreach ((double at, byte value) in edits)
                        content[(int)(at * (content.Length - 1))] = value;
                    return ModelSections.WithContent(bytes,
                        keep < 1 ? content[..(int)(keep * content.Length)] : content);
                });
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    IDataView scored = ModelSections.Load(edited).Transform(data);
                    foreach (float[] _ in scored.GetColumn<float[]>(featurizer == "Conformal" ? "PValue" : "Score"))
                    {
                    }
                }
                catch (Exception error) when (error is FormatException or InvalidOperationException
                    or ArgumentOutOfRangeException)
                {
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L << 20);
                return true;
            }, iter: 100, threads: 1);
    }

    [Fact]
    public void A_size_below_zero_is_named()
    {
        (byte[] file, _) = Model("MiniRocket");
        byte[] edited = ModelSections.Rewrite(file, ModelSections.EntryOf(file, "SeqConvMiniRocket"), bytes =>
        {
            byte[] content = ModelSections.ContentOf(bytes);
            BitConverter.TryWriteBytes(content.AsSpan(Find(content, BitConverter.GetBytes(40))), -40);
            return ModelSections.WithContent(bytes, content);
        });
        FormatException error = Assert.Throws<FormatException>(() => ModelSections.Load(edited));
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
            "Convolution1D" => _context.Transforms.Convolution1D("Features", new ConvolutionOptions
            {
                Kernels = [new float[,] { { 1 }, { -1 } }],
                Pooling = ConvolutionPooling.TopKMax,
                TopK = 9
            }, "Series"),
            "Hydra" => _context.Transforms.Hydra("Features", "Series", numberOfGroups: 2),
            "IntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", depth: 3),
            "DilatedShapelets" => _context.Transforms.DilatedShapelets("Features", "LabelKey", "Series", 20),
            "PrunedDilatedShapelets" => _context.Transforms.DilatedShapelets("Features", "LabelKey", "Series", 20)
                .Prune("LabelKey", Pruned),
            "PrunedIntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", depth: 3)
                .Prune("LabelKey", Pruned),
            "PrunedMiniRocket" => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168)
                .Prune("LabelKey", Pruned),
            "PrunedRocket"
                => _context.Transforms.Rocket("Features", "Series", numberOfKernels: 40).Prune("LabelKey", Pruned),
            "PrunedMultiRocket" => _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 672)
                .Prune("LabelKey", Pruned),
            "PrunedHydra"
                => _context.Transforms.Hydra("Features", "Series", numberOfGroups: 2).Prune("LabelKey", Pruned),
            _ => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168),
        };
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers =
            _context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> trainer =
            logistic ? trainers.MinibatchLogisticRegression("LabelKey", numberOfEpochs: 3) : trainers.Ridge("LabelKey");
        IEstimator<ITransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(features).Append(trainer);
        if (featurizer == "Conformal")
            pipeline = pipeline.Append(_context.MulticlassClassification.Conformal());
        using var file = new MemoryStream();
        _context.Model.Save(pipeline.Fit(data), data.Schema, file);
        return (file.ToArray(), data);
    }

    private static int Find(byte[] bytes, byte[] pattern)
    {
        int at = bytes.AsSpan().IndexOf(pattern);
        return at >= 0 ? at : throw new InvalidOperationException("The pattern is not in the section.");
    }
}
