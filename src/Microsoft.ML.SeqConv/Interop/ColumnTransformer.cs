using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>Maps one column to another, row by row. The base of transforms that learn nothing from rows; a component adds its settings, their binary format and the map.</summary>
public abstract class ColumnTransformer : OneToOneTransformerBase
{
    private protected ColumnTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(ColumnTransformer)), (outputColumnName, inputColumnName))
    {
    }

    /// <summary>The column that is read.</summary>
    public string InputColumnName => ColumnPairs[0].inputColumnName;

    /// <summary>The column that is written.</summary>
    public string OutputColumnName => ColumnPairs[0].outputColumnName;

    /// <summary>The component's name in saved models.</summary>
    private protected abstract SavedFormat Format { get; }

    /// <summary>What is done to series before they are mapped, where the map has an ONNX form; else <see langword="null"/>.</summary>
    private protected virtual SeriesPreparation? GraphPreparation(DataViewSchema.Column input) => null;

    /// <summary>Throws when a column cannot be mapped; the message names it and says what it must be.</summary>
    private protected abstract void CheckInput(DataViewSchema.Column column);

    /// <summary>Type and annotations of the column that is written.</summary>
    private protected abstract DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input);

    /// <summary>Makes the <see cref="ValueGetter{TValue}"/> of the column that is written, for one thread.</summary>
    private protected abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column input);

    /// <summary>Writes the settings; read by the component's <see cref="ISavedColumnTransformer{TSelf}.Read"/>.</summary>
    private protected abstract void WriteModel(BinaryWriter writer);

    /// <summary>Writes the map as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="series">[N, C, T], prepared.</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>The variable of the result.</returns>
    private protected virtual string WriteGraph(GraphWriter graph, string series, int? length) => throw new NotSupportedException("The transform has no ONNX form.");

    /// <inheritdoc/>
    // *** Binary format ***
    // the column pair, see OneToOneTransformerBase
    // the settings, see the component
    protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        long start = SavedFormat.StartOf(ctx);
        SaveColumns(ctx);
        Format.WriteSection(ctx, start, WriteModel);
    }

    /// <inheritdoc/>
    protected sealed override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    internal IRowMapper RowMapper(DataViewSchema schema) => MakeRowMapper(schema);

    /// <inheritdoc/>
    protected sealed override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) => CheckInput(inputSchema[srcCol]);

    private sealed class Mapper(ColumnTransformer parent, DataViewSchema schema)
        : OneToOneMapperBase(parent.Host.Register(nameof(Mapper)), parent, schema), ISaveAsOnnx
    {
        private const int ValuesPerPoint = 1024;        // for the batches of scorers

        private DataViewSchema.Column Input => InputSchema[ColMapNewToOld[0]];

        bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => parent.GraphPreparation(Input) is not null;

        void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
        {
            // By ML.NET's rule a step whose input is not in the graph removes its output.
            if (!ctx.ContainsColumn(parent.InputColumnName))
            {
                ctx.RemoveColumn(parent.OutputColumnName);
                return;
            }

            (string series, int? length) = SequenceInput.OfSeries(ctx, Input, parent.GraphPreparation(Input)!, ValuesPerPoint);
            var graph = new GraphWriter(ctx);
            string result = parent.WriteGraph(graph, series, length);
            string output = ctx.AddIntermediateVariable(parent.OutputOf(Input).Type, parent.OutputColumnName);
            graph.AddTo(output, "Identity", $"{parent.OutputColumnName}/output", [result]);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [parent.OutputOf(Input)];

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null!;       // ML.NET takes null for "nothing to dispose".
            return parent.MakeGetter(input, Input);
        }
    }
}

/// <summary>A component's way back from a model file.</summary>
internal interface ISavedColumnTransformer<TSelf>
    where TSelf : ColumnTransformer
{
    static abstract SavedFormat Identity { get; }

    /// <summary>Reads what <c>WriteModel</c> wrote.</summary>
    static abstract TSelf Read(IHostEnvironment env, string outputColumnName, string inputColumnName, BinaryReader reader);
}

/// <summary>What ML.NET calls, by reflection, for a component that it finds in a model file.</summary>
internal static class ColumnTransformerLoader<T>
    where T : ColumnTransformer, ISavedColumnTransformer<T>
{
    public static T Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(ctx);
        return T.Identity.ReadSection(ctx, (output, input, reader, _) => T.Read(env, output, input, reader));
    }

    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema) => ((ColumnTransformer)Create(env, ctx)).RowMapper(inputSchema);
}
