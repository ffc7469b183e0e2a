using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// TextCnn (Kim 2014, Convolutional Neural Networks for Sentence Classification, arXiv:1408.5882), with
/// its four variants.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No |
/// | Is caching required? | No: the rows are read once and held in memory |
/// | Input label column data type | key |
/// | Input text column data type | Text, or a vector of keys as TokenizeIntoWords and MapValueToKey make it |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Padding and words that training did not meet have ids of their own. An empty text scores as a sentence without
/// words. Text is cut at <see cref="Options.MaxLength"/> words.
/// Deviation: the vocabulary is that of the training rows and of the vectors file, where the paper's code takes in
/// the test sentences.
/// </para>
/// </remarks>
public sealed class TextCnnTrainer : SequenceTrainer<TextCnnTransformer>
{
    private readonly Options _options;

    internal TextCnnTrainer(IHostEnvironment env, Options options)
        : base(env, "TextCnn", classification: true, options.Columns)
        => _options = (Options)options.CheckedCopy();

    private protected override void CheckInput(SchemaShape.Column column)
    {
        bool text = column.ItemType == TextDataViewType.Instance && column.Kind == SchemaShape.Column.VectorKind.Scalar;
        bool keys = column.IsKey && column.ItemType.RawType == typeof(uint)
            && column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (!text && !keys)
        {
            throw SchemaColumns.WrongType(column,
                "TextCnn needs Text, or a vector of keys as mlContext.Transforms.Text.TokenizeIntoWords and "
                + "mlContext.Transforms.Conversion.MapValueToKey make it.");
        }
    }

    private protected override TextCnnTransformer Train(SequenceFit fit)
    {
        TextTokenization? tokenization = fit.InputColumn.Type is TextDataViewType ? _options.Tokenization : null;
        var training = new LabelledTraining<IReadOnlyList<string>>(
            fit, _options, (uint?)_options.Seed ?? DrawnSeed, classification: true,
            (row, column) => WordReader.Open(row, column, tokenization, _options.MaxLength));
        if (training.Train.Sequences.All(words => words.Count == 0))
            throw new InvalidOperationException(
                $"Column '{_options.TextColumnName}' has no word in any of {training.Train.Count} rows; "
                + "there is nothing to learn from. Check the column, or Tokenization.");

        Vocabulary vocabulary = tokenization is null
            ? Vocabulary.Of(WordReader.NamesOfKeys(fit.InputColumn))
            : Vocabulary.Learn(training.Train.Sequences, _options.MinCount);
        PretrainedVectors? vectors = _options.VectorsFile is string file
            ? PretrainedVectors.Read(file, vocabulary, tokenization is null ? 0 : _options.MaxNewWords, fit.Monitor)
            : null;
        TextCnnSettings settings = _options.Settings(
            vocabulary.Count, vectors?.Dimension ?? _options.Dimension, training.Outputs);
        string found = vectors is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $", {vectors.Found:N0} words of the training texts have a vector in {_options.VectorsFile}");
        fit.Inform(string.Create(CultureInfo.InvariantCulture,
            $"TextCnn: {vocabulary.Count - TextCnnNetwork.FirstWordId:N0} words{found}."));
        if (vectors is { Found: 0 })
            fit.Warn($"No word of the training texts has a vector in '{_options.VectorsFile}'; "
                + "all vectors are drawn at random. Check the file's language, and Tokenization (lowercase).");

