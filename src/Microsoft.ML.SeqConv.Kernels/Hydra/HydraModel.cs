namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Hydra (Dempster, Schmidt and Webb 2023, arXiv:2203.13652): groups of random kernels that compete at every position, on a series and on its first difference. A kernel's
/// "max" feature sums its outputs where they are the largest of its group, its "min" feature counts where they are the smallest. Features are in the order of the published code:
/// dilation, representation, max or min, group, kernel.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Positions beyond its ends count as zeros, and a longer series has larger sums and counts.
/// </remarks>
public sealed class HydraModel : SeriesFeaturizer
{
    /// <summary>Puts drawn and fitted values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="dilations">Ascending, at least 1.</param>
    /// <param name="representations">1: kernels on the series; 2: half of them on its first difference.</param>
    /// <param name="kernelsPerGroup">Kernels that compete, at least 2.</param>
    /// <param name="weights">[dilation, representation, group, kernel, tap], nine taps a kernel; finite.</param>
    /// <param name="channelsPerGroup">How many channels a group sums over; 0 for one channel.</param>
    /// <param name="channels">[dilation, representation, group, channel]: those channels; a channel may be summed twice.</param>
    /// <param name="scaling">The scaling of features; <see langword="null"/>: none.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    public HydraModel(int numberOfChannels, int[] dilations, int representations, int kernelsPerGroup, float[] weights, int channelsPerGroup, int[] channels, SparseScaling? scaling)
    {
        ArgumentNullException.ThrowIfNull(dilations);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelsPerGroup, 2);
        if (representations is not (1 or 2))
            throw new ArgumentException($"There are {representations} representations; there must be 1, the series, or 2, with its difference.", nameof(representations));
        CheckDilations(dilations);
        long perGroup = (long)kernelsPerGroup * HydraSettings.KernelLength;
        long rows = (long)dilations.Length * representations;
        if (weights.Length == 0 || weights.Length % (perGroup * rows) != 0)
            throw new ArgumentException($"There are {weights.Length} weights; they must be a multiple of {perGroup * rows}, for {rows} rows of groups of {kernelsPerGroup} kernels.", nameof(weights));
        int bad = Array.FindIndex(weights, weight => !float.IsFinite(weight));
        if (bad >= 0)
            throw new ArgumentException($"Weight {bad} is {weights[bad]}; weights must be finite.", nameof(weights));
        NumberOfChannels = numberOfChannels;
        DilationArray = dilations;
        Representations = representations;
        KernelsPerGroup = kernelsPerGroup;
        WeightArray = weights;
        Groups = (int)(weights.Length / (perGroup * rows));
        CheckChannels(channelsPerGroup, channels);
        ChannelsPerGroup = channelsPerGroup;
        ChannelArray = channels;
        if (scaling is not null && scaling.Means.Length != NumberOfFeatures)
            throw new ArgumentException($"The scaling is for {scaling.Means.Length} features; there are {NumberOfFeatures}.", nameof(scaling));
        Scaling = scaling;
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <inheritdoc/>
    public override int NumberOfFeatures => checked(2 * DilationArray.Length * Representations * Groups * KernelsPerGroup);

    /// <summary>Ascending powers of two.</summary>
    public ReadOnlySpan<int> Dilations => DilationArray;

    /// <summary>1: kernels on the series; 2: half of them on its first difference.</summary>
    public int Representations { get; }

    /// <summary>Groups of one dilation on one representation.</summary>
    public int Groups { get; }

    /// <summary>Kernels that compete in a group.</summary>
    public int KernelsPerGroup { get; }

    /// <summary>[dilation, representation, group, kernel, tap].</summary>
    public ReadOnlySpan<float> Weights => WeightArray;

    /// <summary>How many channels a group sums over; 0 for one channel.</summary>
    public int ChannelsPerGroup { get; }

    /// <summary>[dilation, representation, group, channel]; a channel may be summed twice.</summary>
    public ReadOnlySpan<int> Channels => ChannelArray;

    /// <summary>The scaling of features; <see langword="null"/>: none.</summary>
    public SparseScaling? Scaling { get; }

    internal int[] DilationArray { get; }

    internal float[] WeightArray { get; }

    internal int[] ChannelArray { get; }

    /// <summary>The same kernels with another scaling.</summary>
    /// <param name="scaling">For as many features.</param>
    public HydraModel With(SparseScaling scaling) => new(NumberOfChannels, DilationArray, Representations, KernelsPerGroup, WeightArray, ChannelsPerGroup, ChannelArray, scaling);

    /// <summary>The channels that a group sums over.</summary>
    /// <param name="group">Counted over all dilations and representations.</param>
    public ReadOnlySpan<int> ChannelsOf(int group)
    {
        if (NumberOfChannels == 1)
            return [0];
        return ChannelArray.AsSpan(group * ChannelsPerGroup, ChannelsPerGroup);
    }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, NumberOfFeatures);
        (int rest, int kernel) = Math.DivRem(index, KernelsPerGroup);
        (rest, int group) = Math.DivRem(rest, Groups);
        (rest, int smallest) = Math.DivRem(rest, 2);
        (int dilation, int representation) = Math.DivRem(rest, Representations);
        return $"{(smallest == 1 ? "min" : "max")} g{group} k{kernel} d{DilationArray[dilation]}{(representation == 1 ? " difference" : "")}";
    }

    /// <inheritdoc/>
    protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
        => HydraAttribution.Apply(this, series, features, weights, contributions);

    /// <inheritdoc/>
    public override FeaturizerWorker CreateWorker(KernelPath path) => path == KernelPath.Scalar ? new ScalarHydraWorker(this) : new VectorHydraWorker(this, path);

    private static void CheckDilations(int[] dilations)
    {
        if (dilations.Length == 0)
            throw new ArgumentException("Hydra has no dilations; it needs at least one.", nameof(dilations));
        for (int i = 0; i < dilations.Length; i++)
        {
            if (dilations[i] < (i == 0 ? 1 : dilations[i - 1] + 1))
                throw new ArgumentException($"Dilation {i} is {dilations[i]}; dilations must ascend from at least 1.", nameof(dilations));
        }
    }

    private void CheckChannels(int perGroup, int[] channels)
    {
        bool right = NumberOfChannels == 1 ? perGroup == 0 : perGroup >= 1;
        if (!right || channels.Length != (long)perGroup * DilationArray.Length * Representations * Groups)
            throw new ArgumentException($"There are {channels.Length} channel indices, {perGroup} a group; {NumberOfChannels} channels and {Groups} groups a row do not fit that.", nameof(channels));
        int bad = Array.FindIndex(channels, channel => channel < 0 || channel >= NumberOfChannels);
        if (bad >= 0)
            throw new ArgumentException($"Channel index {bad} is {channels[bad]}; it must be from 0 to {NumberOfChannels - 1}.", nameof(channels));
    }
}
