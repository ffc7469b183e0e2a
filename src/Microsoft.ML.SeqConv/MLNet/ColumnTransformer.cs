using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads one column and adds one or more, row by row. The base of every transformer of this library; a component adds
/// what it learned, that model's binary format and the columns that it makes.
/// </summary>
public abstract class ColumnTransformer : RowToRowTransformerBase, ITransformer
{
    private readonly IHost _host;
    private readonly SavedFormat _format;

    private protected ColumnTransformer(
        IHostEnvironment env, SavedFormat format, string outputColumnName, string inputColumnName)
        : this(env.Register(format.LoaderSignature), format, outputColumnName, inputColumnName)
    {
    }

    private ColumnTransformer(IHost host, SavedFormat format, string outputColumnName, string inputColumnName)
        : base(host)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        _host = host;
        _format = format;
        OutputColumnName = outputColumnName;
        InputColumnName = inputColumnName;
    }

    /// <summary>The column that is read.</summary>
    public string InputColumnName { get; }

    /// <summary>The column that is added: the features, or <c>Score</c>.</summary>
    public string OutputColumnName { get; }

    /// <summary>The environment that the component was made in.</summary>
    private protected IHostEnvironment Environment => _host;

    /// <summary>Computes many rows at once; <see langword="null"/>: rows are computed one by one.</summary>
    /// <param name="input">The rows.</param>
    private protected virtual ILookAheadMapper? LookAheadOver(IDataView input) => null;

    /// <summary>Whether the ONNX form reads the input column of the graph, and not an input of its own.</summary>
    private protected virtual bool ReadsGraphColumn => true;

    /// <summary>Throws when a column cannot be read; the message names it and says what it must be.</summary>
    private protected abstract void CheckInput(DataViewSchema.Column column);

    /// <summary>Type and annotations of the columns that are added.</summary>
    /// <param name="schema">Has the input column.</param>
    /// <param name="input">The input column.</param>
    private protected abstract DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input);

    /// <summary>Opens a row, for one thread.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="input">The input column.</param>
    /// <returns>Makes the <see cref="ValueGetter{TValue}"/> of an added column, by its number.</returns>
    private protected abstract Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input);

    /// <summary>Writes what was learned; read by <see cref="ISavedComponent{TSelf}.Read"/>.</summary>
    private protected abstract void WriteModel(BinaryWriter writer);

    /// <summary>Whether the component has an ONNX form.</summary>
    /// <param name="input">The input column.</param>
    /// <param name="wholePipeline">
    /// The graph is written by this library, which may change inputs; else by ML.NET's own converter.
    /// </param>
    private protected virtual bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => false;

    /// <summary>Writes the added columns as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes, and has the input column.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">What <see cref="OutputsOf"/> gave.</param>
    private protected virtual void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
        => throw new NotSupportedException("The transform has no ONNX form.");

    /// <summary>
    /// Adds the columns, lazily. Where a component computes many rows at once, a cursor over them looks ahead: it keeps
    /// the order of rows and holds at most 64 MiB of computed values, or three times 16 rows where those are more.
    /// </summary>
    /// <param name="input">Has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input column is missing, or of another type or shape than in training.
    /// </exception>
    public new IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        IDataView rows = base.Transform(input);
        return LookAheadOver(input) is { } mapper ? new LookAheadView(_host, rows, mapper) : rows;
    }

    /// <inheritdoc/>
    // *** Binary format ***
    // see SavedFormat, then the component
    protected sealed override void SaveModel(ModelSaveContext ctx)
        => _format.WriteSection(ctx, GetType(), (OutputColumnName, InputColumnName), WriteModel);

    /// <inheritdoc/>
    protected sealed override IRowMapper MakeRowMapper(DataViewSchema schema) => RowMapper(schema);

    internal IRowMapper RowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : IRowMapper, ISaveAsOnnx
    {
        private readonly ColumnTransformer _parent;
        private readonly DataViewSchema.Column _input;
        private readonly Lazy<DataViewSchema.DetachedColumn[]> _outputs;

        public Mapper(ColumnTransformer parent, DataViewSchema schema)
        {
            _parent = parent;
            _input = schema.Find(parent.InputColumnName, $"{parent.GetType().Name} reads it");
            parent.CheckInput(_input);
            _outputs = new(() => parent.OutputsOf(schema, _input));
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => _outputs.Value;

        public ITransformer GetTransformer() => _parent;

        public void Save(ModelSaveContext ctx) => ((ICanSaveModel)_parent).Save(ctx);

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        {
            bool isRead = Enumerable.Range(0, _outputs.Value.Length).Any(activeOutput);
            return column => isRead && column == _input.Index;
        }

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null!;       // ML.NET takes null for "nothing to dispose".
            var getters = new Delegate[_outputs.Value.Length];
            int[] active = [.. Enumerable.Range(0, getters.Length).Where(activeOutput)];
            if (active.Length == 0)
                return getters;     // the row need not have the input column then
            Func<int, Delegate> getterOf = _parent.Open(input, input.Schema[_input.Index]);
            foreach (int output in active)
                getters[output] = getterOf(output);

            return getters;
        }

        bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => _parent.CanWriteGraph(_input, ctx is PipelineContext);

        void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
        {
            GraphWriter graph = PipelineContext.GraphOf(ctx);
            if (!_parent.ReadsGraphColumn || graph.HasColumn(_input.Name))
            {
                _parent.WriteGraph(graph, _input, _outputs.Value);
                return;
            }

            // By ML.NET's rule a step whose input is not in the graph removes its output.
            foreach (DataViewSchema.DetachedColumn output in _outputs.Value)
                graph.RemoveColumn(output.Name);
        }
    }
}
