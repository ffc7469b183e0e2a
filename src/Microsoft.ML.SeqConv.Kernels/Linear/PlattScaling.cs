namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A probability from a decision value, <c>1 / (1 + exp(slope x + offset))</c> (Platt 1999), fitted by Newton's method
/// with backtracking on smoothed targets (Lin, Lin and Weng 2007, A Note on Platt's Probabilistic Outputs for Support
/// Vector Machines). The slope is negative whatever the data: held-out predictions of a model without signal are
/// anti-correlated with their labels, and an unconstrained fit then turns the order of probabilities against that of
/// decisions. Such decisions get a probability that hardly differs from the fraction of the positive class.
/// </summary>
/// <param name="Slope">Negative: larger decisions are more positive.</param>
/// <param name="Offset">Offset.</param>
internal readonly record struct PlattScaling(double Slope, double Offset)
{
    private const int MaxIterations = 100;
    private const double Ridge = 1e-12;
    private const double MaxDecision = 1e100;

    // Log-odds for each standard deviation of the decisions, where these say nothing of the labels. Probabilities then
    // lie within 0.001 of the class share for any row within forty deviations, and single precision keeps their order.
    private const double MinSlope = 1e-4;

    /// <summary>Fits slope and offset. Of all negative slopes, the one of least log loss: the loss is convex.</summary>
    /// <param name="decisions">[example], made without the example they are for.</param>
    /// <param name="labels">[example].</param>
    /// <param name="weights">
    /// [example], or empty. An example of weight 2 counts as two, one of weight 0 as none.
    /// </param>
    public static PlattScaling Fit(
        ReadOnlySpan<double> decisions, ReadOnlySpan<bool> labels, ReadOnlySpan<double> weights)
    {
        if (decisions.Length != labels.Length || (!weights.IsEmpty && weights.Length != labels.Length))
            throw new ArgumentException($"There are {decisions.Length} decision values and {weights.Length} weights "
                + $"for {labels.Length} labels.", nameof(decisions));
        double largest = 0;
        foreach (double decision in decisions)
            largest = Math.Max(largest, Math.Abs(decision));
        if (largest > MaxDecision && double.IsFinite(largest))
        {
            // Squares of them would overflow.
            double[] scaled = [.. decisions.ToArray().Select(decision => decision / largest)];
            PlattScaling ofScaled = Fit(scaled, labels, weights);
            return ofScaled with { Slope = ofScaled.Slope / largest };
        }

        double positives = 0;
        double negatives = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            positives += labels[i] ? weight : 0;
            negatives += labels[i] ? 0 : weight;
        }

        double high = (positives + 1) / (positives + 2);
        double low = 1 / (negatives + 2);
        double steepest = -MinSlope / Deviation(decisions, weights);
        var prior = new PlattScaling(0, Math.Log((negatives + 1) / (positives + 1)));
        PlattScaling best = prior.Descend(decisions, labels, weights, high, low, fitsSlope: true);
        if (best.Slope <= steepest)
            return best;

        // The loss is convex, so that the least one within the bound lies on it.
        prior = prior with { Slope = steepest };
        return prior.Descend(decisions, labels, weights, high, low, fitsSlope: false);
    }

    private PlattScaling Descend(
        ReadOnlySpan<double> decisions, ReadOnlySpan<bool> labels, ReadOnlySpan<double> weights,
        double high, double low, bool fitsSlope)
    {
        PlattScaling current = this;
        double loss = current.Loss(decisions, labels, weights, high, low);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            (double slopeStep, double offsetStep, double decrease) =
                current.NewtonStep(decisions, labels, weights, high, low, fitsSlope);
            if (Math.Abs(decrease) < 1e-12 * (1 + loss))
                break;

            // The step is halved until it lowers the loss enough.
            double factor = 1;
            for (; factor > 1e-10; factor /= 2)
            {
                var next = new PlattScaling(current.Slope + factor * slopeStep, current.Offset + factor * offsetStep);
                double nextLoss = next.Loss(decisions, labels, weights, high, low);
                if (nextLoss < loss + 1e-4 * factor * decrease)
                {
                    (current, loss) = (next, nextLoss);
                    break;
                }
            }

            if (factor <= 1e-10)
                break;
        }

        return current;
    }

    /// <summary>The probability of the positive class.</summary>
    /// <param name="decision">A decision value.</param>
    public double Probability(double decision)
    {
        double x = Slope * decision + Offset;
        return x >= 0 ? Math.Exp(-x) / (1 + Math.Exp(-x)) : 1 / (1 + Math.Exp(x));
    }

    // Never zero: decisions that are all the same say nothing, whatever the slope.
    private static double Deviation(ReadOnlySpan<double> decisions, ReadOnlySpan<double> weights)
    {
        double total = 0;
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < decisions.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight == 0)
                continue;
            total += weight;
            double distance = decisions[i] - mean;
            mean += weight / total * distance;
            squares += weight * distance * (decisions[i] - mean);
        }

        double deviation = Math.Sqrt(squares / total);
        return deviation > 0 && double.IsFinite(deviation) ? deviation : 1;
    }

    private double Loss(ReadOnlySpan<double> decisions, ReadOnlySpan<bool> labels,
        ReadOnlySpan<double> weights, double high, double low)
    {
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double x = Slope * decisions[i] + Offset;
            double target = labels[i] ? high : low;

            // -target log p - (1 - target) log(1 - p), arranged so that nothing overflows.
            double value =
                x >= 0 ? target * x + Math.Log(1 + Math.Exp(-x)) : (target - 1) * x + Math.Log(1 + Math.Exp(x));
            loss += (weights.IsEmpty ? 1 : weights[i]) * value;
        }

        return loss;
    }

    private (double Slope, double Offset, double Decrease) NewtonStep(
        ReadOnlySpan<double> decisions, ReadOnlySpan<bool> labels, ReadOnlySpan<double> weights,
        double high, double low, bool fitsSlope)
    {
        double h11 = Ridge, h22 = Ridge, h21 = 0, g1 = 0, g2 = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            double p = Probability(decisions[i]);
            double curvature = weight * p * (1 - p);
            double residual = weight * ((labels[i] ? high : low) - p);
            h11 += decisions[i] * decisions[i] * curvature;
            h21 += decisions[i] * curvature;
            h22 += curvature;
            g1 += decisions[i] * residual;
            g2 += residual;
        }

        if (!fitsSlope)
            return (0, -g2 / h22, -g2 * g2 / h22);
        double determinant = h11 * h22 - h21 * h21;
        double slope = -(h22 * g1 - h21 * g2) / determinant;
        double offset = -(h11 * g2 - h21 * g1) / determinant;
        return (slope, offset, g1 * slope + g2 * offset);
    }
}
