namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Several ridge models of the same targets, one a block of features, fused into one by the leave-one-out results of
/// each.
/// <para>
/// Targets of a classifier are +1 and -1, so that the spread of decision values depends on the penalty and on the
/// number of features, and not on how certain the block is. Log loss makes blocks comparable: block b with
/// leave-one-out decision values L_b is scaled by the factor t_b that minimises the mean log loss of softmax(t_b L_b)
/// against smoothed targets (<see cref="TargetSmoothing"/>), with ln t_b within [-2, 5]. The loss is convex in
/// t_b, and its derivative, the sum of (probability - target) L_b, is bisected (<see cref="SoftmaxTemperature"/>). A
/// block without information gets a small factor, one that separates the classes a large one.
/// </para>
/// <para>
/// The weight w_b of a block is proportional to its leave-one-out accuracy to the power of 8: at 0.9 it weighs 2.3
/// times as much as at 0.81. For a regression it is proportional to the mean squared error to the power of -4, which is
/// its root to the power of -8, and there are no factors: all blocks predict in the unit of the label.
/// </para>
/// <para>
/// The fused score, the sum of w_b t_b S_b(x), is linear in the features of all blocks side by side: the coefficients
/// of block b are multiplied by w_b t_b, and so are the intercepts, which are added (<see cref="Join"/>). The
/// leave-one-out decisions of the fused model are the same sum of L_b, up to the choice of w_b and t_b: two numbers a
/// block that were fitted on all examples.
/// </para>
/// <para>
/// Blocks by themselves cannot use what they tell only together, and one ridge on all features cannot give each block
/// its own penalty. A joint model, of all blocks side by side, is a member like them with a given weight; the weights
/// of the blocks share the rest. It is linear in the same features, so that its coefficients are added to theirs.
/// </para>
/// </summary>
internal static class RidgeFusion
{
    private const double MinLogFactor = -2;
    private const double MaxLogFactor = 5;
    private const double PowerOfAccuracy = 8;
    private const double PowerOfError = -4;

    /// <summary>Fits the temperature 1 / t of leave-one-out decision values.</summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="smoothing">What examples count as.</param>
    public static double Temperature(ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels,
        ReadOnlySpan<double> weights, TargetSmoothing smoothing)
        => SoftmaxTemperature.Fit(decisions, labels, weights, smoothing, MinLogFactor, MaxLogFactor);

    /// <summary>Weights proportional to accuracy^8; equal ones where no block has any.</summary>
    /// <param name="accuracies">[block]: fractions of examples.</param>
    /// <returns>[block]; they sum to one.</returns>
    public static double[] WeightsOfAccuracies(double[] accuracies)
    {
        double best = accuracies.Max();
        return Normalized(Array.ConvertAll(accuracies,
            accuracy => best > 0 ? Math.Pow(accuracy / best, PowerOfAccuracy) : 1));
    }

    /// <summary>Weights proportional to error^-4; blocks without error, where there are any, share them all.</summary>
    /// <param name="errors">[block]: mean squared errors.</param>
    /// <returns>[block]; they sum to one.</returns>
    public static double[] WeightsOfErrors(double[] errors)
    {
        double least = errors.Min();
        return Normalized(Array.ConvertAll(errors,
            error => error == least ? 1 : Math.Pow(error / least, PowerOfError)));
    }

    /// <summary>The decision values of two classes, -s and s, of decision values s.</summary>
    /// <param name="decisions">[example].</param>
    /// <returns>[example, class], row-major.</returns>
    public static double[] AsPairs(double[] decisions)
        => [.. decisions.SelectMany(decision => new[] { -decision, decision })];

    /// <summary>The sum of the blocks' decision values, each times its factor.</summary>
    /// <param name="decisions">[block][example, target], row-major.</param>
    /// <param name="factors">[block].</param>
    /// <returns>[example, target], row-major.</returns>
    public static double[] Sum(double[][] decisions, double[] factors)
    {
        double[] sum = new double[decisions[0].Length];
        for (int b = 0; b < decisions.Length; b++)
        {
            for (int i = 0; i < sum.Length; i++)
                sum[i] += factors[b] * decisions[b][i];
        }

        return sum;
    }

    /// <summary>The weights of blocks beside a joint model.</summary>
    /// <param name="weights">[block]; they sum to one.</param>
    /// <param name="weightOfJoint">What the joint model gets of it, below 1.</param>
    /// <returns>[block and the joint model]; they sum to one.</returns>
    public static double[] WithJoint(double[] weights, double weightOfJoint)
        => [.. weights.Select(weight => (1 - weightOfJoint) * weight), weightOfJoint];

    /// <summary>One linear model over the features of all blocks side by side.</summary>
    /// <param name="blocks">Models of the same targets.</param>
    /// <param name="factors">[block and, where there is one, the joint model]: what decision values are multiplied by.
    /// </param>
    /// <param name="offsets">[target]: what is added to the sum.</param>
    /// <param name="joint">The model of all features; <see langword="null"/>: there is none.</param>
    /// <exception cref="ArgumentException">A coefficient is beyond single precision.</exception>
    public static LinearModel Join(
        IReadOnlyList<RidgeSolution> blocks, double[] factors, double[] offsets, RidgeSolution? joint = null)
    {
        int targets = offsets.Length;
        int[] widths = [.. blocks.Select(block => block.Coefficients.Length / targets)];
        int features = checked(widths.Sum());
        float[] coefficients = new float[(long)targets * features];
        double[] intercepts = (double[])offsets.Clone();
        double factorOfJoint = joint is null ? 0 : factors[blocks.Count];
        for (int t = 0, to = 0; t < targets; t++)
        {
            intercepts[t] += joint is null ? 0 : factorOfJoint * joint.Intercepts[t];
            for (int b = 0; b < blocks.Count; b++)
            {
                intercepts[t] += factors[b] * blocks[b].Intercepts[t];
                foreach (double coefficient in blocks[b].Coefficients.AsSpan(t * widths[b], widths[b]))
                {
                    double ofJoint = joint is null ? 0 : factorOfJoint * joint.Coefficients[to];
                    coefficients[to++] = (float)(factors[b] * coefficient + ofJoint);
                }
            }
        }

        return new(targets, features, coefficients, intercepts);
    }

    private static double[] Normalized(double[] weights)
    {
        double total = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / total);
    }
}
