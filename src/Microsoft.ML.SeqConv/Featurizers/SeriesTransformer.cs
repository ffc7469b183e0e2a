using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A fitted featurizer of series: it maps a column of series to a column of features with slot names. The base of every
/// featurizer of this library; a component adds its fitted model and that model's binary format.
/// </summary>
public abstract class SeriesTransformer : ColumnTransformer
{
    private readonly ConditionalWeakTable<IDataView, TrainingFeatures> _ofViews = [];

    private protected SeriesTransformer(
        IHostEnvironment env, SavedFormat format, SeriesTransformerState state, SeriesFeaturizer featurizer)
        : base(env, format, state.OutputColumnName, state.InputColumnName)
    {
        if (featurizer.NumberOfChannels != state.Preparation.Shape.Channels)
        {
            throw new ArgumentException($"The featurizer takes {featurizer.NumberOfChannels} channels, its column has "
                + $"{state.Preparation.Shape.Channels}.");
        }

        if (featurizer.NumberOfFeatures < 1)
            throw new ArgumentException("The featurizer has no features; a transform has at least one.");
        State = state;
        Featurizer = featurizer;
    }

    /// <summary>Length of the feature vector.</summary>
    public int NumberOfFeatures => Featurizer.NumberOfFeatures;

    /// <summary>
    /// How the features were chosen, where the transform was made by pruning; else, and after loading,
    /// <see langword="null"/>.
    /// </summary>
    public PruningReport? Pruning { get; internal set; }

    /// <summary>Threads that compute features; <see langword="null"/>: one for each processor.</summary>
    internal int? NumberOfThreads => State.NumberOfThreads;

    internal SeriesFeaturizer Featurizer { get; }

    /// <summary>Features of the training rows that the fit has made; <see langword="null"/> for none.</summary>
    internal TrainingFeatures? OfTraining { private get; set; }

    internal SeriesPreparation Preparation => State.Preparation;

    private protected SeriesTransformerState State { get; }

    private protected sealed override ILookAheadMapper LookAheadOver(IDataView input)
    {
        // Handed over once: they end with the view that is made here.
        if (_ofViews.TryGetValue(input, out TrainingFeatures? known))
            _ofViews.Remove(input);
        return new Features(this, known);
    }

    /// <summary>Keeps the features of training for the next view that is made of the same rows.</summary>
    internal void KeepFor(IDataView training)
    {
        if (OfTraining is { AreDistinct: true } features)
            _ofViews.Add(training, features);
        OfTraining = null;
    }

    /// <summary>Writes the fitted model; read by <see cref="ISavedComponent{TSelf}.Read"/>.</summary>
    private protected abstract void WriteFeaturizer(BinaryWriter writer);

    /// <summary>Writes the transform of prepared series as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature].</returns>
    private protected abstract string WriteFeatures(GraphWriter graph, string series, int? length);

    // *** Binary format ***
    // the preparation of the series, see SeriesPreparation
    // the fitted model, see the component
    private protected sealed override void WriteModel(BinaryWriter writer)
    {
        Preparation.Write(writer);
        WriteFeaturizer(writer);
    }

    /// <summary>
    /// The bytes of the preparation and the fitted model in a model file, before the file is compressed.
    /// </summary>
    internal long CountSavedBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        WriteModel(writer);
        writer.Flush();
        return stream.Length;
    }

    /// <summary>The first series of a view, prepared.</summary>
    internal ReadOnlyMemory<float>[] ReadSeries(IDataView data, int max)
    {
        DataViewSchema.Column column = data.Schema[InputColumnName];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var reader = new SeriesReader(InputColumnName, Preparation, cursor.GetIdGetter());
        ValueGetter<VBuffer<float>> getSeries = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> source = default;
        var series = new List<ReadOnlyMemory<float>>();
        while (series.Count < max && cursor.MoveNext())
        {
            getSeries(ref source);
            series.Add(reader.Read(source).ToArray());
        }

        return [.. series];
    }

    private protected sealed override void CheckInput(DataViewSchema.Column column)
        => Preparation.CheckColumn(InputColumnName, column.Type);

    private protected sealed override DataViewSchema.DetachedColumn[] OutputsOf(
        DataViewSchema schema, DataViewSchema.Column input) =>
    [
        new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, NumberOfFeatures),
            SlotNames.Make(NumberOfFeatures, Featurizer.FeatureName)),
    ];

    private protected sealed override Func<int, Delegate> Open(DataViewRow row, DataViewSchema.Column input)
    {
        ValueGetter<VBuffer<float>> getSeries = row.GetGetter<VBuffer<float>>(input);
        var reader = new SeriesReader(InputColumnName, Preparation, row.GetIdGetter());
        FeaturizerWorker worker = Featurizer.CreateWorker();
        VBuffer<float> source = default;
        return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> features) =>
        {
            getSeries(ref source);
            VBufferEditor<float> editor = VBufferEditor.Create(ref features, NumberOfFeatures);
            worker.Transform(reader.Read(source), editor.Values);
            features = editor.Commit();
        });
    }

    private protected sealed override bool CanWriteGraph(DataViewSchema.Column input, bool wholePipeline) => true;

    private protected sealed override void WriteGraph(
        GraphWriter graph, DataViewSchema.Column input, DataViewSchema.DetachedColumn[] outputs)
    {
        (string series, int? length) = SeriesInput.Write(graph, input, Preparation, NumberOfFeatures);
        string features = graph.AddFeaturizer(
            Featurizer, series, (nodes, input) => WriteFeatures(nodes, input, length));
        string output = graph.AddColumn(outputs[0].Type, OutputColumnName);
        graph.AddTo(output, "Identity", $"{OutputColumnName}/features", [features]);
    }

    private sealed class Features(SeriesTransformer parent, TrainingFeatures? known) : ILookAheadMapper
    {
        public string InputColumnName => parent.InputColumnName;

        public LookAheadLimits Limits { get; } = new(sizeof(float) * (long)parent.NumberOfFeatures)
        {
            NumberOfThreads = parent.NumberOfThreads,
        };

        public IEnumerable<RowSlots> CreateSlots(
            IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity)
            => [new FeatureSlots(outputs[0], source, source.Schema[InputColumnName], parent.Preparation,
                parent.Featurizer, known, capacity)];
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

    /// <summary>Reads what every featurizer saves before its model.</summary>
    public static SeriesTransformerState Read(SavedSection section)
        => new(section.OutputColumnName, section.InputColumnName, SeriesPreparation.Read(section.Reader));
}
