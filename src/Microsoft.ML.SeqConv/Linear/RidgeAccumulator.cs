using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge on data in parts, on one machine or many: every part is summed by itself, sums are saved and merged in any
/// order, and the model is that of one pass over all rows. Memory does not depend on the number of rows: two matrices
/// [feature, feature] of Double while adding, three while solving.
/// <para>
/// The parts share what was fitted before: keys of labels and a featurizer. Fit it once, on a part of the rows, and
/// give it to every machine. The penalty is chosen by generalized cross-validation
/// (<see cref="AlphaSelection.GeneralizedCrossValidation"/>), which the sums tell, and probabilities are calibrated on
/// up to 2,048 rows, the same ones however the rows are divided.
/// </para>
/// </summary>
public sealed partial class RidgeAccumulator : IDisposable
{
    private const int RowsPerBlock = 1024;

    private readonly IRidgeTrainer _trainer;
    private readonly DataViewSchema _inputSchema;
    private readonly SavedPreparation _preparation;
    private readonly ExampleSample _sample;
    private readonly string[] _classes;
    private readonly LabelValues? _keys;        // of the classes; null where labels are no keys
    private readonly long[] _classCounts;
    private RidgeSums _sums;

    /// <summary>Starts without rows.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="trainer">
    /// Columns and hyperparameters: a ridge trainer, <c>mlContext.MulticlassClassification.Trainers.Ridge(...)</c> or
    /// that of another task, or an ensemble, <c>RidgeEnsemble(...)</c>, each of whose columns is summed by itself.
    /// </param>
    /// <param name="preparation">
    /// What makes the trainer's label and features of the rows to be added: fitted keys and a fitted featurizer.
    /// </param>
    /// <param name="inputSchema">The schema of those rows.</param>
    /// <exception cref="ArgumentException">An option of the trainer needs all rows at once.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The preparation does not give the trainer's columns.</exception>
    public RidgeAccumulator(
        MLContext mlContext, IRidgeTrainer trainer, ITransformer preparation, DataViewSchema inputSchema)
        : this(trainer, SavedPreparation.Of(mlContext, preparation, inputSchema), inputSchema, saved: null)
    {
    }

