namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What is settled before a series is seen: the plans of MiniRocket for the series and for its first difference.
/// </summary>
internal sealed class MultiRocketPlan
{
    /// <summary>Plans features.</summary>
    /// <param name="referenceLength">Points of a training series, of the longest when ragged; at least 1.</param>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="random">Draws the channels of each combination; not used for one channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public MultiRocketPlan(int referenceLength, int numberOfChannels, MultiRocketSettings settings, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Series = new MiniRocketPlan(referenceLength, numberOfChannels, settings.OfOneRepresentation, random);
        Difference = new MiniRocketPlan(FirstDifference.LengthOf(referenceLength), numberOfChannels,
            settings.OfOneRepresentation, random);
    }

    /// <summary>Plan of the series.</summary>
    public MiniRocketPlan Series { get; }

    /// <summary>Plan of the difference.</summary>
    public MiniRocketPlan Difference { get; }

    /// <summary>Combinations of a dilation and a kernel, of the series and of the difference.</summary>
    public int NumberOfCombinations => Series.NumberOfCombinations + Difference.NumberOfCombinations;

    /// <summary>Draws the series whose convolution gives a combination its biases.</summary>
    /// <param name="numberOfSeries">Training series, at least 1.</param>
    /// <param name="random">Draws.</param>
    /// <returns>One index a combination: first those of the series, then those of the difference.</returns>
    public int[] DrawBiasSeries(int numberOfSeries, SeededRandom random)
        => [.. Series.DrawBiasSeries(numberOfSeries, random), .. Difference.DrawBiasSeries(numberOfSeries, random)];
}
