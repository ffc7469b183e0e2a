using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Several featurizers that see different things: outputs of random kernels (MultiRocket), which of them win (Hydra),
/// shapes and where they are (dilated shapelets), and levels of intervals (quantiles). A ridge on each, fused by what
/// exact leave-one-out says of it, and one on all of them side by side make one linear model. Also for numbers.
/// </summary>
/// <typeparam name="TTransformer">The transformer that predicts, the last of the fitted chain.</typeparam>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass or binary classification, or regression |
/// | Is normalization required? | No |
/// | Is caching required? | No, but the series are read several times |
/// | Input label column data type | key, Boolean, or Single |
/// | Input series column data type | Vector of Single, of known size [time] or [channel, time], or of unknown size
/// (ragged) |
/// | Output columns | those of the ridge ensemble; features of each member, <c>{series}.MultiRocket</c> and so on |
/// </para>
/// <para>
/// The fitted chain is made of the members and of what the ridge ensemble of the task makes, so that it is saved,
/// exported to ONNX, explained and scored like any pipeline of them; its last transformer holds the model with the
/// weight of each member.
/// </para>
/// <para>
/// Published: Tan, Dempster, Bergmeir and Webb 2022, MultiRocket, arXiv:2102.00457; Dempster, Schmidt and Webb 2023,
/// Hydra, arXiv:2203.13652; Guillaume, Vrain and Elloumi 2022, Random Dilated Shapelet Transform, arXiv:2109.13514;
/// Dempster, Schmidt and Webb 2024, QUANT, arXiv:2308.00928.
/// </para>
/// </remarks>
public sealed class SequenceEnsembleTrainer<TTransformer> : IEstimator<TransformerChain<TTransformer>>
    where TTransformer : class, ITransformer
{
    private readonly IHost _host;
    private readonly string _labelColumnName;
    private readonly string _seriesColumnName;
    private readonly SequenceEnsembleOptions _options;
    private readonly HeadOf _head;

    internal SequenceEnsembleTrainer(IHostEnvironment env, string labelColumnName, string seriesColumnName,
        SequenceEnsembleOptions options, HeadOf head)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(seriesColumnName);
        ArgumentNullException.ThrowIfNull(options);
        _host = env.Register("SequenceEnsemble");
        _labelColumnName = labelColumnName;
        _seriesColumnName = seriesColumnName;
        _options = options.CheckedCopy();
        _options.Seed ??= _host.Rand.Next();
        _head = head;
    }

    /// <summary>Makes the ridge ensemble of the members' columns.</summary>
    internal delegate IEstimator<TransformerChain<TTransformer>> HeadOf(
        string labelColumnName, string[] featureColumnNames, SequenceEnsembleOptions options);

    /// <summary>Fits every member, a ridge on each, and one model of them.</summary>
    /// <param name="input">Has the columns of series and labels. It is read several times.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row breaks a rule of the options, or there are too few rows or classes.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TransformerChain<TTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        Member[] members = [.. Members(input.Schema.Select(column => column.Name))];
        var fitted = new List<ITransformer>();
        IDataView view = input;
        foreach (Member member in members)
        {
            ITransformer transformer = member.Estimator.Fit(view);
            fitted.Add(transformer);
            view = transformer.Transform(view);
        }

        TransformerChain<TTransformer> head = Head(members).Fit(view);
        return new([.. fitted, .. head]);
    }

    /// <summary>
    /// The schema after the transform: features of each member, the column that joins them, and what the ridge ensemble
    /// predicts.
    /// </summary>
    /// <param name="inputSchema">Has the columns of series and labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Member[] members = [.. Members(inputSchema.Select(column => column.Name))];
        SchemaShape schema = members.Aggregate(
            inputSchema, (before, member) => member.Estimator.GetOutputSchema(before));
        return Head(members).GetOutputSchema(schema);
    }

    private IEstimator<TransformerChain<TTransformer>> Head(Member[] members)
        => _head(_labelColumnName, [.. members.Select(member => member.Column)], _options);

    private IEnumerable<Member> Members(IEnumerable<string> columns)
    {
        string[] taken = [.. columns];
        string Column(string member) => taken.FreeName($"{_seriesColumnName}.{member}");
        if (_options.MiniRocketSize > 0)
            yield return Of("MiniRocket", column => new MiniRocketEstimator(_host, column, _seriesColumnName,
                _options.Onto(new MiniRocketEstimator.Options { NumberOfFeatures = _options.MiniRocketSize })));
        if (_options.MultiRocketSize > 0)
            yield return Of("MultiRocket", column => new MultiRocketEstimator(_host, column, _seriesColumnName,
                _options.Onto(new MultiRocketEstimator.Options { NumberOfFeatures = _options.MultiRocketSize })));
        if (_options.HydraSize > 0)
            yield return Of("Hydra", column => new HydraEstimator(_host, column, _seriesColumnName,
                _options.Onto(new HydraEstimator.Options { NumberOfGroups = _options.HydraSize })));
        if (_options.ShapeletsSize > 0)
            yield return Of("DilatedShapelets", column => new DilatedShapeletsEstimator(
                _host, column, _labelColumnName, _seriesColumnName, _options.Onto(
                    new DilatedShapeletsEstimator.Options { NumberOfShapelets = _options.ShapeletsSize })));
        if (_options.Quantiles)
            yield return Of("IntervalQuantiles", column => new IntervalQuantilesEstimator(
                _host, column, _seriesColumnName, _options.Onto(new IntervalQuantilesEstimator.Options())));

        Member Of<T>(string name, Func<string, SeriesFeaturizerEstimator<T>> make)
            where T : SeriesTransformer, IPrunableTransformer<T>
        {
            string column = Column(name);
            SeriesFeaturizerEstimator<T> featurizer = make(column);
            return new(column, _options.Pruning is null
                ? featurizer
                : new PruningEstimator<T>(featurizer, _labelColumnName, _options.Pruning));
        }
    }

    /// <summary>A featurizer.</summary>
    /// <param name="Column">Gets its features.</param>
    /// <param name="Estimator">Fits it.</param>
    private sealed record Member(string Column, IEstimator<ITransformer> Estimator);
}
