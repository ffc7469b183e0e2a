namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A stop of <see cref="SequentialDetachment"/>: the features that are left, and the linear functions fitted on them.
/// </summary>
/// <param name="Features">Their numbers, ascending.</param>
/// <param name="Solution">Coefficients are [target, one of <paramref name="Features"/>].</param>
internal sealed record DetachmentStep(int[] Features, RidgeSolution Solution)
{
    /// <summary>The linear functions of a row.</summary>
    /// <param name="row">[feature], all of them.</param>
    /// <param name="decisions">[target], to be filled.</param>
    public void Score(ReadOnlySpan<float> row, Span<double> decisions)
    {
        for (int target = 0; target < decisions.Length; target++)
        {
            ReadOnlySpan<double> coefficients = Solution.Coefficients.AsSpan(target * Features.Length, Features.Length);
            double sum = Solution.Intercepts[target];
            for (int j = 0; j < coefficients.Length; j++)
                sum += coefficients[j] * row[Features[j]];
            decisions[target] = sum;
        }
    }
}
