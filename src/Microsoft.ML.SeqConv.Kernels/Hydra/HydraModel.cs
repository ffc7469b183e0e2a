namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Hydra (Dempster, Schmidt and Webb 2023, arXiv:2203.13652): groups of random kernels that compete at every position,
/// on a series and on its first difference. A kernel's "max" feature sums its outputs where they are the largest of its
/// group, its "min" feature counts where they are the smallest. Features are in the order of the published code:
/// dilation, representation, max or min, group, kernel.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Positions beyond its ends count as zeros, and a longer series has
/// larger sums and counts. A model may be pruned: since the kernels of a group compete, it then holds all kernels of
/// the groups that have a feature, and no other group.
/// </remarks>
public sealed class HydraModel : PrunableFeaturizer<HydraModel>
{
    /// <summary>Puts drawn and fitted values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="dilations">Ascending, at least 1.</param>
    /// <param name="representations">1: kernels on the series; 2: half of them on its first difference.</param>
    /// <param name="kernelsPerGroup">Kernels that compete, at least 2.</param>
    /// <param name="weights">[dilation, representation, group, kernel, tap], nine taps a kernel; finite.</param>
    /// <param name="channelsPerGroup">How many channels a group sums over; 0 for one channel.</param>
    /// <param name="channels">
    /// [dilation, representation, group, channel]: those channels; a channel may be summed twice.
    /// </param>
    /// <param name="scaling">The scaling of features; <see langword="null"/>: none.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal HydraModel(int numberOfChannels, int[] dilations, int representations,
        int kernelsPerGroup, float[] weights,
        int channelsPerGroup, int[] channels, SparseScaling? scaling)
        : this(numberOfChannels, dilations, representations, groups: null, kernelsPerGroup, weights,
            channelsPerGroup, channels, scaling, keptFeatures: null)
    {
    }

    /// <summary>Puts the values of a pruned model together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="dilations">Ascending, at least 1; those of the full model.</param>
    /// <param name="representations">1: kernels on the series; 2: half of them on its first difference.</param>
    /// <param name="groups">
    /// Groups of one dilation on one representation in the full model, at least 1; <see langword="null"/> where none is
    /// missing.
    /// </param>
    /// <param name="kernelsPerGroup">Kernels that compete, at least 2.</param>
    /// <param name="weights">[group that has a kept feature, kernel, tap], nine taps a kernel; finite.</param>
    /// <param name="channelsPerGroup">How many channels a group sums over; 0 for one channel.</param>
    /// <param name="channels">
    /// [group that has a kept feature, channel]: those channels; a channel may be summed twice.
    /// </param>
    /// <param name="scaling">The scaling of the kept features; <see langword="null"/>: none.</param>
    /// <param name="keptFeatures">
    /// The features, ascending, by their numbers in the full model; <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal HydraModel(int numberOfChannels, int[] dilations, int representations, int? groups, int kernelsPerGroup,
        float[] weights, int channelsPerGroup, int[] channels, SparseScaling? scaling, int[]? keptFeatures)
    {
        ArgumentNullException.ThrowIfNull(dilations);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(channels);
        Guard.AtLeast(numberOfChannels, 1);
        Guard.AtLeast(kernelsPerGroup, 2);
        if (representations is not (1 or 2))
            throw new ArgumentException($"There are {representations} representations; there must be 1, the series, "
                + "or 2, with its difference.", nameof(representations));
        CheckDilations(dilations);
        long perGroup = (long)kernelsPerGroup * HydraSettings.KernelLength;
        long rows = (long)dilations.Length * representations;
        if (weights.Length == 0 || weights.Length % (groups is null ? perGroup * rows : perGroup) != 0)
            throw new ArgumentException($"There are {weights.Length} weights; they must be a multiple of "
                + $"{perGroup * rows}, for {rows} rows of groups of {kernelsPerGroup} kernels.", nameof(weights));
        int bad = Array.FindIndex(weights, weight => !float.IsFinite(weight));
        if (bad >= 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"Weight {bad} is {weights[bad]}; weights must be finite."), nameof(weights));
        NumberOfChannels = numberOfChannels;
        DilationArray = dilations;
        Representations = representations;
        KernelsPerGroup = kernelsPerGroup;
        WeightArray = weights;
        Groups = groups ?? (int)(weights.Length / (perGroup * rows));
        long full = checked(2 * rows * Groups * kernelsPerGroup);
        if (Groups < 1 || full > Array.MaxLength)
            throw new ArgumentException($"There are {Groups} groups in each of {rows} rows; at least 1 is needed, "
                + $"and at most {Array.MaxLength} features in all.", nameof(groups));
        Selection = new FeatureSelection(keptFeatures, full);
        GroupNumbers = GroupsOf(Selection.Numbers);
        if (weights.Length != GroupNumbers.Length * perGroup)
            throw new ArgumentException($"There are {weights.Length} weights; {GroupNumbers.Length} groups have "
                + $"{GroupNumbers.Length * perGroup}.", nameof(weights));
        Places = FindPlaces();
        CheckChannels(channelsPerGroup, channels);
        ChannelsPerGroup = channelsPerGroup;
        ChannelArray = channels;
        if (scaling is not null && scaling.Means.Length != NumberOfFeatures)
            throw new ArgumentException($"The scaling is for {scaling.Means.Length} features; "
                + $"there are {NumberOfFeatures}.", nameof(scaling));
        Scaling = scaling;
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <summary>Ascending powers of two.</summary>
    internal ReadOnlySpan<int> Dilations => DilationArray;

    /// <summary>1: kernels on the series; 2: half of them on its first difference.</summary>
    internal int Representations { get; }

    /// <summary>Groups of one dilation on one representation in the full model.</summary>
    internal int Groups { get; }

    /// <summary>Kernels that compete in a group.</summary>
    internal int KernelsPerGroup { get; }

    /// <summary>
    /// [dilation, representation, group, kernel, tap]; of a pruned model [group that has a feature, kernel, tap].
    /// </summary>
    internal ReadOnlySpan<float> Weights => WeightArray;

    /// <summary>How many channels a group sums over; 0 for one channel.</summary>
    internal int ChannelsPerGroup { get; }

    /// <summary>
    /// [dilation, representation, group, channel]; of a pruned model [group that has a feature, channel]. A channel
    /// may be summed twice.
    /// </summary>
    internal ReadOnlySpan<int> Channels => ChannelArray;

    /// <summary>The scaling of features; <see langword="null"/>: none.</summary>
    internal SparseScaling? Scaling { get; }

    internal int[] DilationArray { get; }

    internal float[] WeightArray { get; }

    internal int[] ChannelArray { get; }

    /// <summary>
    /// The groups that have a feature, ascending, by their numbers in the full model: [dilation,
    /// representation, group].
    /// </summary>
    internal int[] GroupNumbers { get; }

    /// <summary>
    /// [group that has a feature, max or min, kernel]: which feature that is, -1 where it is not kept.
    /// </summary>
    internal int[] Places { get; }

    /// <summary>The same kernels with another scaling.</summary>
    /// <param name="scaling">For as many features.</param>
    internal HydraModel With(SparseScaling scaling)
        => new(NumberOfChannels, DilationArray, Representations, Groups, KernelsPerGroup, WeightArray,
            ChannelsPerGroup, ChannelArray, scaling, Selection.Chosen);

    /// <summary>The channels that a group sums over.</summary>
    /// <param name="group">
    /// Counted over all dilations and representations; of a pruned model over the groups that have a feature.
    /// </param>
    internal ReadOnlySpan<int> ChannelsOf(int group)
    {
        if (NumberOfChannels == 1)
            return [0];
        return ChannelArray.AsSpan(group * ChannelsPerGroup, ChannelsPerGroup);
    }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        HydraFeature feature = Feature(index);
        return $"{(feature.IsMinimum ? "min" : "max")} g{feature.Group} k{feature.Kernel} "
            + $"d{DilationArray[feature.DilationIndex]}{(feature.OfDifference ? " difference" : "")}";
    }

    /// <summary>What a feature is.</summary>
    /// <param name="index">0 to <see cref="SeriesFeaturizer.NumberOfFeatures"/> - 1.</param>
    internal HydraFeature Feature(int index) => InFull(NumberInFull(index));

    internal override HydraModel KeepChosen(int[] chosen)
    {
        int[] kept = Selection.InFull(chosen);
        int perGroup = KernelsPerGroup * HydraSettings.KernelLength;
        int[] groups = [.. GroupsOf(kept).Select(number => Array.BinarySearch(GroupNumbers, number))];
        return new(NumberOfChannels, DilationArray, Representations, Groups, KernelsPerGroup,
            [.. groups.SelectMany(group => WeightArray.AsSpan(group * perGroup, perGroup).ToArray())],
            ChannelsPerGroup, NumberOfChannels == 1 ? [] : [.. groups.SelectMany(group => ChannelsOf(group).ToArray())],
            Scaling?.Of(chosen), kept);
    }

    /// <summary>Puts the features of a group where they belong, those that are kept.</summary>
    /// <param name="group">One of the groups that have a feature.</param>
    /// <param name="ofGroup">[max or min, kernel].</param>
    /// <param name="features">[feature].</param>
    internal void Place(int group, ReadOnlySpan<float> ofGroup, Span<float> features)
    {
        ReadOnlySpan<int> places = Places.AsSpan(group * ofGroup.Length, ofGroup.Length);
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
                features[places[i]] = ofGroup[i];
        }
    }

    private HydraFeature InFull(int number)
    {
        (int rest, int kernel) = Math.DivRem(number, KernelsPerGroup);
        (rest, int group) = Math.DivRem(rest, Groups);
        (rest, int smallest) = Math.DivRem(rest, 2);
        (int dilation, int representation) = Math.DivRem(rest, Representations);
        return new(dilation, representation == 1, group, kernel, smallest == 1);
    }

    private int Number(HydraFeature feature)
        => (feature.DilationIndex * Representations + (feature.OfDifference ? 1 : 0)) * Groups + feature.Group;

    // The groups that features are of, ascending.
    private int[] GroupsOf(ReadOnlySpan<int> features)
    {
        var groups = new SortedSet<int>();
        foreach (int feature in features)
            groups.Add(Number(InFull(feature)));
        return [.. groups];
    }

    private int[] FindPlaces()
    {
        var places = new int[2 * GroupNumbers.Length * KernelsPerGroup];
        Array.Fill(places, -1);
        int place = 0;
        foreach (int number in Selection.Numbers)
        {
            HydraFeature feature = InFull(number);
            int group = Array.BinarySearch(GroupNumbers, Number(feature));
            places[(2 * group + (feature.IsMinimum ? 1 : 0)) * KernelsPerGroup + feature.Kernel] = place++;
        }

        return places;
    }

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => HydraAttribution.Apply(this, series, features, weights, contributions);

    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path)
        => path == KernelPath.Scalar ? new ScalarHydraWorker(this) : new VectorHydraWorker(this, path);

    private static void CheckDilations(int[] dilations)
    {
        if (dilations.Length == 0)
            throw new ArgumentException("Hydra has no dilations; it needs at least one.", nameof(dilations));
        for (int i = 0; i < dilations.Length; i++)
        {
            if (dilations[i] < (i == 0 ? 1 : dilations[i - 1] + 1))
                throw new ArgumentException(
                    $"Dilation {i} is {dilations[i]}; dilations must ascend from at least 1.", nameof(dilations));
        }
    }

    private void CheckChannels(int perGroup, int[] channels)
    {
        bool right = NumberOfChannels == 1 ? perGroup == 0 : perGroup >= 1;
        if (!right || channels.Length != (long)perGroup * GroupNumbers.Length)
            throw new ArgumentException($"There are {channels.Length} channel indices, {perGroup} a group; "
                + $"{NumberOfChannels} channels and {GroupNumbers.Length} groups do not fit that.", nameof(channels));
        int bad = Array.FindIndex(channels, channel => channel < 0 || channel >= NumberOfChannels);
        if (bad >= 0)
            throw new ArgumentException($"Channel index {bad} is {channels[bad]}; "
                + $"it must be from 0 to {NumberOfChannels - 1}.", nameof(channels));
    }
}
