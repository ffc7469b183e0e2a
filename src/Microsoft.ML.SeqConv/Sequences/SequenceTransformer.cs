using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained model of sequences: it adds <c>Score</c> and, for classification, <c>PredictedLabel</c>. The base of this
/// library's networks. A cursor scores many rows at once; the order of rows is kept. Dispose it to free the
/// memory of its weights.
/// </summary>
public abstract class SequenceTransformer : ColumnTransformer, IDisposable
{
    // Version 2: classes of more types, see LabelValues. Version 1 is read.
    private const uint FormatVersion = 0x00010002;

    private const int ValuesPerPoint = 4096;        // about what the widest layers have

    private protected SequenceTransformer(
        IHostEnvironment env, SavedFormat format, string inputColumnName, LabelValues? classes)
        : base(env, format, DefaultColumnNames.Score, inputColumnName)
        => Classes = classes;

    /// <summary>The classes, in the order of scores; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames => Classes?.Names ?? [];

    private protected LabelValues? Classes { get; }

    /// <summary>Rows that are scored at once.</summary>
    private protected virtual int BatchRows => 64;

    /// <summary>Reads rows of a cursor, and scores them.</summary>
    private protected abstract SequenceRows OpenRows(DataViewRow source, int capacity);

    /// <summary>Writes the networks; read by <see cref="ISavedComponent{TSelf}.Read"/>.</summary>
    private protected abstract void WriteNetworks(BinaryWriter writer);

    /// <summary>
    /// What is done to series before the model sees them; <see langword="null"/> where sequences are tokens.
    /// </summary>
    private protected virtual SeriesPreparation? SeriesPreparation => null;

    /// <summary>The word of each token id from <see cref="FirstTokenId"/> on.</summary>
    private protected virtual IReadOnlyList<string> TokenWords => [];

    /// <summary>The id of the first word.</summary>
    private protected virtual int FirstTokenId => 0;

    /// <summary>Writes the model as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="input">[N, C, T], prepared series; or [N, tokens], Int64.</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, scores].</returns>
    private protected abstract string WriteScores(GraphWriter graph, string input, int? length);

    /// <summary>Frees the memory of the weights. The transformer cannot be used afterwards.</summary>
    public abstract void Dispose();

    private protected sealed override ILookAheadMapper LookAheadOver(IDataView input) => new Scores(this);

    private protected sealed override bool ReadsGraphColumn => SeriesPreparation is not null;

    /// <summary>The name and version of a network in model files.</summary>
    internal static SavedFormat FormatOf(string loaderSignature, string modelSignature)
        => new(loaderSignature, modelSignature, SectionPrefix.None, FormatVersion);

    // *** Binary format ***
    // string: the input column
    // bool: whether there are classes; if so, the classes, see LabelValues
    // the networks, see the component
    private protected sealed override void WriteModel(BinaryWriter writer)
    {
        writer.Write(InputColumnName);
        writer.Write(Classes is not null);
        Classes?.Write(writer);
        WriteNetworks(writer);
    }

    /// <summary>Reads what every network saves before its weights.</summary>
    internal static (string InputColumnName, LabelValues? Classes) ReadHead(SavedSection section)
    {
        string input = section.Reader.ReadText();
        return (input, section.Reader.ReadBoolean() ? LabelValues.Read(section.Reader) : null);
    }

    private protected sealed override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input) => ScoreColumns.Make(Classes, schema);

    // Both columns of a row are made from its scores, which are computed once.
    private protected sealed override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        SequenceRows rows = OpenRows(row, capacity: 1);
        float[][] scores = [new float[Classes?.Names.Length ?? 1]];
        long computed = -1;
        float[] Scores()
        {
            if (computed != row.Position || computed < 0)
            {
                rows.Read(0);
                rows.Score([0], scores);
                computed = row.Position;
            }

            return scores[0];
        }

        return column => ScoreColumns.Getter(Classes, column, Scores);
    }

    // ML.NET's own converter has no place for token ids.
    private protected sealed override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline)
        => SeriesPreparation is not null || wholePipeline;

    private protected sealed override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
    {
        (string sequences, int? length) = SeriesPreparation is { } preparation
            ? SeriesInput.Write(graph, input, preparation, ValuesPerPoint)
            : (TokenInput.Write(graph, input.Name, TokenWords, FirstTokenId), null);
        string scores = WriteScores(graph, sequences, length);
        graph.AddTo(graph.AddColumn(outputs[^1].Type, outputs[^1].Name), "Identity", "Network/score", [scores]);
        if (Classes is null)
            return;

        // Keys count from one.
        string index = graph.Add("ArgMax", "Network/class index", [scores], ("axis", 1L), ("keepdims", 1L));
        string key = graph.Add("Add", "Network/class key", [index, graph.Constant("Network/first key", [1L], 1)]);
        string predicted = graph.AddColumn(outputs[0].Type, outputs[0].Name);
        graph.AddTo(predicted, "Cast", "Network/predicted label", [key], ("to", typeof(uint)));
    }

    private sealed class Scores(SequenceTransformer parent) : ILookAheadMapper
    {
        public string InputColumnName => parent.InputColumnName;

        // The networks compute one batch at a time, on libtorch's threads.
        public LookAheadLimits Limits { get; } = new(sizeof(float) * (parent.Classes?.Names.Length ?? 1))
        {
            RangeRows = parent.BatchRows,
            NumberOfThreads = 1,
        };

        public IEnumerable<RowSlots> CreateSlots(
            IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity)
        {
            var computed = new ScoreSlots(outputs[0], parent.OpenRows(source, capacity), parent.Classes, capacity);
            return outputs.Skip(1).Select(output => (RowSlots)new DerivedSlots(output, computed)).Prepend(computed);
        }
    }
}

/// <summary>Rows of a cursor that a model scores together.</summary>
internal abstract class SequenceRows
{
    /// <summary>Takes the sequence of the row that the source stands on.</summary>
    /// <exception cref="InvalidOperationException">The row breaks a rule.</exception>
    public abstract void Read(int slot);

    /// <summary>Scores slots that were read, on any thread.</summary>
    /// <param name="slots">Which.</param>
    /// <param name="scores">For each slot the scores to be filled.</param>
    public abstract void Score(ReadOnlySpan<int> slots, float[][] scores);
}
