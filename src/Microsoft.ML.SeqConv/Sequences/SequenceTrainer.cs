using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The base of trainers that learn from sequences and a label: it checks the schema and hands the rows over. A
/// component adds how it trains.
/// </summary>
/// <typeparam name="TTransformer">The trained model.</typeparam>
public abstract class SequenceTrainer<TTransformer> : IEstimator<TTransformer>
    where TTransformer : SequenceTransformer
{
    private readonly IHost _host;
    private readonly SequenceColumns _columns;

    private protected SequenceTrainer(
        IHostEnvironment env, string component, bool classification, SequenceColumns columns)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentException.ThrowIfNullOrEmpty(columns.Input);
        ArgumentException.ThrowIfNullOrEmpty(columns.Label);
        Component = component;
        IsClassification = classification;
        _host = env.Register(component);
        _columns = columns;
        DrawnSeed = (uint)_host.Rand.Next();        // one draw here, not in Fit: two fits of one estimator agree
    }

    private protected string Component { get; }

    private protected bool IsClassification { get; }

    /// <summary>A seed drawn from the context.</summary>
    private protected uint DrawnSeed { get; }

    /// <summary>Throws when the column cannot be learned from; the message says what it must be.</summary>
    private protected abstract void CheckInput(SchemaShape.Column column);

    /// <summary>Trains.</summary>
    private protected abstract TTransformer Train(SequenceFit fit);

    /// <summary>Trains on the rows of a data view.</summary>
    /// <param name="input">Has the input and the label column.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are too few rows, or one breaks a rule of the options.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TTransformer Fit(IDataView input) => Fit(input, validation: null);

    /// <summary>
    /// Trains on the rows of a data view, and chooses the best epoch by those of another instead of by
    /// a part of the same.
    /// </summary>
    /// <param name="input">Has the input and the label column.</param>
    /// <param name="validation">Has the same columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are too few rows, or one breaks a rule of the options.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TTransformer Fit(IDataView input, IDataView? validation)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        if (validation is not null)
            GetOutputSchema(SchemaColumns.ShapeOf(validation));
        using IChannel channel = _host.Start("Training");
        using var monitor = new FitMonitor(_host, Component);
        return Train(new SequenceFit(_host, channel, monitor, _columns, input, validation, Component));
    }

    /// <summary>The schema after the transform: <c>Score</c>, and for classification <c>PredictedLabel</c>.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        CheckInput(inputSchema.Find(_columns.Input, $"{Component} reads its sequences from it"));
        SchemaShape.Column label = inputSchema.Find(_columns.Label, $"{Component} reads the labels from it");
        if (!(IsClassification ? label.IsScalarKey() : label.IsScalar(NumberDataViewType.Single)))
            throw SchemaColumns.WrongType(label, LabelRule);
        inputSchema.CheckWeight(_columns.Weight, Component);
        return inputSchema.With(
            IsClassification ? PredictionColumns.OfClasses(label) : PredictionColumns.OfNumber());
    }

    private string LabelRule => IsClassification
        ? $"{Component} needs a key. Append mlContext.Transforms.Conversion.MapValueToKey(\""
            + $"{_columns.Label}\") before the "
            + "trainer."
        : $"{Component} needs Single. Append mlContext.Transforms.Conversion.ConvertType(\""
            + $"{_columns.Label}\", outputKind: "
            + "DataKind.Single) before the trainer.";
}

/// <summary>The columns that a trainer of sequences reads.</summary>
/// <param name="Input">Sequences.</param>
/// <param name="Label">Labels.</param>
/// <param name="Weight">Example weights; <see langword="null"/>: all alike.</param>
internal readonly record struct SequenceColumns(string Input, string Label, string? Weight);
