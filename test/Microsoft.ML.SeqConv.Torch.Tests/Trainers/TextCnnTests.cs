using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>TextCnn as a component, and what it does with unexpected texts.</summary>
public sealed class TextCnnTests : IDisposable
{
    private static readonly ComponentRules Text = ComponentRules.Network(1e-4) with
    {
        ReadsSeries = false,
        Tokens = Ids,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;
    private readonly MLContext _context = new(1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Padded with zeros to more words than any window has.
    private static long[] Ids(IReadOnlyDictionary<string, string> metadata, string text)
    {
        string[] words = JsonSerializer.Deserialize<string[]>(metadata["seqconv.vocabulary"])!;
        long first = long.Parse(metadata["seqconv.vocabulary.first"], CultureInfo.InvariantCulture);
        long[] ids = [.. text.Split(' ')
            .Select(word => Array.IndexOf(words, word) is var at and >= 0 ? at + first : 1L)];
        return [.. ids, .. new long[12 - ids.Length]];
    }

    [Fact]
    public void Rand() => ComponentChecks.All(Text, context => Keyed(context, Small()), SineWaves.Make(24, 30), 30);

    [Fact]
    public void Multichannel_separable()
    {
        string file = Vectors();
        ComponentChecks.All(
            Text, context => Keyed(context, Small(options => (options.Variant, options.VectorsFile,
                options.Convolution) = (TextCnnVariant.Multichannel, file, ConvolutionKind.DepthwiseSeparable))),
            SineWaves.Make(24, 30), 30);
    }

    [Fact]
    public void Keys_made_by_the_text_transforms() => ComponentChecks.All(
        Text with { TokenColumn = "Words" },
        context => context.Transforms.Text.TokenizeIntoWords("Words", "Text")
            .Append(context.Transforms.Conversion.MapValueToKey("Words"))
            .Append(Keyed(context, Small(options => options.TextColumnName = "Words"))).Append(
                context.Transforms.DropColumns("Words")),
        SineWaves.Make(24, 30), 30);

    [Theory]
    [InlineData(TextCnnVariant.Rand)]
    [InlineData(TextCnnVariant.Static)]
    [InlineData(TextCnnVariant.NonStatic)]
    [InlineData(TextCnnVariant.Multichannel)]
    public void Each_variant_learns_to_tell_sentences_apart(TextCnnVariant variant)
    {
        List<SeriesRow> rows = SineWaves.Make(90, 30);
        var model = Keyed(_context, Small(options =>
        {
            options.Variant = variant;
            options.VectorsFile = variant == TextCnnVariant.Rand ? null : Vectors();
            options.NumberOfEpochs = 60;
            options.ValidationFraction = 0;
            options.BestBy = BestEpoch.Loss;
        })).Fit(SineWaves.View(_context, rows, 30));
        IDataView test = model.Transform(SineWaves.View(_context, SineWaves.Make(60, 30, seed: 2), 30));
        Assert.InRange(_context.MulticlassClassification.Evaluate(test, "LabelKey").MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void Odd_texts_have_finite_scores_that_sum_to_one()
    {
        using var model = Keyed(_context, Small()).Fit(SineWaves.View(_context, SineWaves.Make(24, 30), 30));
        string[] texts = ["", "   ", "neverseen unknownword", "word1",
            string.Join(' ', Enumerable.Repeat("word1 word2", 2500)), "🎉 שלום مرحبا", "\0\u0001"];
        IDataView scored = model.Transform(SineWaves.View(_context,
            texts.Select(text => new SeriesRow { Series = new float[30], Label = "c0", Text = text }), 30));
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        Assert.Equal(texts.Length, scores.Length);
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-4));
    }

    [Fact]
    public void Padding_is_not_the_unknown_word()
    {
        using var model = Keyed(_context, Small()).Fit(SineWaves.View(_context, SineWaves.Make(24, 30), 30));
        float[][] scores = [.. model.Transform(SineWaves.View(_context, new[] { "word1", "word1 neverseen" }
            .Select(text => new SeriesRow { Series = new float[30], Label = "c0", Text = text }), 30))
            .GetColumn<float[]>("Score")];
        Assert.NotEqual(scores[0], scores[1]);
    }

    [Fact]
    public void Words_of_the_vectors_file_that_training_did_not_meet_are_known()
    {
        string file = Vectors("neverseen", "alsonew");
        using TextCnnTransformer whole = Train(
            Small(options => (options.Variant, options.VectorsFile) = (TextCnnVariant.NonStatic, file)));
        Assert.Contains("neverseen", whole.VocabularyWords);
        using TextCnnTransformer one = Train(Small(options =>
            (options.Variant, options.VectorsFile, options.MaxNewWords) = (TextCnnVariant.NonStatic, file, 1)));
        Assert.Contains("neverseen", one.VocabularyWords);
        Assert.DoesNotContain("alsonew", one.VocabularyWords);
    }

    [Fact]
    public void Texts_without_any_word_are_an_error()
    {
        IDataView data = SineWaves.View(_context,
            SineWaves.Make(12, 30).Select(
                row => new SeriesRow { Series = row.Series, Label = row.Label, Text = " ... " }), 30);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Keyed(_context, Small()).Fit(data));
        Assert.StartsWith("Column 'Text' has no word in any of", error.Message);
    }

    [Fact]
    public void A_vectors_file_without_any_word_of_the_texts_is_a_warning()
    {
        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.RawMessage);
        string file = Path.Combine(_folder, "other.txt");
        File.WriteAllText(file, "zebra 1 2 3\n");
        Train(Small(options => (options.Variant, options.VectorsFile) = (TextCnnVariant.Static, file))).Dispose();
        Assert.Contains(warnings,
            warning => warning.Contains("No word of the training texts has a vector", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Variant is Static, which needs word vectors from a file. Set VectorsFile")]
    public void Options_that_contradict_each_other_are_refused(string message)
        => Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers
            .TextCnn(new TextCnnTrainer.Options { Variant = TextCnnVariant.Static })).Message);

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        foreach (Action<TextCnnTrainer.Options> change in new Action<TextCnnTrainer.Options>[]
        {
            options => options.WindowSizes = [], options => options.WindowSizes = [0], options => options.Dropout = 1,
            options => options.MaxRowNorm = double.NaN, options => options.NumberOfFilters = 0,
            options => options.MaxLength = 0, options => options.NumberOfEpochs = 0,
            options => options.LearningRate = 0, options => options.LabelSmoothing = 1,
            options => options.ValidationFraction = -0.1,
            options => options.Variant = (TextCnnVariant)9,
        })
        {
            Assert.ThrowsAny<ArgumentException>(
                () => _context.MulticlassClassification.Trainers.TextCnn(Small(change)));
        }
    }

