using System.Collections.Concurrent;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained CLDNN over recordings: it adds <c>Score</c> and <c>PredictedLabel</c>. Made by <see cref="CldnnTrainer"/>.
/// </summary>
public sealed class CldnnTransformer : SequenceTransformer, ISavedComponent<CldnnTransformer>
{
    internal static readonly SavedFormat Identity = FormatOf("SeqConvCldnn", "SCCLDNNN");

    private readonly MelSpectrogram _mel;
    private readonly CldnnSettings _settings;
    private readonly NetworkEnsemble _networks;

    internal CldnnTransformer(IHostEnvironment env, string inputColumnName, LabelValues? classes, MelSpectrogram mel,
        CldnnSettings settings, NetworkEnsemble networks)
        : base(env, Identity, inputColumnName, classes)
    {
        if (settings.Bands != mel.NumberOfChannels || settings.Outputs != classes?.Names.Length)
            throw new FormatException("The network has other bands or classes than its columns.");
        _mel = mel;
        _settings = settings;
        _networks = networks;
    }

    /// <summary>How the network was trained.</summary>
    public TrainingHistory History => _networks.Histories[0];

    /// <summary>Trainable weights.</summary>
    public long NumberOfParameters => _networks.Networks[0].CountParameters();

    /// <summary>How recordings become spectrograms.</summary>
    internal MelSettings FrontEnd => _mel.Settings;

    static SavedFormat ISavedComponent<CldnnTransformer>.Identity => Identity;

    // A minute of speech has some six thousand frames, and each of them a value for every band and map.
    private protected override int BatchRows => 16;

    /// <inheritdoc/>
    public override void Dispose() => _networks.Dispose();

    private protected override void CheckInput(DataViewSchema.Column column)
        => Recordings.Check(column, FrontEnd.SampleRate);

    private protected override SeriesPreparation SeriesPreparation
        => new(new SeriesShape(1, null), FrontEnd.MinGraphLength, MissingValues.Error,
            ShortSeries.Error, SeriesNormalization.None)
        {
            SampleRate = FrontEnd.SampleRate
        };

    private protected override string WriteScores(GraphWriter graph, string input, int? length)
        => _networks.WriteScores(graph, MelGraph.Write(graph, _mel, input, length));

    private protected override SequenceRows OpenRows(DataViewRow source, int capacity)
        => new Rows(this, source, capacity);

    // *** Binary format ***
    // the front end, see SavedMelSettings
    // int: bands, outputs, maps, reduction, LSTM layers, cells, dense layers, units, context; double: dropout
    // the network, see NetworkEnsemble
    private protected override void WriteNetworks(BinaryWriter writer)
    {
        SavedMelSettings.Write(writer, FrontEnd);
        foreach (int size in Sizes(_settings))
            writer.Write(size);
        writer.Write(_settings.Dropout);
        _networks.Write(writer);
    }

    static CldnnTransformer ISavedComponent<CldnnTransformer>.Read(SavedSection section)
    {
        (string inputColumnName, LabelValues? classes) = ReadHead(section);
        BinaryReader reader = section.Reader;
        var mel = new MelSpectrogram(SavedMelSettings.Read(reader));
        var settings = new CldnnSettings(
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(),
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(),
            reader.ReadDouble());
        settings.Check();
        return new(section.Environment, inputColumnName, classes, mel, settings, NetworkEnsemble.Read(reader,
            device => new CldnnNetwork(settings, device), ScoringDevice.Of(section.Environment)));
    }

    private static int[] Sizes(CldnnSettings settings) =>
    [
        settings.Bands, settings.Outputs, settings.Maps, settings.Reduction, settings.LstmLayers, settings.LstmCells,
        settings.DenseLayers, settings.DenseUnits, settings.Context,
    ];

    private sealed class Rows : SequenceRows
    {
        private readonly CldnnTransformer _parent;
        private readonly ValueGetter<VBuffer<float>> _get;
        private readonly SeriesReader _reader;
        private readonly ConcurrentBag<MelSpectrogram.Worker> _idleWorkers = [];
        private readonly float[][] _buffers;
        private readonly ReadOnlyMemory<float>[] _samples;
        private VBuffer<float> _source;

        public Rows(CldnnTransformer parent, DataViewRow source, int capacity)
        {
            _parent = parent;
            DataViewSchema.Column column = source.Schema[parent.InputColumnName];
            _get = source.GetGetter<VBuffer<float>>(column);
            _reader = new SeriesReader(column.Name, Recordings.Preparation(column), source.GetIdGetter());
            _buffers = new float[capacity][];
            Array.Fill(_buffers, []);
            _samples = new ReadOnlyMemory<float>[capacity];
        }

        public override void Read(int slot)
        {
            _get(ref _source);
            ReadOnlyMemory<float> samples = _reader.Read(_source, ref _buffers[slot]);
            _ = _parent._mel.LengthOf(samples.Length);      // a clip that is too long is an error of its row
            _samples[slot] = samples;
        }

        // Spectrograms of a batch are made on all processors, while other rows are read.
        public override void Score(ReadOnlySpan<int> slots, float[][] scores)
        {
            var spectrograms = new ReadOnlyMemory<float>[slots.Length];
            int[] batch = slots.ToArray();
            Parallel.For(0, batch.Length, i => spectrograms[i] = SpectrogramOf(_samples[batch[i]].Span));
            _parent._networks.Score(
                device => SeriesBatches.Stack(spectrograms, _parent._mel.NumberOfChannels, device), slots, scores);
        }

        private float[] SpectrogramOf(ReadOnlySpan<float> samples)
        {
            if (!_idleWorkers.TryTake(out MelSpectrogram.Worker? worker))
                worker = _parent._mel.CreateWorker();
            var spectrogram = new float[_parent._mel.LengthOf(samples.Length)];
            worker.Transform(samples, spectrogram);
            _idleWorkers.Add(worker);
            return spectrogram;
        }
    }
}
