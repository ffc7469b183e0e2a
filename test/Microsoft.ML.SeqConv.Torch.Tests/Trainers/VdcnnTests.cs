using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

public class VdcnnTests
{
    private const double OnnxTolerance = 1e-4;

    private static readonly ComponentRules Text = ComponentRules.Network(1e-5) with
    {
        ReadsSeries = false,
        Tokens = Ids,
    };

    private readonly MLContext _context = new(1);

    private static long[] Ids(IReadOnlyDictionary<string, string> metadata, string text)
    {
        string[] characters = System.Text.Json.JsonSerializer.Deserialize<string[]>(metadata["seqconv.vocabulary"])!;
        return [.. text.EnumerateRunes()
            .Select(rune =>
                Array.IndexOf(characters, rune.ToString().ToLowerInvariant()) is var at and >= 0 ? at + 2L : 1L)
            .DefaultIfEmpty(0)];
    }

    [Fact]
    public void Component()
        => ComponentChecks.All(Text, context => Pipeline(context, Small(epochs: 1)), SineWaves.Make(12, 8));

    [Theory]
    [InlineData(9, VdcnnDownsampling.MaxPooling, false, ConvolutionKind.Full)]
    [InlineData(17, VdcnnDownsampling.Stride, true, ConvolutionKind.DepthwiseSeparable)]
    [InlineData(9, VdcnnDownsampling.KMaxPooling, true, ConvolutionKind.Full)]
    public void The_graph_scores_the_numbers_of_characters_alike(
        int depth, VdcnnDownsampling downsampling, bool shortcuts, ConvolutionKind convolution)
    {
        VdcnnTrainer.Options options = Small(epochs: 1);
        (options.Depth, options.Downsampling, options.UseShortcuts, options.Convolution) = (depth,
            downsampling, shortcuts, convolution);
        IDataView data = SineWaves.View(_context, SineWaves.Make(16, 8));
        using var model = Pipeline(_context, options).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Equal(["Text"], run.Inputs);
        Assert.Empty(run.Get<long, float>("Score", "Text", [], 40));
        foreach (string text in new[] { "class1 and more", "A", "", new string('x', 300), "ünknown ☃ characters" })
        {
            float[] expected = Score(model, text);

            // Ids as another program makes them: shorter than the network's length, and cut by it.
            long[] ids = Ids(run.Metadata, text);
            float[] actual = run.Get<long, float>("Score", "Text", [ids]);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], OnnxTolerance);
        }
    }

    [Fact]
    public void Texts_are_distinguished()
    {
        VdcnnTrainer.Options options = Small(epochs: 10);
        options.LearningRate = 0.02;
        using var model = Pipeline(_context, options).Fit(SineWaves.View(_context, Texts(60, seed: 1)));
        Assert.True(_context.MulticlassClassification
            .Evaluate(model.Transform(SineWaves.View(_context, Texts(30, seed: 2))), "LabelKey").MicroAccuracy > 0.9);
    }

    // Each class has syllables of its own.
    private static List<SeriesRow> Texts(int count, int seed)
    {
        var random = new Random(seed);
        string[][] syllables = [["ka", "to", "mi"], ["bru", "gol", "den"], ["shi", "flo", "wes"]];
        return [.. Enumerable.Range(0, count).Select(i => new SeriesRow
        {
            Label = $"c{i % 3}",
            Series = [1],
            Text = string.Concat(Enumerable.Range(0, 12).Select(_ => syllables[i % 3][random.Next(3)]))
        })];
    }

    [Fact]
    public void The_largest_values_keep_their_order_and_the_earlier_of_equals_is_taken()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        Tensor pooled = KMaxPooling.Pool(tensor(new float[] { 0, 5, 0, 3, 9, 0, 9, 9 }, [1, 2, 4]), 3);
        Assert.Equal([0, 5, 3, 9, 9, 9], pooled.contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData(9, new[] { 1, 1, 1, 1 })]
    [InlineData(17, new[] { 2, 2, 2, 2 })]
    [InlineData(29, new[] { 5, 5, 2, 2 })]
    [InlineData(49, new[] { 8, 8, 5, 3 })]
    public void A_depth_has_the_blocks_of_the_paper(int depth, int[] blocks)
    {
        // Table 2: convolutions of three characters, two a block, 64 to 512 filters; scales and shifts of each; the
        // first convolution and 16 numbers for each of 69 characters.
        long expected = 69 * 16 + 3 * 16 * 64;
        for (int level = 0, before = 64; level < blocks.Length; level++)
        {
            for (int block = 0; block < blocks[level]; block++)
            {
                int width = 64 << level;
                expected += 3L * before * width + 3L * width * width + 4 * width;
                before = width;
            }
        }

        Assert.Equal(depth, 1 + 2 * blocks.Sum());
        // as the paper says, padding and unknown among them
        Assert.Equal(69, new CharacterAlphabet(VdcnnTrainer.PaperAlphabet, lowercase: true).Count);
        TorchLibrary.EnsureLoaded();
        using var network = new VdcnnNetwork(
            new VdcnnSettings(69, 4, depth, 1014, VdcnnDownsampling.MaxPooling, Shortcuts: false,
                2048, ConvolutionKind.Full), META);
        Assert.Equal(expected, network.named_parameters()
            .Where(p => !p.name.StartsWith("dense", StringComparison.Ordinal)).Sum(p => p.parameter.NumberOfElements));
    }

    [Fact]
    public void Weights_are_counted_without_training()
    {
        var options = new VdcnnTrainer.Options();
        long full = options.CountParameters(4);
        Assert.Equal(69, VdcnnTrainer.PaperAlphabet.Length + 2);     // padding and unknown
        const long dense = (4096 + 1) * 2048 + (2048 + 1) * 2048 + (2048 + 1) * 4;
        options.Convolution = ConvolutionKind.DepthwiseSeparable;
        Assert.InRange((double)(options.CountParameters(4) - dense) / (full - dense), 0.3, 0.4);
        Assert.StartsWith("numberOfClasses is 0; it must be at least 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => options.CountParameters(0)).Message,
            StringComparison.Ordinal);

        VdcnnTrainer.Options small = Small(epochs: 1);
        using var model = Pipeline(_context, small).Fit(SineWaves.View(_context, SineWaves.Make(12, 8)));
        Assert.Equal(small.CountParameters(3), model.LastTransformer.NumberOfParameters);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 8));
        Message<ArgumentOutOfRangeException>("Depth is 10; it must be 9, 17, 29 or 49.", options => options.Depth = 10);
        Message<ArgumentOutOfRangeException>(
            "MaxLength is 63; it must be 64 to 100000.", options => options.MaxLength = 63);
        Message<ArgumentOutOfRangeException>("Momentum is 1; it must be at least 0 and below 1.",
            options => options.Momentum = 1);
        Message<ArgumentException>("Alphabet has the character 'a' 2 times; each must stand once.",
            options => options.Alphabet = "aba");
        Message<ArgumentException>("Alphabet has 0 characters; 1 to 65536 are taken.",
            options => options.Alphabet = "");
        VdcnnTrainer.Options foreign = Small(1);
        foreign.Alphabet = "абв";
        Assert.StartsWith("Column 'Text' has no character of the alphabet in any of 12 rows; "
            + "there is nothing to learn from.",
            Assert.Throws<InvalidOperationException>(() => Pipeline(_context, foreign).Fit(data)).Message,
            StringComparison.Ordinal);

        void Message<T>(string expected, Action<VdcnnTrainer.Options> change)
            where T : Exception
        {
            VdcnnTrainer.Options options = Small(1);
            change(options);
            Assert.StartsWith(expected, Assert.Throws<T>(() => Pipeline(_context, options)).Message,
                StringComparison.Ordinal);
        }
    }

    private float[] Score(ITransformer model, string text)
        => model.Transform(SineWaves.View(_context, [new SeriesRow { Text = text, Label = "c0", Series = [1] }]))
            .GetColumn<float[]>("Score").Single();

    private static EstimatorChain<VdcnnTransformer> Pipeline(MLContext context, VdcnnTrainer.Options options)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.Vdcnn(options));

    private static VdcnnTrainer.Options Small(int epochs) => new()
    {
        LabelColumnName = "LabelKey",
        MaxLength = 64,
        NumberOfUnits = 32,
        NumberOfEpochs = epochs,
        BatchSize = 6,
        Seed = 1,
    };
}
