using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained network over series, or an ensemble of them: it adds <c>Score</c> and, for classification,
/// <c>PredictedLabel</c>.
/// </summary>
public sealed class SeriesNetworkTransformer
    : SequenceTransformer, ISeriesGradient, ISavedComponent<SeriesNetworkTransformer>
{
    internal static readonly SavedFormat Identity = FormatOf("SeqConvSeriesNetwork", "SCSERNET");

    private readonly SeriesPreparation _preparation;
    private readonly SeriesNetworkSettings _settings;
    private readonly NetworkEnsemble _networks;

    internal SeriesNetworkTransformer(
        IHostEnvironment env, string inputColumnName, LabelValues? classes, SeriesPreparation preparation,
        SeriesNetworkSettings settings, NetworkEnsemble networks)
        : base(env, Identity, inputColumnName, classes)
    {
        if (preparation.Shape.Channels != settings.Channels || settings.Outputs != (classes?.Names.Length ?? 1)
            || classes is null == networks.Scale is null)
            throw new FormatException("The network has other channels or outputs than its columns.");
        _preparation = preparation;
        _settings = settings;
        _networks = networks;
    }

    /// <summary>How each network was trained.</summary>
    public IReadOnlyList<TrainingHistory> Histories => _networks.Histories;

    /// <summary>Trainable weights of one network.</summary>
    public long NumberOfParameters => _networks.Networks[0].CountParameters();

    static SavedFormat ISavedComponent<SeriesNetworkTransformer>.Identity => Identity;

    internal NetworkEnsemble Networks => _networks;

    internal SeriesPreparation Preparation => _preparation;

    SeriesPreparation ISeriesGradient.Preparation => _preparation;

    /// <inheritdoc/>
    public override void Dispose() => _networks.Dispose();

    SeriesGradient ISeriesGradient.Differentiate(ReadOnlyMemory<float> series, Func<double[], double[], int> choose)
        => _networks.Differentiate(
            device => SeriesBatches.Stack([series], _preparation.Shape.Channels, device), choose);

    private protected override void CheckInput(DataViewSchema.Column column)
        => _preparation.CheckColumn(column.Name, column.Type);

    private protected override SeriesPreparation SeriesPreparation => _preparation;

    private protected override string WriteScores(GraphWriter graph, string input, int? length)
        => _networks.WriteScores(graph, input);

    private protected override SequenceRows OpenRows(DataViewRow source, int capacity)
        => new Rows(this, source, capacity);

    // *** Binary format ***
    // the preparation, see SeriesPreparation; the network and its sizes, see SeriesNetworkSettings; the networks, see
    // NetworkEnsemble
    private protected override void WriteNetworks(BinaryWriter writer)
    {
        _preparation.Write(writer);
        _settings.Write(writer);
        _networks.Write(writer);
    }

    static SeriesNetworkTransformer ISavedComponent<SeriesNetworkTransformer>.Read(SavedSection section)
    {
        (string inputColumnName, LabelValues? classes) = ReadHead(section);
        BinaryReader reader = section.Reader;
        SeriesPreparation preparation = SeriesPreparation.Read(reader);
        SeriesNetworkSettings settings = SeriesNetworkSettings.Read(reader);
        return new(section.Environment, inputColumnName, classes, preparation, settings,
            NetworkEnsemble.Read(reader, settings.Make, ScoringDevice.Of(section.Environment)));
    }

    private sealed class Rows : SequenceRows
    {
        private readonly SeriesNetworkTransformer _parent;
        private readonly ValueGetter<VBuffer<float>> _get;
        private readonly SeriesReader _reader;
        private readonly float[][] _buffers;
        private readonly ReadOnlyMemory<float>[] _series;
        private VBuffer<float> _source;

        public Rows(SeriesNetworkTransformer parent, DataViewRow source, int capacity)
        {
            _parent = parent;
            DataViewSchema.Column column = source.Schema[parent.InputColumnName];
            _get = source.GetGetter<VBuffer<float>>(column);
            _reader = new SeriesReader(column.Name, parent._preparation, source.GetIdGetter());
            _buffers = new float[capacity][];
            Array.Fill(_buffers, []);
            _series = new ReadOnlyMemory<float>[capacity];
        }

        public override void Read(int slot)
        {
            _get(ref _source);
            _series[slot] = _reader.Read(_source, ref _buffers[slot]);
        }

        public override void Score(ReadOnlySpan<int> slots, float[][] scores)
        {
            var chosen = new ReadOnlyMemory<float>[slots.Length];
            for (int i = 0; i < chosen.Length; i++)
                chosen[i] = _series[slots[i]];
            _parent._networks.Score(
                device => SeriesBatches.Stack(chosen, _parent._preparation.Shape.Channels, device), slots, scores);
        }
    }
}
