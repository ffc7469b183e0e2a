using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained TextCnn: it adds <c>Score</c> and <c>PredictedLabel</c>. Made by <see cref="TextCnnTrainer"/>.
/// </summary>
public sealed class TextCnnTransformer : SequenceTransformer, ISavedComponent<TextCnnTransformer>
{
    internal static readonly SavedFormat Identity = FormatOf("SeqConvTextCnn", "SCTXTCNN");

    private readonly TextTokenization? _tokenization;
    private readonly Vocabulary _vocabulary;
    private readonly int _maxLength;
    private readonly TextCnnSettings _settings;
    private readonly NetworkEnsemble _networks;

    internal TextCnnTransformer(
        IHostEnvironment env, string inputColumnName, LabelValues? classes, TextTokenization? tokenization,
        Vocabulary vocabulary, int maxLength,
        TextCnnSettings settings, NetworkEnsemble networks)
        : base(env, Identity, inputColumnName, classes)
    {
        if (settings.Words != vocabulary.Count || settings.Outputs != classes?.Names.Length)
            throw new FormatException("The network has other words or classes than its columns.");
        _tokenization = tokenization;
        _vocabulary = vocabulary;
        _maxLength = maxLength;
        _settings = settings;
        _networks = networks;
    }

    /// <summary>How the network was trained.</summary>
    public TrainingHistory History => _networks.Histories[0];

    /// <summary>Trainable weights.</summary>
    public long NumberOfParameters => _networks.Networks[0].CountParameters();

    /// <summary>
    /// The words that the network knows, in the order of their ids; the first has the id 2, after padding and unknown.
    /// </summary>
    internal IReadOnlyList<string> VocabularyWords => _vocabulary.Words;

    static SavedFormat ISavedComponent<TextCnnTransformer>.Identity => Identity;

    internal NetworkEnsemble Networks => _networks;

    internal TextCnnSettings Settings => _settings;

    /// <inheritdoc/>
    public override void Dispose() => _networks.Dispose();

    private protected override void CheckInput(DataViewSchema.Column column)
    {
        bool right = _tokenization is not null
            ? column.Type is TextDataViewType
            : column.Type is VectorDataViewType { ItemType: KeyDataViewType keys } && keys.RawType == typeof(uint);
        if (!right)
        {
            throw SchemaColumns.Refused(column.Name, $"is {column.Type}; the model was trained on "
                + (_tokenization is not null
                    ? "Text. Give it a column of texts."
                    : "a vector of keys. Give it the words by the same transforms."));
        }
    }

    private protected override IReadOnlyList<string> TokenWords => _vocabulary.Words;

    private protected override int FirstTokenId => TextCnnNetwork.FirstWordId;

    private protected override string WriteScores(GraphWriter graph, string input, int? length)
        => _networks.WriteScores(graph, input);

    private protected override SequenceRows OpenRows(DataViewRow source, int capacity)
        => new Rows(this, source, capacity);

    // *** Binary format ***
    // bool: whether text is split; if so how, see TextTokenization
    // the vocabulary, see Vocabulary; int: maximum length
    // int: dimension, outputs; int[]: windows; int: maps; byte: variant; double: dropout, row norm; byte:
    //   kind of convolution
    // the network, see NetworkEnsemble
    private protected override void WriteNetworks(BinaryWriter writer)
    {
        writer.Write(_tokenization is not null);
        _tokenization?.Write(writer);
        _vocabulary.Write(writer);
        writer.Write(_maxLength);
        writer.Write(_settings.Dimension);
        writer.Write(_settings.Outputs);
        writer.WriteArray<int>(_settings.WindowSizes);
        writer.Write(_settings.Maps);
        writer.Write((byte)_settings.Variant);
        writer.Write(_settings.Dropout);
        writer.Write(_settings.MaxRowNorm);
        writer.Write((byte)_settings.Convolution);
        _networks.Write(writer);
    }

    static TextCnnTransformer ISavedComponent<TextCnnTransformer>.Read(SavedSection section)
    {
        (string inputColumnName, LabelValues? classes) = ReadHead(section);
        BinaryReader reader = section.Reader;
        TextTokenization? tokenization = reader.ReadBoolean() ? TextTokenization.Read(reader) : null;
        Vocabulary vocabulary = Vocabulary.Read(reader);
        int maxLength = reader.ReadInt32();
        var settings = new TextCnnSettings(
            vocabulary.Count, reader.ReadInt32(), reader.ReadInt32(), reader.ReadArray<int>(), reader.ReadInt32(),
            (TextCnnVariant)reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble(),
            (ConvolutionKind)reader.ReadByte());
        Guard.Within(maxLength, 1, TextCnnSettings.LongestText, "MaxLength");
        settings.Check();
        NetworkEnsemble networks = NetworkEnsemble.Read(reader, device => new TextCnnNetwork(settings, device),
            ScoringDevice.Of(section.Environment));
        return new(section.Environment, inputColumnName, classes, tokenization, vocabulary,
            maxLength, settings, networks);
    }

    private sealed class Rows : SequenceRows
    {
        private readonly TextCnnTransformer _parent;
        private readonly Func<IReadOnlyList<string>> _read;
        private readonly int[][] _sentences;

        public Rows(TextCnnTransformer parent, DataViewRow source, int capacity)
        {
            _parent = parent;
            _read = WordReader.Open(
                source, source.Schema[parent.InputColumnName], parent._tokenization, parent._maxLength);
            _sentences = new int[capacity][];
        }

        public override void Read(int slot) => _sentences[slot] = [.. _read().Select(_parent._vocabulary.IdOf)];

        public override void Score(ReadOnlySpan<int> slots, float[][] scores)
        {
            var chosen = new ReadOnlyMemory<int>[slots.Length];
            for (int i = 0; i < chosen.Length; i++)
                chosen[i] = _sentences[slots[i]];
            _parent._networks.Score(device => TokenBatches.Stack(chosen, device), slots, scores);
        }
    }
}