    private TextCnnTransformer Train(TextCnnTrainer.Options options)
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(24, 30), 30);
        return _context.MulticlassClassification.Trainers.TextCnn(options)
            .Fit(_context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(data).Transform(data));
    }

    private string Vectors(params string[] more)
    {
        string file = Path.Combine(_folder, "vectors.txt");
        var random = new Random(1);
        var lines = new StringBuilder();
        foreach (string word in more.Concat(["class0", "class1", "class2"])
            .Concat(Enumerable.Range(0, 40).Select(i => $"word{i}")))
        {
            IEnumerable<string> vector = Enumerable.Range(0, 8)
                .Select(_ => (random.NextDouble() - 0.5).ToString("F4", CultureInfo.InvariantCulture));
            lines.Append(CultureInfo.InvariantCulture, $"{word} {string.Join(' ', vector)}\n");
        }

        File.WriteAllText(file, lines.ToString());
        return file;
    }

    private static TextCnnTrainer.Options Small(Action<TextCnnTrainer.Options>? change = null)
    {
        var options = new TextCnnTrainer.Options
        {
            LabelColumnName = "LabelKey",
            NumberOfEpochs = 3,
            Dimension = 8,
            NumberOfFilters = 8,
            WindowSizes = [2, 3],
            BatchSize = 8,
            Seed = 1,
        };
        change?.Invoke(options);
        return options;
    }

    private static EstimatorChain<TextCnnTransformer> Keyed(MLContext context, TextCnnTrainer.Options options)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.TextCnn(options));
}
