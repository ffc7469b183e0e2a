using Microsoft.ML.SeqConv.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>From rows with a label to a <see cref="NetworkPlan"/>: what classifiers and regressors share.</summary>
/// <typeparam name="T">A sequence.</typeparam>
internal sealed class LabelledTraining<T>
{
    private readonly NetworkOptions _options;
    private readonly NetworkTraining _training;

    /// <param name="fit">The data.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Of weights, order, dropout and the split.</param>
    /// <param name="classification">Whether labels are classes.</param>
    /// <param name="open">Makes what reads the sequence of the row that a cursor stands on.</param>
    public LabelledTraining(
        SequenceFit fit, NetworkOptions options, ulong seed, bool classification,
        Func<DataViewRow, DataViewSchema.Column, Func<T>> open)
    {
        _options = options;
        _training = new NetworkTraining(fit.Environment, options, seed, fit.Monitor, fit.Inform, fit.Warn);
        Classes = classification ? fit.Classes() : null;

        LabelledSequences<T> rows = fit.ReadTraining(open);
        Validation = fit.ReadValidation(open);
        Train = rows;
        if (Validation is null && options.ValidationFraction > 0)
        {
            (int[] train, int[] validation) = ValidationSplit.Draw(
                rows.Labels, classification, options.ValidationFraction, seed);
            Train = rows.Select(train);
            Validation = validation.Length > 0 ? rows.Select(validation) : null;
            if (Validation is null)
            {
                fit.Warn(FormattableString.Invariant($"ValidationFraction {options.ValidationFraction} ")
                    + $"of {rows.Count} rows leaves none to validate by; "
                    + "the best epoch is chosen by the training rows.");
            }
        }

        if (Classes is not null)
            CheckClasses();
        else
            Scale = TargetScale.Of(Train.Labels, Train.Weights);
    }

    public LabelledSequences<T> Train { get; }

    public LabelledSequences<T>? Validation { get; }

    /// <summary>The classes; <see langword="null"/> for regression.</summary>
    public LabelValues? Classes { get; }

    /// <summary>Outputs of the network.</summary>
    public int Outputs => Classes?.Names.Length ?? 1;

    private TargetScale? Scale { get; }

    /// <summary>Trains networks one after the other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="make">Makes a network on a device, with any weights.</param>
    /// <param name="initialize">Draws its first weights.</param>
    /// <param name="optimize">Makes its optimiser.</param>
    /// <param name="examples">Puts sequences, labels and weights together.</param>
    public NetworkEnsemble Run(
        int count, Func<Device?, SequenceNetwork> make, Action<SequenceNetwork, Generator> initialize,
        Func<SequenceNetwork, Optimizer> optimize,
        Func<IReadOnlyList<T>, float[], float[], TrainingExamples> examples)
    {
        var plan = new NetworkPlan
        {
            Make = make,
            Initialize = initialize,
            Optimize = optimize,
            NumberOfNetworks = count,
            Train = Labelled(Train, examples),
            Validation = Validation is null ? null : Labelled(Validation, examples),
            Objective = Scale is null ? new CrossEntropy(_options.LabelSmoothing) : new SquaredError(Scale.Deviation),
            Classes = Classes?.Names ?? [],
            Scale = Scale,
            Data = $"{Train.Count} rows to learn from, {Validation?.Count ?? 0} to validate by",
        };
        return _training.Run(plan, _options);
    }

    private TrainingExamples Labelled(
        LabelledSequences<T> rows, Func<IReadOnlyList<T>, float[], float[], TrainingExamples> examples)
    {
        if (Scale is null)
        {
            float[] weights = _options.WeightsOfExamples(rows.Labels, rows.Weights, Classes!.Names);
            return examples(rows.Sequences, [.. rows.Labels], weights);
        }

        float[] targets = [.. rows.Labels.Select(label => (float)((label - Scale.Mean) / Scale.Deviation))];
        return examples(rows.Sequences, targets, [.. rows.Weights]);
    }

    private void CheckClasses()
    {
        string column = _options.LabelColumnName;
        HashSet<float> learned = [.. Train.Labels];
        if (learned.Count < 2)
        {
            string only = Classes!.Names[(int)learned.First()];
            throw new InvalidOperationException(
                $"Column '{column}' has the one class '{only}' in all {Train.Count} rows; "
                + "a classifier needs at least two. Check the data view or its filters.");
        }

        foreach (float label in Validation?.Labels ?? [])
        {
            if (!learned.Contains(label))
            {
                string unknown = Classes!.Names[(int)label];
                throw new InvalidOperationException(
                    $"Column '{column}' has the class '{unknown}' in the validation rows but in no training row; "
                    + "a class must be learned to be validated. "
                    + "Move rows of it to the training data, or remove them.");
            }
        }
    }
}
