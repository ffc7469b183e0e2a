using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained model of sequences: it adds <c>Score</c> and, for classification, <c>PredictedLabel</c>. The base of this library's networks. A cursor scores many rows at
/// once; the order of rows is kept. Dispose it to free the memory of its weights.
/// </summary>
public abstract class SequenceTransformer : RowToRowTransformerBase, ITransformer, IDisposable
{
    // Version 2: classes of more types, see LabelValues. Version 1 is read.
    internal const uint FormatVersion = 0x00010002;

    private readonly string _inputColumnName;

    private protected SequenceTransformer(IHostEnvironment env, string inputColumnName, LabelValues? classes)
        : base(env.Register(nameof(SequenceTransformer)))
    {
        _inputColumnName = inputColumnName;
        Classes = classes;
    }

    /// <summary>The column that sequences are read from.</summary>
    public string InputColumnName => _inputColumnName;

    /// <summary>The classes, in the order of scores; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames => Classes?.Names ?? [];

    private protected LabelValues? Classes { get; }

    /// <summary>The component's name in saved models.</summary>
    private protected abstract SavedFormat Format { get; }

    /// <summary>Rows that are scored at once.</summary>
    private protected virtual int BatchRows => 64;

    /// <summary>Throws when a column to be scored differs from the one in training.</summary>
    private protected abstract void CheckInput(DataViewSchema.Column column);

    /// <summary>Reads rows of a cursor, and scores them.</summary>
    private protected abstract SequenceRows OpenRows(DataViewRow source, int capacity);

    /// <summary>Writes the model; read by the component's <see cref="ISavedSequenceTransformer{TSelf}.Read"/>.</summary>
    private protected abstract void WriteModel(BinaryWriter writer);

    /// <summary>What is done to series before the model sees them; <see langword="null"/> where sequences are tokens.</summary>
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

    /// <summary>Adds the scores, lazily: a cursor over them scores many rows at once.</summary>
    /// <param name="input">Has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or of another type or shape than in training.</exception>
    public new IDataView Transform(IDataView input) => new LookAheadView(Host, MakeDataTransform(input), new LookAhead(this));

    /// <summary>Frees the memory of the weights. The transformer cannot be used afterwards.</summary>
    public abstract void Dispose();

    /// <inheritdoc/>
    // *** Binary format ***
    // string: the input column
    // bool: whether there are classes; if so, the classes, see LabelValues
    // the trained model, see the component
    protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        Format.WriteSection(ctx, SavedFormat.StartOf(ctx), writer =>
        {
            writer.Write(_inputColumnName);
            writer.Write(Classes is not null);
            Classes?.Write(writer);
            WriteModel(writer);
        });
    }

    /// <inheritdoc/>
    protected sealed override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    internal IRowMapper RowMapper(DataViewSchema schema) => MakeRowMapper(schema);

    private DataViewSchema.Column CheckedInput(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(_inputColumnName) is not DataViewSchema.Column column)
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"Column '{_inputColumnName}' is missing; the model reads its sequences from it. "
                + $"The columns are {string.Join(", ", schema.Select(c => $"'{c.Name}'"))}.");
        }

        CheckInput(column);
        return column;
    }

    private sealed class Mapper : MapperBase, ISaveAsOnnx
    {
        private const int ValuesPerPoint = 4096;        // about what the widest layers have

        private readonly SequenceTransformer _parent;
        private readonly int _input;

        public Mapper(SequenceTransformer parent, DataViewSchema schema)
            : base(parent.Host.Register(nameof(Mapper)), schema, parent)
        {
            _parent = parent;
            _input = parent.CheckedInput(schema).Index;
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => ScoreColumns.Make(_parent.Classes, InputSchema);

        // Both columns of a row are made from its scores, which are computed once.
        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null!;
            SequenceRows rows = _parent.OpenRows(input, capacity: 1);
            float[][] scores = [new float[_parent.Classes?.Names.Length ?? 1]];
            long computed = -1;
            float[] Scores()
            {
                if (computed != input.Position || computed < 0)
                {
                    rows.Read(0);
                    rows.Score([0], scores);
                    computed = input.Position;
                }

                return scores[0];
            }

            return ScoreColumns.Getter(_parent.Classes, iinfo, Scores);
        }

        // ML.NET's own converter has no place for token ids.
        bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => _parent.SeriesPreparation is not null || ctx is PipelineGraph;

        void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
        {
            DataViewSchema.Column input = InputSchema[_input];
            if (_parent.SeriesPreparation is not null && !ctx.ContainsColumn(input.Name))
                return;
            (string sequences, int? length) = _parent.SeriesPreparation is { } preparation
                ? SequenceInput.OfSeries(ctx, input, preparation, ValuesPerPoint)
                : (SequenceInput.OfTokens(ctx, input.Name, _parent.TokenWords, _parent.FirstTokenId), null);
            var graph = new GraphWriter(ctx);
            string scores = _parent.WriteScores(graph, sequences, length);
            DataViewSchema.DetachedColumn[] columns = GetOutputColumnsCore();
            string score = ctx.AddIntermediateVariable(columns[^1].Type, columns[^1].Name);
            graph.AddTo(score, "Identity", "Network/score", [scores]);
            if (_parent.Classes is null)
                return;

            // Keys count from one.
            string index = graph.Add("ArgMax", "Network/class index", [scores], ("axis", 1L), ("keepdims", 1L));
            string key = graph.Add("Add", "Network/class key", [index, graph.Constant("Network/first key", [1L], 1)]);
            graph.AddTo(ctx.AddIntermediateVariable(columns[0].Type, columns[0].Name), "Cast", "Network/predicted label", [key], ("to", typeof(uint)));
        }

        protected override Func<int, bool> GetDependenciesCore(Func<int, bool> activeOutput)
            => column => column == _input && (activeOutput(0) || (_parent.Classes is not null && activeOutput(1)));

        protected override void SaveModel(ModelSaveContext ctx) => _parent.SaveModel(ctx);
    }

    private sealed class LookAhead(SequenceTransformer parent) : ILookAheadMapper
    {
        public string InputColumnName => parent.InputColumnName;

        // The networks compute one batch at a time, on libtorch's threads.
        public LookAheadLimits Limits { get; } = new(sizeof(float) * (parent.Classes?.Names.Length ?? 1))
        {
            RangeRows = parent.BatchRows,
            NumberOfThreads = 1,
        };

        public IEnumerable<RowSlots> CreateSlots(IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity)
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

/// <summary>A component's way back from a model file.</summary>
internal interface ISavedSequenceTransformer<TSelf>
    where TSelf : SequenceTransformer
{
    static abstract SavedFormat Identity { get; }

    /// <summary>Reads what <c>WriteModel</c> wrote.</summary>
    static abstract TSelf Read(IHostEnvironment env, string inputColumnName, LabelValues? classes, BinaryReader reader);
}

/// <summary>What ML.NET calls, by reflection, for a component that it finds in a model file.</summary>
internal static class SequenceTransformerLoader<T>
    where T : SequenceTransformer, ISavedSequenceTransformer<T>
{
    public static T Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(ctx);
        return T.Identity.ReadSection(ctx, reader => reader.BaseStream.Position, (_, reader, _) =>
        {
            string input = reader.ReadText();
            LabelValues? classes = reader.ReadBoolean() ? LabelValues.Read(reader) : null;
            return T.Read(env, input, classes, reader);
        });
    }

    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema) => ((SequenceTransformer)Create(env, ctx)).RowMapper(inputSchema);
}