    private RidgeAccumulator(
        IRidgeTrainer trainer, SavedPreparation preparation, DataViewSchema inputSchema, SavedSums? saved)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        RidgeOptions options = trainer.Settings;
        CheckOptions(options);
        _trainer = trainer;
        _preparation = preparation;
        _inputSchema = inputSchema;
        DataViewSchema schema = preparation.Transformer.GetOutputSchema(inputSchema);
        ((IEstimator<ITransformer>)trainer).GetOutputSchema(SchemaColumns.ShapeOf(schema));
        _classes = trainer.Task.ClassesOf(schema[options.LabelColumnName]);
        _keys = KeysOf(schema);
        int[] features = [.. options.FeatureColumns.Select(name => ((VectorDataViewType)schema[name].Type).Size)];
        int targets = trainer.Task.NumberOfTargets(_classes);
        _sums = saved?.Sums ?? RidgeSums.Of(features, targets);
        NumberOfFeatures = checked(features.Sum());
        _sample = saved?.Sample ?? new ExampleSample(NumberOfFeatures, RidgeFit.MaxPredictions);
        _classCounts = saved?.ClassCounts ?? new long[_classes.Length];
        if (!_sums.NumbersOfFeatures.AsSpan().SequenceEqual(features) || _sums.NumberOfTargets != targets
            || _sample.NumberOfFeatures != NumberOfFeatures || _classCounts.Length != _classes.Length)
            throw new FormatException(
                $"The sums are of {string.Join(" + ", _sums.NumbersOfFeatures)} features and "
                + $"{_sums.NumberOfTargets} targets; the preparation makes {string.Join(" + ", features)} features "
                + $"and {_classes.Length} classes.");
    }

    /// <summary>Rows of positive weight added so far.</summary>
    public long Count => _sums.Count;

    /// <summary>Rows left out so far: those without a label.</summary>
    public long RowsWithoutLabel { get; private set; }

    /// <summary>Length of the feature vector, of all columns together.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>The classes, in the order of the label's keys; none for a regression.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>
    /// Adds the rows of a part of the data: all of them, or none where one breaks a rule, the reading
    /// fails or is cancelled.
    /// </summary>
    /// <param name="data">Rows of the schema of the first part. They are read twice, features once.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, of another type or of another shape.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The label has a class that the first part's does not have, a row breaks a rule, or the view gives other rows
    /// when it is read again.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void Add(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        IDataView prepared = _preparation.Transformer.Transform(data);
        using FitMonitor monitor = ((IFeatureTrainer)_trainer).StartMonitor();
        using TrainingRows rows = ((IFeatureTrainer)_trainer).ReadInBlocks(prepared, monitor);
        KeyMapping? keys = _keys is null ? null : KeyMapping.Between(_keys, KeysOf(prepared.Schema)!,
            _trainer.Settings.LabelColumnName, "the sums", "the rows");
        if (rows.NumberOfFeatures != NumberOfFeatures)
            throw SchemaColumns.Refused(string.Join("', '", _trainer.Settings.FeatureColumns),
                $"has {rows.NumberOfFeatures} features; "
                + $"the sums are of {NumberOfFeatures}. Add rows of the same shape as before.", nameof(data));

        int rowsWithoutLabel = rows.RowsWithoutLabel;
        float[] labels = [.. rows.Labels.Select(label => keys?.Map(label) ?? label)];
        int[] classes = Array.ConvertAll(labels, _trainer.Task.ClassOf);
        double[] weights = ClassWeighting.OfExamples(rows.Weights, classes, ClassWeights());
        var part = RidgeSums.Of(_sums.NumbersOfFeatures, _sums.NumberOfTargets);
        try
        {
            var sample = new ExampleSample(NumberOfFeatures, _sample.Capacity);
            rows.ReadBlocks(RowsPerBlock, (block, first) => AddBlock(part, sample, block, first, labels, weights));
            if (Count == 0)
                (_sums, part) = (part, _sums);
            else
                _sums.Merge(part);
            _sample.Merge(sample);
        }
        finally
        {
            part.Dispose();
        }

        RowsWithoutLabel += rowsWithoutLabel;
        for (int i = 0; i < classes.Length && _classes.Length > 0; i++)
            _classCounts[classes[i]]++;
    }

    /// <summary>Adds the rows of another accumulator, which is not changed.</summary>
    /// <param name="other">Sums of other rows by the same preparation and trainer.</param>
    /// <exception cref="ArgumentException">
    /// The other has another preparation, other penalties, options or classes; the message names what differs.
    /// </exception>
    public void Merge(RidgeAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(other, this))
            throw new ArgumentException(
                "An accumulator cannot be merged with itself: its rows would count twice.", nameof(other));
        CheckSameOptions(other);
        CheckClasses(other._classes, "The other accumulator has");
        if (!_preparation.IsSame(other._preparation))
        {
            throw new ArgumentException("The other accumulator has another preparation: "
                + "its featurizer or keys were fitted apart, so its features mean something else. "
                + "Fit the preparation once, save it, and load it for every part.", nameof(other));
        }

        _sums.Merge(other._sums);
        _sample.Merge(other._sample);
        RowsWithoutLabel += other.RowsWithoutLabel;
        for (int i = 0; i < _classCounts.Length; i++)
            _classCounts[i] += other._classCounts[i];
    }

    /// <summary>Fits the model on all rows so far. More can be added afterwards.</summary>
    /// <returns>
    /// The preparation and the trained transformer, for example a
    /// <c>MulticlassPredictionTransformer&lt;RidgeMulticlassModelParameters&gt;</c>, as the trainer's own fit gives.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// There are fewer than two rows, or rows of one class only.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TransformerChain<ITransformer> Solve()
    {
        if (Count < 2)
            throw new InvalidOperationException($"The accumulator has {Count} rows with a label; "
                + "ridge needs at least two. Add rows.");
        if (_classes.Length > 0 && _classCounts.Count(count => count > 0) < 2)
        {
            throw new InvalidOperationException($"Column '{_trainer.Settings.LabelColumnName}' has the one class "
                + $"'{_classes[Array.FindIndex(_classCounts, count => count > 0)]}' in all {Count} rows; "
                + "a classifier needs at least two. Add rows of others.");
        }

        IReadOnlyList<ExampleSample.Example> sample = _sample.InOrder();
        float[] labels = [.. sample.Select(example => example.Label)];
        RidgeFit[] fits = FitsOn(sample, Solutions());
        ITransformer head = _trainer.Finish(((IFeatureTrainer)_trainer).Environment,
            new RidgeTraining(fits, labels, Array.ConvertAll(labels, _trainer.Task.ClassOf),
                [.. sample.Select(example => example.Weight)], ClassWeights()),
            _preparation.Transformer.GetOutputSchema(_inputSchema));
        return new TransformerChain<ITransformer>(_preparation.Transformer, head);
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    /// <summary>
    /// The coefficients of each column in float64, of which the model keeps float32.
    /// </summary>
    internal RidgeSolution[] Solutions()
    {
        using FitMonitor monitor = ((IFeatureTrainer)_trainer).StartMonitor();
        return _sums.Solve(_trainer.Settings, monitor);
    }

    private RidgeFit[] FitsOn(IReadOnlyList<ExampleSample.Example> sample, RidgeSolution[] solutions)
    {
        int[] examples = [.. Enumerable.Range(0, sample.Count)];
        var fits = new RidgeFit[solutions.Length];
        int start = 0;
        for (int b = 0; b < fits.Length; b++)
        {
            (int first, int length) = (start, _sums.NumbersOfFeatures[b]);
            fits[b] = new(solutions[b], examples, RidgeFit.PredictionsWithout(solutions[b],
                i => sample[i].Features.Span.Slice(first, length), examples, _sums.NumberOfTargets,
                (i, targets) => _trainer.Task.WriteTargets(sample[i].Label, targets)));
            start += length;
        }

        return fits;
    }

    // Classes are not balanced here, see CheckOptions.
    private double[] ClassWeights() => _trainer.Settings is RidgeClassifierOptions classifier
        ? ClassWeighting.OfNamed(_classes, classifier.LabelColumnName, classifier.ClassWeights)
        : [];

    private void AddBlock(
        RidgeSums part, ExampleSample sample, FeatureMatrix block, int first, float[] labels, double[] weights)
    {
        int numberOfTargets = part.NumberOfTargets;
        var targets = new double[block.RowCount * numberOfTargets];
        for (int i = 0; i < block.RowCount; i++)
        {
            float label = labels[first + i];
            _trainer.Task.WriteTargets(label, targets.AsSpan(i * numberOfTargets, numberOfTargets));
            sample.Add(block[i], label, weights.Length == 0 ? 1 : weights[first + i]);
        }

        part.Add(block, targets,
            weights.AsSpan(Math.Min(first, weights.Length), weights.Length == 0 ? 0 : block.RowCount),
            _trainer.Settings.NumberOfThreads ?? 0);
    }

    private static void CheckOptions(RidgeOptions options)
    {
        if (options.AlphaSelection is not (AlphaSelection.Auto or AlphaSelection.GeneralizedCrossValidation))
        {
            throw new ArgumentException($"AlphaSelection is {options.AlphaSelection}, which needs all rows at once; "
                + "sums that are merged choose by generalized cross-validation. "
                + "Set GeneralizedCrossValidation or Auto.", nameof(options));
        }

        if (options.WeightOfJoint > 0)
            throw new ArgumentException(FormattableString.Invariant($"JointWeight is {options.WeightOfJoint}, but ")
                + "each column is summed by itself. Set it to 0.", nameof(options));
        if (options is RidgeClassifierOptions { BalanceClasses: true })
            throw new ArgumentException("BalanceClasses is true, but how many rows each class has is known only when "
                + "all parts are merged. Count them first and set ClassWeights.", nameof(options));
    }

    private LabelValues? KeysOf(DataViewSchema schema)
        => schema[_trainer.Settings.LabelColumnName] is { Type: KeyDataViewType } label ? LabelValues.Of(label) : null;

    private void CheckClasses(string[] classes, string whose)
    {
        if (!classes.AsSpan().SequenceEqual(_classes))
        {
            throw new ArgumentException($"{whose} the classes {KeyMapping.List(classes)} in column "
                + $"'{_trainer.Settings.LabelColumnName}'; the sums are of {KeyMapping.List(_classes)}. "
                + "Make the keys of all parts by one fitted MapValueToKey, in the preparation.");
        }
    }

    private void CheckSameOptions(RidgeAccumulator other)
    {
        RidgeOptions mine = _trainer.Settings;
        RidgeOptions theirs = other._trainer.Settings;
        Check("the task", _trainer.GetType().Name, other._trainer.GetType().Name);
        Check("Alphas", Text(mine.Settings().Alphas), Text(theirs.Settings().Alphas));
        Check("FitIntercept", mine.FitIntercept, theirs.FitIntercept);
        Check("ScaleFeatures", mine.ScaleFeatures, theirs.ScaleFeatures);
        Check("LabelColumnName", mine.LabelColumnName, theirs.LabelColumnName);
        Check("features", string.Join(", ", mine.FeatureColumns), string.Join(", ", theirs.FeatureColumns));
        Check("ExampleWeightColumnName", mine.ExampleWeightColumnName ?? "none",
            theirs.ExampleWeightColumnName ?? "none");
        Check("ClassWeights", Weights(mine), Weights(theirs));
        Check("Fusion", mine.FusionOfBlocks, theirs.FusionOfBlocks);

        static void Check<T>(string name, T ours, T others)
        {
            if (!EqualityComparer<T>.Default.Equals(ours, others))
                throw new ArgumentException(FormattableString.Invariant(
                    $"The other accumulator has {name} {others}, this one {ours}; only sums of ")
                    + "one configuration can be merged. Sum the part again with the same trainer.", nameof(other));
        }

        static string Text(IEnumerable<double> values)
            => string.Join(", ",
                values.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

        static string Weights(RidgeOptions options)
            => options is not RidgeClassifierOptions { ClassWeights: { Count: > 0 } weights } ? "none"
                : string.Join(", ", weights.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value:R}")));
    }

    /// <summary>What a file holds of the rows.</summary>
    private sealed record SavedSums(RidgeSums Sums, ExampleSample Sample, long[] ClassCounts);
}
