using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Fits a featurizer and prunes it: of its features those are kept that a linear model needs (sequential
/// detachment, arXiv:2309.14518). The result is the featurizer's own transformer, which computes, saves and exports
/// the kept features alone.
/// </summary>
/// <typeparam name="TTransformer">The featurizer's transformer.</typeparam>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Does this estimator need to look at the data to train its parameters? | Yes: as the featurizer does, and once more
/// to compute the features, which are held in memory |
/// | Input column data type | that of the featurizer, and a label: key or Boolean (classes), or Single (regression) |
/// | Output column data type | Vector of Single of known size, with the slot names that the features have in
/// the full transform |
/// </para>
/// <para>
/// The time is some twenty fits of ridge for every fold and once more: seconds for hundreds of series, and many minutes
/// for ten thousand. Rows without a label are left out. In cross validation put the whole pipeline into it: features
/// that were chosen with the rows held out would flatter.
/// </para>
/// <para>Uribarri, Barone, Ansuini and Fransén 2023, Detach-ROCKET: Sequential feature selection for time series
/// classification with random convolutional kernels, arXiv:2309.14518.</para>
/// </remarks>
public sealed class PruningEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : SeriesTransformer, IPrunableTransformer<TTransformer>
{
    private const int MaxTimedSeries = 64;
    private const int MinRows = 4;

    private readonly SeriesFeaturizerEstimator<TTransformer> _featurizer;
    private readonly IHost _host;
    private readonly string _labelColumnName;
    private readonly PruningOptions _options;

    internal PruningEstimator(
        SeriesFeaturizerEstimator<TTransformer> featurizer, string labelColumnName, PruningOptions options)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentNullException.ThrowIfNull(options);
        _featurizer = featurizer;
        _host = featurizer.Environment.Register("Pruning");
        _labelColumnName = labelColumnName;
        _options = options.CheckedCopy();
    }

    /// <summary>Fits and prunes.</summary>
    /// <param name="input">Has the featurizer's column and the label.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, or a budget is too small for one feature.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are too few rows, or a row breaks a rule of the options.
    /// </exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaColumns.ShapeOf(input));
        TTransformer full = _featurizer.Fit(input);
        using IChannel channel = _host.Start("Fit");
        using var monitor = new FitMonitor(_host, "Pruning");
        IDataView view = full.Transform(input);
        using TrainingRows rows = TrainingRows.Read(
            view, new TrainingColumns(full.OutputColumnName, _labelColumnName), "Pruning", monitor, (_, _) => false);
        rows.WarnOfRowsLeftOut(channel.Warn);
        if (rows.Labels.Count < MinRows)
        {
            throw new InvalidOperationException($"Column '{_labelColumnName}' has {rows.Labels.Count} rows with a "
                + $"label; pruning needs at least {MinRows}, to fit on some and validate on the others. "
                + "Check the data view or its filters.");
        }

        (double[] targets, int[] classes) = Targets(rows, input.Schema[_labelColumnName]);

        DetachmentSettings settings = _options.Settings();
        int count = rows.Labels.Count;
        monitor.Begin("validating features", "parts", 1);
        DetachmentPoint[] curve = DetachmentValidation.Run(
            rows.Features!, targets, classes, Math.Min(_options.NumberOfFolds, count / 2), _options.RepeatsFor(count),
            settings, (uint)_options.Seed, monitor.AsFraction());
        monitor.Begin("detaching features", "parts", 1);
        var kept = new List<int[]>(curve.Length);
        SequentialDetachment.Run(rows.Features!, [.. Enumerable.Range(0, count)], targets, settings, step =>
        {
            kept.Add(step.Features);
            return true;
        }, monitor.AsFraction());

        long[] bytes = [.. kept.Select(features => full.Keep(features).CountSavedBytes())];
        (int chosen, double? microseconds) = Choose(full, input, curve, kept, bytes);
        TTransformer pruned = full.Keep(kept[chosen]);
        pruned.Pruning = new PruningReport(
            [.. curve.Select((point, i) => new PruningPoint
            {
                NumberOfFeatures = point.Features,
                Accuracy = point.Accuracy,
                RootMeanSquaredError = Math.Sqrt(point.MeanSquaredError),
                Bytes = bytes[i],
            })], chosen, microseconds);
        channel.Inform($"Pruning: {pruned.NumberOfFeatures} of {full.NumberOfFeatures} features are kept.");
        return pruned;
    }

    /// <summary>The schema after the transform, that of the featurizer.</summary>
    /// <param name="inputSchema">Has the columns of series and label.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape output = _featurizer.GetOutputSchema(inputSchema);
        inputSchema.FindLabel(_labelColumnName, "pruning", "pruning chooses features for this label");
        return output;
    }

    // As the ridge trainers: a class is fitted to +1 for its rows and -1 for all others.
    private static (double[] Targets, int[] Classes) Targets(TrainingRows rows, DataViewSchema.Column label)
    {
        if (label.Type == NumberDataViewType.Single)
            return ([.. rows.Labels.Select(value => (double)value)], []);
        string[] names = label.Type is KeyDataViewType ? LabelValues.Of(label).Names : ["false", "true"];
        int[] classes = [.. rows.Labels.Select(value => (int)value)];
        ClassWeighting.CheckTwoClasses(classes, names, label.Name);
        var targets = new double[classes.Length * names.Length];
        Array.Fill(targets, -1);
        for (int i = 0; i < classes.Length; i++)
            targets[i * names.Length + classes[i]] = 1;
        return (targets, classes);
    }

    private (int Chosen, double? Microseconds) Choose(
        TTransformer full, IDataView input, DetachmentPoint[] curve, List<int[]> kept, long[] bytes)
    {
        int chosen = _options.AllowedLoss is { } loss ? PruningChoice.WithinLoss(curve, loss) : 0;
        if (_options.MaxFeatures is { } most)
            chosen = Math.Max(chosen, Array.FindIndex(curve, point => point.Features <= most));
        if (_options.MaxBytes is { } mostBytes)
        {
            int allowed = PruningChoice.WithinBudget(bytes.Length, i => bytes[i] <= mostBytes);
            CheckBudget(nameof(PruningOptions.MaxBytes), mostBytes, allowed < bytes.Length, $"{bytes[^1]} bytes");
            chosen = Math.Max(chosen, allowed);
        }

        if (_options.MaxMicrosecondsPerSeries is not { } mostTime)
            return (chosen, null);
        var timer = new TransformTimer(full.ReadSeries(input, MaxTimedSeries));
        var times = new double?[kept.Count];
        double TimeOf(int i) => times[i] ??= timer.Measure(full.Keep(kept[i]).Featurizer);
        int fast = PruningChoice.WithinBudget(kept.Count, i => TimeOf(i) <= mostTime);
        if (fast == kept.Count)
            CheckBudget(nameof(PruningOptions.MaxMicrosecondsPerSeries), mostTime, holds: false,
                FormattableString.Invariant($"{TimeOf(kept.Count - 1):G3} microseconds here"));
        chosen = Math.Max(chosen, fast);
        return (chosen, TimeOf(chosen));
    }

    private static void CheckBudget(string option, object value, bool holds, string least)
        => Guard.Require(holds, value, $"the transform with a single feature takes {least}", option,
            "Raise it to that or more, or set null for no such limit.");
}
