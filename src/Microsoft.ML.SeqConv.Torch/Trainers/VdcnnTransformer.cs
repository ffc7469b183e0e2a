using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained Vdcnn: it adds <c>Score</c> and <c>PredictedLabel</c>. Made by <see cref="VdcnnTrainer"/>.
/// </summary>
public sealed class VdcnnTransformer : SequenceTransformer, ISavedComponent<VdcnnTransformer>
{
    internal static readonly SavedFormat Identity = FormatOf("SeqConvVdcnn", "SCVDCNNT");

    private readonly CharacterAlphabet _alphabet;
    private readonly VdcnnSettings _settings;
    private readonly NetworkEnsemble _networks;

    internal VdcnnTransformer(IHostEnvironment env, string inputColumnName, LabelValues? classes,
        CharacterAlphabet alphabet, VdcnnSettings settings, NetworkEnsemble networks)
        : base(env, Identity, inputColumnName, classes)
    {
        if (settings.Characters != alphabet.Count || settings.Outputs != classes?.Names.Length)
            throw new FormatException("The network has other characters or classes than its columns.");
        _alphabet = alphabet;
        _settings = settings;
        _networks = networks;
    }

    /// <summary>How the network was trained.</summary>
    public TrainingHistory History => _networks.Histories[0];

    /// <summary>Trainable weights.</summary>
    public long NumberOfParameters => _networks.Networks[0].CountParameters();

    static SavedFormat ISavedComponent<VdcnnTransformer>.Identity => Identity;

    /// <inheritdoc/>
    public override void Dispose() => _networks.Dispose();

    private protected override void CheckInput(DataViewSchema.Column column)
    {
        if (column.Type is not TextDataViewType)
            throw SchemaColumns.Refused(column.Name, $"is {column.Type}; the model was trained on Text. "
                + "Give it a column of texts.");
    }

    private protected override IReadOnlyList<string> TokenWords => _alphabet.Characters;

    private protected override int FirstTokenId => CharacterAlphabet.FirstId;

    private protected override string WriteScores(GraphWriter graph, string input, int? length)
        => _networks.WriteScores(graph, input);

    private protected override SequenceRows OpenRows(DataViewRow source, int capacity)
        => new Rows(this, source, capacity);

    internal static Func<int[]> OpenTexts(
        DataViewRow row, DataViewSchema.Column column, CharacterAlphabet alphabet, int length)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            get(ref text);
            return alphabet.Encode(text.Span, length);
        };
    }

    // *** Binary format ***
    // the alphabet, see CharacterAlphabet
    // int: outputs, depth, length; byte: downsampling; bool: shortcuts; int: units; byte: kind of
    //   convolution; double: dropout
    // the network, see NetworkEnsemble
    private protected override void WriteNetworks(BinaryWriter writer)
    {
        _alphabet.Write(writer);
        writer.Write(_settings.Outputs);
        writer.Write(_settings.Depth);
        writer.Write(_settings.Length);
        writer.Write((byte)_settings.Downsampling);
        writer.Write(_settings.Shortcuts);
        writer.Write(_settings.Units);
        writer.Write((byte)_settings.Convolution);
        writer.Write(_settings.Dropout);
        _networks.Write(writer);
    }

    static VdcnnTransformer ISavedComponent<VdcnnTransformer>.Read(SavedSection section)
    {
        (string inputColumnName, LabelValues? classes) = ReadHead(section);
        BinaryReader reader = section.Reader;
        CharacterAlphabet alphabet = CharacterAlphabet.Read(reader);
        var settings = new VdcnnSettings(
            alphabet.Count, reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(),
            (VdcnnDownsampling)reader.ReadByte(), reader.ReadBoolean(), reader.ReadInt32(),
            (ConvolutionKind)reader.ReadByte(),
            reader.ReadDouble());
        settings.Check();
        return new(section.Environment, inputColumnName, classes, alphabet, settings, NetworkEnsemble.Read(reader,
            device => new VdcnnNetwork(settings, device), ScoringDevice.Of(section.Environment)));
    }

    private sealed class Rows(VdcnnTransformer parent, DataViewRow source, int capacity) : SequenceRows
    {
        private readonly Func<int[]> _read = OpenTexts(source, source.Schema[parent.InputColumnName],
            parent._alphabet, parent._settings.Length);
        private readonly int[][] _texts = new int[capacity][];

        public override void Read(int slot) => _texts[slot] = _read();

        public override void Score(ReadOnlySpan<int> slots, float[][] scores)
        {
            var chosen = new ReadOnlyMemory<int>[slots.Length];
            for (int i = 0; i < chosen.Length; i++)
                chosen[i] = _texts[slots[i]];
            parent._networks.Score(device => TokenBatches.Stack(chosen, device), slots, scores);
        }
    }
}
