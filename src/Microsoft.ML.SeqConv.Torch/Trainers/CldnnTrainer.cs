using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// CLDNN: convolutional, long short-term memory, fully connected deep neural networks (Sainath, Vinyals, Senior and Sak
/// 2015, ICASSP), for recordings. Each of the three parts can be left out, so that DNN, CNN, LSTM, CNN+LSTM, LSTM+DNN
/// and CLDNN are options of one trainer.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: each band is standardised by the training frames |
/// | Is caching required? | No: the rows are read once and held in memory |
/// | Input label column data type | key |
/// | Input audio column data type | vector of Single of known or unknown size: samples, one channel,
/// full scale -1 to 1 |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// | Exportable to ONNX | Yes, from raw samples on |
/// </para>
/// <para>
/// Clips of unequal lengths are padded at the end and masked: a clip has the same score alone and in any batch.
/// Deviations: a clip has one label, predicted from the mean over its frames, where the paper labels frames; LSTM
/// layers have no recurrent projection; parts are smaller by default (the paper: 256 maps, two LSTM layers of 832
/// cells, 1,024 units).
/// </para>
/// </remarks>
public sealed class CldnnTrainer : SequenceTrainer<CldnnTransformer>
{
    private readonly Options _options;

    internal CldnnTrainer(IHostEnvironment env, Options options)
        : base(env, "Cldnn", classification: true, options.Columns)
    {
        _options = (Options)options.CheckedCopy();
        _options.FrontEnd = _options.FrontEnd.Copy();
        _options.Augmentation = _options.Augmentation?.CheckedCopy();
    }

    private protected override void CheckInput(SchemaShape.Column column)
    {
        if (!column.IsVectorOfSingle())
        {
            throw SchemaColumns.WrongType(column,
                "a recording must be a vector of Single. Read files with mlContext.Data.LoadFromAudioFolder or "
                + "mlContext.Transforms.LoadAudio.");
        }
    }

    private protected override CldnnTransformer Train(SequenceFit fit)
    {
        MelSettings frontEnd = _options.FrontEnd.ToSettings(_options.FrontEnd.RateOf(fit.InputColumn));
        Recordings.Check(fit.InputColumn, frontEnd.SampleRate);
        var mel = new MelSpectrogram(frontEnd);
        var training = new LabelledTraining<float[]>(
            fit, _options, (uint?)_options.Seed ?? DrawnSeed, classification: true, OpenClips);
        CldnnSettings settings = _options.Settings(mel.NumberOfChannels, training.Outputs);
        (float[] mean, float[] deviation) = new ClipExamples(training.Train.Sequences, mel, null, [], []).Statistics();
        NetworkEnsemble networks = training.Run(
            1, device => new CldnnNetwork(settings, device), (network, generator) =>
                ((CldnnNetwork)network).Initialize(generator, mean, deviation), network => new Adam(network),
            (clips, labels, weights) => new ClipExamples(clips, mel,
                clips == training.Train.Sequences ? _options.Augmentation : null, labels, weights));
        return new CldnnTransformer(fit.Environment, _options.AudioColumnName,
            training.Classes, mel, settings, networks);
    }

    private static Func<float[]> OpenClips(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(column);
        var reader = new SeriesReader(column.Name, Recordings.Preparation(column), row.GetIdGetter());
        VBuffer<float> source = default;
        return () =>
        {
            get(ref source);
            return reader.Read(source).ToArray();
        };
    }

    /// <summary>Options of <see cref="CldnnTrainer"/>.</summary>
    public sealed class Options : NetworkOptions
    {
        /// <summary>
        /// Makes the defaults: 40 epochs of batches of 32 by Adam at 1e-3, halved when the loss has not fallen for five
        /// epochs; gradients are clipped at 5.
        /// </summary>
        public Options()
        {
            NumberOfEpochs = 40;
            BatchSize = 32;
            LearningRate = 1e-3;
            ClipNorm = 5;
            Schedule = LearningRateSchedule.ReduceOnPlateau(patience: 5);
        }

