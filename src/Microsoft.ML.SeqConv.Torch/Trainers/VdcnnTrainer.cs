using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Very deep convolutional networks over the characters of texts (Conneau, Schwenk, Barrault and LeCun 2017,
/// arXiv:1606.01781).
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No |
/// | Is caching required? | No: the rows are read once and held in memory |
/// | Input label column data type | key |
/// | Input text column data type | Text |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// | Exportable to ONNX | Yes, from the numbers of characters on |
/// </para>
/// <para>
/// Texts are cut at <see cref="Options.MaxLength"/> characters and padded to it, as in the paper, so that a text has
/// the same score alone and in any batch. Characters outside the
/// alphabet have a number of their own; an empty text is padding alone.
/// </para>
/// </remarks>
public sealed class VdcnnTrainer : SequenceTrainer<VdcnnTransformer>
{
    /// <summary>The alphabet of the paper: letters, digits and signs, and the space.</summary>
    internal const string PaperAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:'\"/|_#$%^&*~`+=<>()[]{} ";

    private readonly Options _options;

    internal VdcnnTrainer(IHostEnvironment env, Options options)
        : base(env, "Vdcnn", classification: true, options.Columns)
        => _options = (Options)options.CheckedCopy();

    private protected override void CheckInput(SchemaShape.Column column)
    {
        if (column.ItemType != TextDataViewType.Instance || column.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw SchemaColumns.WrongType(column, "Vdcnn needs Text, whose characters it reads.");
        }
    }

    private protected override VdcnnTransformer Train(SequenceFit fit)
    {
        var alphabet = new CharacterAlphabet(_options.Alphabet, _options.Lowercase);
        int length = _options.MaxLength;
        var training = new LabelledTraining<int[]>(
            fit, _options, (uint?)_options.Seed ?? DrawnSeed, classification: true,
            (row, column) => VdcnnTransformer.OpenTexts(row, column, alphabet, length));
        if (training.Train.Sequences.All(ids => ids.All(id => id <= CharacterAlphabet.UnknownId)))
        {
            throw new InvalidOperationException($"Column '{_options.TextColumnName}' has no character of the alphabet "
                + $"in any of {training.Train.Count} rows; there is nothing to learn from. "
                + "Check the column, or set Alphabet to the characters of its language.");
        }

        VdcnnSettings settings = _options.Settings(alphabet.Count, training.Outputs);
        NetworkEnsemble networks = training.Run(
            1, device => new VdcnnNetwork(settings, device), (network, generator) =>
                ((VdcnnNetwork)network).Initialize(generator), network => new Sgd(network, _options.Momentum),
            (texts, labels, weights) => new TokenExamples(texts, labels, weights));
        return new VdcnnTransformer(fit.Environment, _options.TextColumnName, training.Classes,
            alphabet, settings, networks);
    }

    /// <summary>
    /// Options of <see cref="VdcnnTrainer"/>; defaults are the paper's, but for the depth, which is its least.
    /// </summary>
    public sealed class Options : NetworkOptions
    {
        /// <summary>
        /// Makes the defaults: 15 epochs of batches of 128, by gradient descent with momentum 0.9 at 0.01, halved when
        /// the loss has not fallen for two epochs.
        /// </summary>
        public Options()
        {
            NumberOfEpochs = 15;
            BatchSize = 128;
            LearningRate = 0.01;
            Schedule = LearningRateSchedule.ReduceOnPlateau(patience: 2);
        }

        /// <summary>Passes over the training rows, from 1. Default 15.</summary>
        [Range(3, 100, init: 15, logBase: true)]
        public override int NumberOfEpochs { get; set; }

        /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before. Default 128.</summary>
        [Range(32, 256, init: 128, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>The learning rate of the first epoch, positive. Default 0.01.</summary>
        [Range(1e-3, 1e-1, init: 0.01, logBase: true)]
        public override double LearningRate { get; set; }

        /// <summary>The column of texts.</summary>
        public string TextColumnName { get; set; } = "Text";

        /// <summary>Convolutions: 9 (default), 17, 29 or 49.</summary>
        [Choice(9, 17, 29, 49)]
        public int Depth { get; set; } = 9;

        /// <summary>
        /// How the length is halved between levels. Default <see cref="VdcnnDownsampling.MaxPooling"/>.
        /// </summary>
        [Choice(VdcnnDownsampling.MaxPooling, VdcnnDownsampling.Stride, VdcnnDownsampling.KMaxPooling)]
        public VdcnnDownsampling Downsampling { get; set; }

        /// <summary>
        /// Whether blocks have residual connections. Default false; the paper finds that they help at a depth of 49.
        /// </summary>
        [BooleanChoice(false)]
        public bool UseShortcuts { get; set; }

        /// <summary>
        /// Characters of a text that are read, 64 to 100,000. Default 1,014. Time and memory are in proportion to it:
        /// set it to what most texts have.
        /// </summary>
        public int MaxLength { get; set; } = 1014;

        /// <summary>
        /// Characters that the network distinguishes, each once. Default: the 67 of the paper.
        /// </summary>
        public string Alphabet { get; set; } = PaperAlphabet;

        /// <summary>Whether texts are made lower case first. Default true.</summary>
        public bool Lowercase { get; set; } = true;

        /// <summary>Units of each of the two hidden fully connected layers, 1 to 65,536. Default 2,048.</summary>
        [Range(256, 2048, init: 2048, logBase: true)]
        public int NumberOfUnits { get; set; } = 2048;

        /// <summary>
        /// The fraction of features that is dropped before each fully connected layer, 0 (default, as
        /// the paper) to below
        /// 1. Some thousands of texts need it; the paper has 120,000 and more.
        /// </summary>
        [Range(0.0, 0.6, init: 0.0)]
        public double Dropout { get; set; }

        /// <summary>The fraction of a step that the next step repeats, 0 to below 1. Default 0.9.</summary>
        [Range(0.0, 0.99, init: 0.9)]
        public double Momentum { get; set; } = 0.9;

        /// <summary>
        /// How convolutions are made. <see cref="CountParameters"/> gives the weights that this saves.
        /// </summary>
        [Choice(ConvolutionKind.Full, ConvolutionKind.DepthwiseSeparable)]
        public ConvolutionKind Convolution { get; set; }

        internal override string InputColumnName => TextColumnName;

        /// <summary>Trainable weights of the network of these options, without training one.</summary>
        /// <param name="numberOfClasses">Classes, at least 1.</param>
        /// <exception cref="ArgumentException">An option or the number of classes is out of its range.</exception>
        public long CountParameters(int numberOfClasses)
        {
            Guard.AtLeast(numberOfClasses, 1);
            Validate();
            TorchLibrary.EnsureLoaded();
            VdcnnSettings settings = Settings(new CharacterAlphabet(Alphabet, Lowercase).Count, numberOfClasses);
            using SequenceNetwork network = GlobalGenerator.Preserve(
                () => new VdcnnNetwork(settings, TorchSharp.torch.META));
            return network.CountParameters();
        }

        internal VdcnnSettings Settings(int characters, int outputs) => new(
            characters, outputs, Depth, MaxLength, Downsampling, UseShortcuts, NumberOfUnits, Convolution, Dropout);

        private protected override void Validate()
        {
            base.Validate();
            ArgumentException.ThrowIfNullOrEmpty(TextColumnName);
            ArgumentNullException.ThrowIfNull(Alphabet);
            _ = new CharacterAlphabet(Alphabet, Lowercase);
            Settings(1, 1).Check();
            Guard.Fraction(Momentum);
        }
    }
}
