using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What <see cref="Ridge"/> asks of its arguments, but for the features' values, which
/// <see cref="FeatureScaling"/> reads anyway.
/// </summary>
internal static class RidgeChecks
{
    /// <summary>Throws what is wrong with the arguments.</summary>
    /// <returns>The number of targets.</returns>
    internal static int Validate(
        FeatureMatrix features, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights, RidgeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(features);
        int examples = features.RowCount;
        if (examples < 2)
            throw new ArgumentException($"'features' has {examples} rows; leave-one-out needs at least 2. "
                + "Add examples.", nameof(features));
        if (targets.Length == 0 || targets.Length % examples != 0)
            throw new ArgumentException($"'targets' has {targets.Length} values; "
                + $"{examples} rows of features need a positive multiple of {examples}. "
                + "Give every example the same number of targets.", nameof(targets));
        int numberOfTargets = targets.Length / examples;
        ValidateTargets(targets, numberOfTargets);
        ValidateWeights(weights, examples);
        ValidateSettings(settings);
        if (settings.AlphaSelection == AlphaSelection.Holdout)
            throw new ArgumentException("'AlphaSelection' is Holdout, and no examples are held out. "
                + "Sum them and the others as RidgeStatistics, or choose another way.", nameof(settings));
        return numberOfTargets;
    }

    /// <summary>Throws what is wrong with a block of examples.</summary>
    internal static void ValidateBlock(FeatureMatrix features, int columns, ReadOnlySpan<double> targets,
        int numberOfTargets, ReadOnlySpan<double> weights)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.ColumnCount != columns)
            throw new ArgumentException($"'features' has {features.ColumnCount} columns; the sums are of {columns}. "
                + "Give every block the same features.", nameof(features));
        if (targets.Length != (long)features.RowCount * numberOfTargets)
            throw new ArgumentException($"'targets' has {targets.Length} values; {features.RowCount} rows of "
                + $"{numberOfTargets} targets need {(long)features.RowCount * numberOfTargets}.", nameof(targets));
        ValidateTargets(targets, numberOfTargets);
        for (int i = 0; i < features.RowCount; i++)
        {
            int bad = FirstNotFinite(features[i]);
            if (bad >= 0)
                throw new ArgumentException(
                    FormattableString.Invariant($"'features' has {features[i][bad]} in row {i}, column {bad}; ")
                    + "features are finite. Remove the example or replace the value.", nameof(features));
        }

        CheckWeights(weights, features.RowCount);
    }

    /// <summary>Throws where settings break a rule.</summary>
    internal static void ValidateSettings(RidgeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ValidateAlphas(settings.Alphas);
        if (settings.NumberOfThreads < 0)
        {
            throw new ArgumentException($"'NumberOfThreads' is {settings.NumberOfThreads}; it is 0 or more. "
                + "Set 0 for all processors.", nameof(settings));
        }

        if (!Enum.IsDefined(settings.Orientation))
            throw new ArgumentException($"'Orientation' is {settings.Orientation}, which is no orientation. "
                + "Set Auto, Examples or Features.", nameof(settings));
        if (!Enum.IsDefined(settings.AlphaSelection))
            throw new ArgumentException($"'AlphaSelection' is {settings.AlphaSelection}, which is no way to choose. "
                + "Set Auto, LeaveOneOut, GeneralizedCrossValidation or Holdout.", nameof(settings));
    }

    private static void ValidateTargets(ReadOnlySpan<double> targets, int numberOfTargets)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (!double.IsFinite(targets[i]))
                throw new ArgumentException(
                    FormattableString.Invariant($"'targets' has {targets[i]} in row {i / numberOfTargets}, target ")
                    + FormattableString.Invariant($"{i % numberOfTargets}; targets are finite. ")
                    + "Remove or replace the row.", nameof(targets));
        }
    }

    private static void ValidateWeights(ReadOnlySpan<double> weights, int examples)
    {
        if (weights.IsEmpty)
            return;
        int positive = CheckWeights(weights, examples);
        if (positive < 2)
            throw new ArgumentException($"'exampleWeights' has {positive} positive values; "
                + "leave-one-out needs at least 2. Give weight to more examples.", "exampleWeights");
    }

    private static int CheckWeights(ReadOnlySpan<double> weights, int examples)
    {
        if (weights.IsEmpty)
            return examples;
        const string name = "exampleWeights";
        if (weights.Length != examples)
            throw new ArgumentException($"'{name}' has {weights.Length} values for {examples} rows of features; "
                + "it has one a row. Give one a row, or none for equal weights.", name);
        int positive = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                throw new ArgumentException(
                    FormattableString.Invariant($"'{name}' has {weights[i]} in row {i}; weights are zero or more, ")
                    + "and finite. Correct the weight, or give 0 to leave the example out.", name);
            if (weights[i] > 0)
                positive++;
        }

        return positive;
    }

    private static void ValidateAlphas(IReadOnlyList<double> alphas)
    {
        const string name = "settings";
        if (alphas is null || alphas.Count == 0)
            throw new ArgumentException("'Alphas' is empty; it has at least one penalty. "
                + "Give one or more, or leave the default.", name);
        for (int i = 0; i < alphas.Count; i++)
        {
            if (!(alphas[i] > 0 && double.IsFinite(alphas[i])))
                throw new ArgumentException(
                    FormattableString.Invariant($"'Alphas' has {alphas[i]} at position {i}; penalties are positive ")
                    + "and finite. Remove it, or use a small penalty such as 1e-6 for almost none.", name);
        }
    }

    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        // Times zero, a finite value is zero and any other NaN.
        Vector<float> sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
            sum += vector * 0;
        if (Vector.Sum(sum) == 0 && AllFinite(values[(vectors.Length * Vector<float>.Count)..]))
            return -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
