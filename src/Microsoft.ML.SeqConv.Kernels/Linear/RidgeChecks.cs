namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What <see cref="Ridge.Solve"/> asks of its arguments, but for the features' values, which <see cref="FeatureScaling"/> reads anyway.</summary>
internal static class RidgeChecks
{
    /// <summary>Throws what is wrong with the arguments.</summary>
    /// <returns>The number of targets.</returns>
    internal static int Validate(FeatureMatrix features, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights, RidgeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(settings);
        int examples = features.RowCount;
        if (examples < 2)
            throw new ArgumentException($"'features' has {examples} rows; leave-one-out needs at least 2. Add examples.", nameof(features));
        if (targets.Length == 0 || targets.Length % examples != 0)
            throw new ArgumentException($"'targets' has {targets.Length} values; {examples} rows of features need a positive multiple of {examples}. Give every example the same number of targets.", nameof(targets));
        int numberOfTargets = targets.Length / examples;
        for (int i = 0; i < targets.Length; i++)
        {
            if (!double.IsFinite(targets[i]))
                throw new ArgumentException(FormattableString.Invariant($"'targets' has {targets[i]} in row {i / numberOfTargets}, target {i % numberOfTargets}; targets are finite. Remove or replace the row."), nameof(targets));
        }

        ValidateWeights(weights, examples);
        ValidateAlphas(settings.Alphas);
        if (settings.Threads < 0)
            throw new ArgumentException($"'Threads' is {settings.Threads}; it is 0 or more. Set 0 for all processors.", nameof(settings));
        if (!Enum.IsDefined(settings.Orientation))
            throw new ArgumentException($"'Orientation' is {settings.Orientation}, which is no orientation. Set Auto, Examples or Features.", nameof(settings));
        return numberOfTargets;
    }

    private static void ValidateWeights(ReadOnlySpan<double> weights, int examples)
    {
        if (weights.IsEmpty)
            return;
        const string name = "exampleWeights";
        if (weights.Length != examples)
            throw new ArgumentException($"'{name}' has {weights.Length} values for {examples} rows of features; it has one a row. Give one a row, or none for equal weights.", name);
        int positive = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                throw new ArgumentException(FormattableString.Invariant($"'{name}' has {weights[i]} in row {i}; weights are zero or more, and finite. Correct the weight, or give 0 to leave the example out."), name);
            if (weights[i] > 0)
                positive++;
        }

        if (positive < 2)
            throw new ArgumentException($"'{name}' has {positive} positive values; leave-one-out needs at least 2. Give weight to more examples.", name);
    }

    private static void ValidateAlphas(IReadOnlyList<double> alphas)
    {
        const string name = "settings";
        if (alphas is null || alphas.Count == 0)
            throw new ArgumentException("'Alphas' is empty; it has at least one penalty. Give one or more, or leave the default.", name);
        for (int i = 0; i < alphas.Count; i++)
        {
            if (!(alphas[i] > 0 && double.IsFinite(alphas[i])))
                throw new ArgumentException(FormattableString.Invariant($"'Alphas' has {alphas[i]} at position {i}; penalties are positive and finite. Remove it, or use a small penalty such as 1e-6 for almost none."), name);
        }
    }
}