        /// <summary>Passes over the training rows, from 1. Default 40.</summary>
        [Range(10, 200, init: 40, logBase: true)]
        public override int NumberOfEpochs { get; set; }

        /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before. Default 32.</summary>
        [Range(8, 128, init: 32, logBase: true)]
        public override int BatchSize { get; set; }

        /// <summary>The column of recordings.</summary>
        public string AudioColumnName { get; set; } = "Audio";

        /// <summary>How recordings become spectrograms. Default: 40 bands, natural logarithm.</summary>
        public MelOptions FrontEnd { get; set; } = new() { Logarithm = MelLogarithm.Natural };

        /// <summary>How clips are changed at random in training; <see langword="null"/> (default): not.</summary>
        public AudioAugmentation? Augmentation { get; set; }

        /// <summary>Whether there are convolutions. Default true.</summary>
        public bool UseConvolution { get; set; } = true;

        /// <summary>Whether there are LSTM layers. Default true.</summary>
        public bool UseLstm { get; set; } = true;

        /// <summary>Whether there are fully connected layers. Default true.</summary>
        public bool UseDense { get; set; } = true;

        /// <summary>Filters of each of the two convolutions, 1 to 4,096. Default 32.</summary>
        [Range(16, 256, init: 32, logBase: true)]
        public int NumberOfFilters { get; set; } = 32;

        /// <summary>Features of a frame after the convolutions, 1 to 65,536. Default 128.</summary>
        [Range(32, 256, init: 128, logBase: true)]
        public int NumberOfReducedFeatures { get; set; } = 128;

        /// <summary>LSTM layers, 1 to 100. Default 2.</summary>
        [Range(1, 3, init: 2)]
        public int NumberOfLstmLayers { get; set; } = 2;

        /// <summary>Cells of each, 1 to 65,536. Default 128.</summary>
        [Range(64, 832, init: 128, logBase: true)]
        public int NumberOfLstmCells { get; set; } = 128;

        /// <summary>Fully connected layers, 1 to 100. Default 1.</summary>
        [Range(1, 3, init: 1)]
        public int NumberOfDenseLayers { get; set; } = 1;

        /// <summary>Units of each, 1 to 65,536. Default 256.</summary>
        [Range(128, 1024, init: 256, logBase: true)]
        public int NumberOfDenseUnits { get; set; } = 256;

        /// <summary>
        /// Frames on either side that fully connected layers see where they stand alone, 0 to 1,000. Default 5.
        /// </summary>
        public int ContextFrames { get; set; } = 5;

        /// <summary>The fraction of features that is dropped after each layer, 0 to below 1. Default 0.2.</summary>
        [Range(0.0, 0.6, init: 0.2)]
        public double Dropout { get; set; } = 0.2;

        internal override string InputColumnName => AudioColumnName;

        internal CldnnSettings Settings(int bands, int outputs) => new(
            bands, outputs, UseConvolution ? NumberOfFilters : 0, NumberOfReducedFeatures,
            UseLstm ? NumberOfLstmLayers : 0, NumberOfLstmCells,
            UseDense ? NumberOfDenseLayers : 0, NumberOfDenseUnits, ContextFrames, Dropout);

        private protected override void Validate()
        {
            base.Validate();
            ArgumentException.ThrowIfNullOrEmpty(AudioColumnName);
            ArgumentNullException.ThrowIfNull(FrontEnd);
            if (!UseConvolution && !UseLstm && !UseDense)
                throw new ArgumentException("UseConvolution, UseLstm and UseDense are all false; "
                    + "a network needs at least one of its parts.", nameof(UseConvolution));
            if (UseConvolution)
                Guard.AtLeast(NumberOfFilters, 1);
            if (UseLstm)
                Guard.AtLeast(NumberOfLstmLayers, 1);
            if (UseDense)
                Guard.AtLeast(NumberOfDenseLayers, 1);
            Settings(1, 1).Check();
            if (FrontEnd.SampleRate is int rate)
                FrontEnd.ToSettings(rate);
        }
    }
}