        NetworkEnsemble networks = training.Run(
            1, device => new TextCnnNetwork(settings, device), (network, generator) =>
                ((TextCnnNetwork)network).Initialize(generator, vectors?.Values), network => new Adadelta(network),
            (sentences, labels, weights) => new TokenExamples(
                [.. sentences.Select(words => words.Select(vocabulary.IdOf).ToArray())], labels, weights));
        return new TextCnnTransformer(
            fit.Environment, _options.TextColumnName, training.Classes, tokenization, vocabulary, _options.MaxLength,
            settings, networks);
    }

    /// <summary>Options of <see cref="TextCnnTrainer"/>; defaults are the paper's.</summary>
    public sealed class Options : NetworkOptions
    {
        /// <summary>
        /// Makes the defaults: 25 epochs of batches of 50 by Adadelta; a tenth of the rows chooses the best
        /// epoch, by accuracy.
        /// </summary>
        public Options()
        {
            NumberOfEpochs = 25;
            BatchSize = 50;
            LearningRate = 1;
            ValidationFraction = 0.1;
            BestBy = BestEpoch.Metric;
        }

        /// <summary>Passes over the training rows, from 1. Default 25.</summary>
        [Range(5, 100, init: 25, logBase: true)]
        public override int NumberOfEpochs { get; set; }

        /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before. Default 50.</summary>
        [Range(16, 128, init: 50, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>The learning rate of Adadelta, positive. Default 1.0.</summary>
        [Range(0.1, 2.0, init: 1.0, logBase: true)]
        public override double LearningRate { get; set; }

        /// <summary>The column of texts, or of vectors of keys.</summary>
        public string TextColumnName { get; set; } = "Text";

        /// <summary>
        /// Which word vectors are trained. Default <see cref="TextCnnVariant.Rand"/>; the others need
        /// <see cref="VectorsFile"/>.
        /// </summary>
        public TextCnnVariant Variant { get; set; } = TextCnnVariant.Rand;

        /// <summary>
        /// A file of word vectors: word2vec's binary format (named .bin), or text: GloVe's, or fastText's. Words that
        /// it lacks get vectors drawn from U(-0.25, 0.25).
        /// </summary>
        public string? VectorsFile { get; set; }

        /// <summary>
        /// The most words of the vectors file that are kept though the training rows do not have them, so that they are
        /// known in scoring; 0 or more. Default 100,000.
        /// </summary>
        public int MaxNewWords { get; set; } = 100_000;

        /// <summary>Numbers of a word vector, 1 to 100,000; the file's where there is one. Default 300.</summary>
        [Range(50, 300, init: 300)]
        public int Dimension { get; set; } = 300;

        /// <summary>
        /// Words that a filter sees, one entry for each group of filters, each 1 to 1,000. Default 3, 4, 5.
        /// </summary>
        public int[] WindowSizes { get; set; } = [3, 4, 5];

        /// <summary>Filters for each window, 1 to 65,536. Default 100.</summary>
        [Range(50, 600, init: 100, logBase: true)]
        public int NumberOfFilters { get; set; } = 100;

        /// <summary>
        /// The fraction of features that is dropped before the last layer, 0 to below 1. Default 0.5.
        /// </summary>
        [Range(0.0, 0.7, init: 0.5)]
        public double Dropout { get; set; } = 0.5;

        /// <summary>The most that a class's weights in the last layer may measure; 0 for no limit. Default 3.</summary>
        public double MaxRowNorm { get; set; } = 3;

        /// <summary>How convolutions are made. The training log reports the number of weights.</summary>
        [Choice(ConvolutionKind.Full, ConvolutionKind.DepthwiseSeparable)]
        public ConvolutionKind Convolution { get; set; }

        /// <summary>
        /// How text becomes words. Default: the paper's rule, in small letters. Not used for vectors of keys.
        /// </summary>
        public TextTokenization Tokenization { get; set; } = TextTokenization.Words();

        /// <summary>Words that are met less often in the training rows are unknown; from 1, the default.</summary>
        public int MinCount { get; set; } = 1;

        /// <summary>Words of a text that are read, 1 to 100,000; the rest is cut. Default 1,000.</summary>
        public int MaxLength { get; set; } = 1000;

        internal override string InputColumnName => TextColumnName;

        internal TextCnnSettings Settings(int words, int dimension, int outputs)
            => new(words, dimension, outputs, WindowSizes, NumberOfFilters, Variant, Dropout, MaxRowNorm, Convolution);

        private protected override void Validate()
        {
            base.Validate();
            ArgumentException.ThrowIfNullOrEmpty(TextColumnName);
            ArgumentNullException.ThrowIfNull(Tokenization);
            ArgumentNullException.ThrowIfNull(WindowSizes);
            Settings(1, Dimension, 1).Check();
            if (Variant != TextCnnVariant.Rand && VectorsFile is null)
                throw new ArgumentException($"Variant is {Variant}, which needs word vectors from a file. "
                    + "Set VectorsFile, or Variant to Rand.", nameof(VectorsFile));
            if (Variant == TextCnnVariant.Rand && VectorsFile is not null)
                throw new ArgumentException("Variant is Rand, which draws word vectors, but VectorsFile is set. "
                    + "Set Variant to NonStatic, Static or Multichannel, or leave VectorsFile unset.",
                    nameof(VectorsFile));
            Guard.Within(MaxNewWords, 0, Vocabulary.MaxWords);
            Guard.AtLeast(MinCount, 1);
            Guard.Within(MaxLength, 1, TextCnnSettings.LongestText);
        }
    }
}
