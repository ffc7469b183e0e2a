using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A fitted featurizer of series: it maps a column of series to a column of features with slot names. The base of every featurizer of this library;
/// a component adds its fitted model and that model's binary format.
/// </summary>
public abstract class SeriesTransformer : OneToOneTransformerBase, ITransformer
{
    private protected SeriesTransformer(IHostEnvironment env, SeriesTransformerState state, SeriesFeaturizer featurizer)
        : base(env.Register(featurizer.GetType().Name), (state.OutputColumnName, state.InputColumnName))
    {
        if (featurizer.NumberOfChannels != state.Preparation.Shape.Channels)
            throw new ArgumentException($"The featurizer takes {featurizer.NumberOfChannels} channels, its column has {state.Preparation.Shape.Channels}.");
        if (featurizer.NumberOfFeatures < 1)
            throw new ArgumentException("The featurizer has no features; a transform has at least one.");
        State = state;
        Featurizer = featurizer;
    }

    /// <summary>The column that the series are read from.</summary>
    public string InputColumnName => ColumnPairs[0].inputColumnName;

    /// <summary>The column that the features are written to.</summary>
    public string OutputColumnName => ColumnPairs[0].outputColumnName;

    /// <summary>Length of the feature vector.</summary>
    public int NumberOfFeatures => Featurizer.NumberOfFeatures;

    /// <summary>How the features were chosen, where the transform was made by pruning; else, and after loading, <see langword="null"/>.</summary>
    public PruningReport? Pruning { get; internal set; }

    /// <summary>Threads that compute features; <see langword="null"/>: one for each processor.</summary>
    internal int? NumberOfThreads => State.NumberOfThreads;

    internal SeriesFeaturizer Featurizer { get; }

    internal SeriesPreparation Preparation => State.Preparation;

    private protected SeriesTransformerState State { get; }

    private protected IHostEnvironment Environment => Host;

    /// <summary>The component's name in saved models.</summary>
    private protected abstract SavedFormat Format { get; }

    /// <summary>Writes the fitted model; read by the component's <see cref="ISavedSeriesTransformer{TSelf}.Read"/>.</summary>
    private protected abstract void WriteModel(BinaryWriter writer);

    /// <summary>Writes the transform of prepared series as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature].</returns>
    private protected abstract string WriteFeatures(GraphWriter graph, string series, int? length);

    /// <summary>
    /// Adds the column of features, lazily: a cursor over it computes many rows at once and keeps their order.
    /// </summary>
    /// <remarks>
    /// It runs on as many threads as <see cref="SeriesOptions.NumberOfThreads"/> says, or on all processors where the
    /// option is unset and in a loaded model, and holds at most 64 MiB of features computed ahead, or three times 16
    /// rows where those are more.
    /// </remarks>
    /// <param name="input">Has the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, of another type, or of another shape than in fitting.</exception>
    public new IDataView Transform(IDataView input) => new LookAheadView(Host, MakeDataTransform(input), new LookAhead(this));

    /// <inheritdoc/>
    // *** Binary format ***
    // the column pair, see OneToOneTransformerBase
    // the preparation of the series, see SeriesPreparation
    // the fitted model, see the component
    protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        long start = SavedFormat.StartOf(ctx);
        SaveColumns(ctx);
        Format.WriteSection(ctx, start, writer =>
        {
            Preparation.Write(writer);
            WriteModel(writer);
        });
    }

    /// <inheritdoc/>
    protected sealed override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    /// <summary>The bytes of the preparation and the fitted model in a model file, before the file is compressed.</summary>
    internal long CountSavedBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Preparation.Write(writer);
        WriteModel(writer);
        writer.Flush();
        return stream.Length;
    }

    /// <summary>The first series of a view, prepared.</summary>
    internal ReadOnlyMemory<float>[] ReadSeries(IDataView data, int most)
    {
        DataViewSchema.Column column = data.Schema[InputColumnName];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var reader = new SeriesReader(InputColumnName, Preparation, cursor.GetIdGetter());
        ValueGetter<VBuffer<float>> getSeries = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> source = default;
        var series = new List<ReadOnlyMemory<float>>();
        while (series.Count < most && cursor.MoveNext())
        {
            getSeries(ref source);
            series.Add(reader.Read(source).ToArray());
        }

        return [.. series];
    }

    internal IRowMapper RowMapper(DataViewSchema schema) => MakeRowMapper(schema);

    /// <inheritdoc/>
    protected sealed override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
        => Preparation.CheckColumn(InputColumnName, inputSchema[srcCol].Type);

    private sealed class Mapper(SeriesTransformer parent, DataViewSchema schema)
        : OneToOneMapperBase(parent.Host.Register(nameof(Mapper)), parent, schema), ISaveAsOnnx
    {
        bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

        void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
        {
            // By ML.NET's rule a step whose input is not in the graph removes its output.
            if (!ctx.ContainsColumn(parent.InputColumnName))
            {
                ctx.RemoveColumn(parent.OutputColumnName);
                return;
            }

            (string series, int? length) = SequenceInput.OfSeries(ctx, InputSchema[ColMapNewToOld[0]], parent.Preparation, parent.NumberOfFeatures);
            var graph = new GraphWriter(ctx);
            string features = parent.WriteFeatures(graph, series, length);
            string output = ctx.AddIntermediateVariable(new VectorDataViewType(NumberDataViewType.Single, parent.NumberOfFeatures), parent.OutputColumnName);
            graph.AddTo(output, "Identity", $"{parent.OutputColumnName}/features", [features]);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
        {
            int features = parent.NumberOfFeatures;
            return [new DataViewSchema.DetachedColumn(parent.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, features), SlotNames.Make(features, parent.Featurizer.FeatureName))];
        }

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null!;       // ML.NET takes null for "nothing to dispose".
            ValueGetter<VBuffer<float>> getSeries = input.GetGetter<VBuffer<float>>(input.Schema[ColMapNewToOld[iinfo]]);
            var reader = new SeriesReader(parent.InputColumnName, parent.Preparation, input.GetIdGetter());
            FeaturizerWorker worker = parent.Featurizer.CreateWorker();
            VBuffer<float> source = default;
            return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> features) =>
            {
                getSeries(ref source);
                VBufferEditor<float> editor = VBufferEditor.Create(ref features, parent.NumberOfFeatures);
                worker.Transform(reader.Read(source), editor.Values);
                features = editor.Commit();
            });
        }
    }

    private sealed class LookAhead(SeriesTransformer parent) : ILookAheadMapper
    {
        public string InputColumnName => parent.InputColumnName;

        public LookAheadLimits Limits { get; } = new(sizeof(float) * (long)parent.NumberOfFeatures)
        {
            NumberOfThreads = parent.NumberOfThreads,
        };

        public IEnumerable<RowSlots> CreateSlots(IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity)
            => [new FeatureSlots(outputs[0], source, source.Schema[InputColumnName], parent.Preparation, parent.Featurizer, capacity)];
    }
}

/// <summary>What every featurizer saves beside its model.</summary>
internal sealed record SeriesTransformerState(
    string OutputColumnName, string InputColumnName, SeriesPreparation Preparation)
{
    /// <summary>
    /// Threads that compute features; <see langword="null"/>: one for each processor. It is of this machine and not
    /// saved.
    /// </summary>
    public int? NumberOfThreads { get; init; }
}
