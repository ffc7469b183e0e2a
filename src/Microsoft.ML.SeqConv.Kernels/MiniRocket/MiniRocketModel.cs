using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted MiniRocket (Dempster, Schmidt and Webb 2021, arXiv:2012.08791): dilations, biases and channels. A feature is
/// the proportion of positive values (PPV) of a dilated convolution minus a bias, in [0, 1]. Features are in the order
/// of the published code: dilation, kernel, bias.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Positions beyond its ends count as zeros. Where padding
/// alternates, every other combination counts only the positions whose nine taps lie in the series; a series too short
/// to have such positions counts all of its own. A model may be pruned: then it holds some of the features of the full
/// one, has biases and channels for these alone, and computes nothing else.
/// </remarks>
public sealed class MiniRocketModel : PrunableFeaturizer<MiniRocketModel>
{
    // [dilation, kernel]: index into Combinations, -1 where it has no feature.
    private readonly int[] _combinationIndices;
    private readonly int[] _channelStarts;

    /// <summary>Puts fitted values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="referenceLength">Points of a training series, of the longest when ragged; at least 1.</param>
    /// <param name="alternatesPadding">
    /// Whether padding alternates from combination to combination; false where series are ragged.
    /// </param>
    /// <param name="dilations">Ascending, at least 1; nine taps span no more than the reference length.</param>
    /// <param name="featuresPerDilation">How many biases each kernel has at each dilation, at least 1.</param>
    /// <param name="biases">Finite; as many as there are features.</param>
    /// <param name="channelsPerCombination">
    /// How many channels each combination of dilation and kernel sums over; empty for one channel.
    /// </param>
    /// <param name="channelIndices">Those channels, combination after combination.</param>
    /// <param name="keptFeatures">
    /// The features of a pruned model, ascending, by their numbers in the full one; biases are then theirs alone, and
    /// channels those of the combinations that have one. <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal MiniRocketModel(
        int numberOfChannels, int referenceLength, bool alternatesPadding, int[] dilations, int[] featuresPerDilation,
        float[] biases, int[] channelsPerCombination, int[] channelIndices, int[]? keptFeatures = null)
    {
        Guard.AtLeast(numberOfChannels, 1);
        Guard.AtLeast(referenceLength, 1);
        CheckDilations(dilations, referenceLength);
        NumberOfFullFeatures = CheckFeatures(featuresPerDilation, dilations.Length, biases, keptFeatures);
        Selection = new FeatureSelection(keptFeatures, NumberOfFullFeatures);
        Combinations = MiniRocketCombination.Of(featuresPerDilation, Selection);
        _combinationIndices = IndicesOf(Combinations, dilations.Length);
        CheckChannels(numberOfChannels, Combinations.Length, channelsPerCombination, channelIndices);
        NumberOfChannels = numberOfChannels;
        ReferenceLength = referenceLength;
        AlternatesPadding = alternatesPadding;
        DilationArray = dilations;
        FeaturesPerDilationArray = featuresPerDilation;
        BiasArray = biases;
        ChannelsPerCombinationArray = channelsPerCombination;
        ChannelIndexArray = channelIndices;
        _channelStarts = new int[channelsPerCombination.Length];
        for (int i = 1; i < _channelStarts.Length; i++)
            _channelStarts[i] = _channelStarts[i - 1] + channelsPerCombination[i - 1];
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <summary>Features of the model that this one was pruned from; of this one where it was not.</summary>
    internal int NumberOfFullFeatures { get; }

    /// <summary>Points of a training series, of the longest when ragged.</summary>
    internal int ReferenceLength { get; }

    /// <summary>
    /// Whether padding alternates from combination to combination: <c>(dilation index + kernel) mod 2 = 0</c> is
    /// padded. Otherwise all are padded.
    /// </summary>
    internal bool AlternatesPadding { get; }

    /// <summary>Ascending; those of the full model.</summary>
    internal ReadOnlySpan<int> Dilations => DilationArray;

    /// <summary>How many biases each kernel has at each dilation in the full model.</summary>
    internal ReadOnlySpan<int> FeaturesPerDilation => FeaturesPerDilationArray;

    /// <summary>One a feature.</summary>
    internal ReadOnlySpan<float> Biases => BiasArray;

    /// <summary>
    /// How many channels each combination of dilation and kernel that has a feature sums over; empty for one channel.
    /// </summary>
    internal ReadOnlySpan<int> ChannelsPerCombination => ChannelsPerCombinationArray;

    /// <summary>Those channels, combination after combination.</summary>
    internal ReadOnlySpan<int> ChannelIndices => ChannelIndexArray;

    internal int[] DilationArray { get; }

    internal int[] FeaturesPerDilationArray { get; }

    internal float[] BiasArray { get; }

    internal int[] ChannelsPerCombinationArray { get; }

    internal int[] ChannelIndexArray { get; }

    /// <summary>The combinations that have a feature, ascending.</summary>
    internal MiniRocketCombination[] Combinations { get; }

    /// <summary>The largest dilation of a combination that has a feature; 1 where none has.</summary>
    internal int MaxDilation => Combinations.Length == 0 ? 1 : DilationArray[Combinations[^1].DilationIndex];

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        MiniRocketFeature feature = Feature(index);
        return $"ppv k{feature.Kernel} d{DilationArray[feature.DilationIndex]} b{feature.Bias}";
    }

    /// <summary>What a feature counts.</summary>
    /// <param name="index">0 to <see cref="SeriesFeaturizer.NumberOfFeatures"/> - 1.</param>
    internal MiniRocketFeature Feature(int index)
    {
        int rest = NumberInFull(index);
        int dilation = 0;
        for (; rest >= FeaturesPerDilationArray[dilation] * MiniRocketKernel.Count; dilation++)
            rest -= FeaturesPerDilationArray[dilation] * MiniRocketKernel.Count;
        (int kernel, int bias) = Math.DivRem(rest, FeaturesPerDilationArray[dilation]);
        return new(dilation, kernel, bias);
    }

    // Also of no feature: MultiRocket may keep features of one representation only.
    internal override MiniRocketModel KeepChosen(int[] chosen)
    {
        int[] kept = Selection.InFull(chosen);
        var selection = new FeatureSelection(kept, NumberOfFullFeatures);
        int[][] channels = NumberOfChannels == 1
            ? []
            : [.. MiniRocketCombination.Of(FeaturesPerDilationArray, selection)
                .Select(one => ChannelsOf(one).ToArray())];
        return new(NumberOfChannels, ReferenceLength, AlternatesPadding, DilationArray, FeaturesPerDilationArray,
            Array.ConvertAll(chosen, feature => BiasArray[feature]),
            [.. channels.Select(ofOne => ofOne.Length)], [.. channels.SelectMany(ofOne => ofOne)], kept);
    }

    // A pruned model has few kernels that share their first taps: it is faster by other loops.
    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path) => path == KernelPath.Scalar
        ? new ScalarMiniRocketWorker(this)
        : new VectorWorker(this, Vector<float>.Count, lanes => IsPruned
            ? new PrunedMiniRocketWorker(this, lanes, path)
            : new VectorMiniRocketWorker(this, lanes, path));

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => MiniRocketAttribution.Apply(this, series, features, weights, contributions);

    /// <summary>
    /// The channels that a combination of dilation and kernel sums over; none where a pruned model
    /// has no feature of it.
    /// </summary>
    /// <param name="dilationIndex">Index into <see cref="Dilations"/>.</param>
    /// <param name="kernel">0 to 83.</param>
    internal ReadOnlySpan<int> ChannelsOf(int dilationIndex, int kernel)
    {
        if (NumberOfChannels == 1)
            return [0];
        int combination = _combinationIndices[dilationIndex * MiniRocketKernel.Count + kernel];
        return combination < 0
            ? []
            : ChannelIndexArray.AsSpan(_channelStarts[combination], ChannelsPerCombinationArray[combination]);
    }

    /// <summary>The channels that a combination sums over.</summary>
    internal ReadOnlySpan<int> ChannelsOf(MiniRocketCombination combination)
        => ChannelsOf(combination.DilationIndex, combination.Kernel);

    /// <summary>
    /// The padding rule (section 3.1.4): whether a combination counts positions whose taps lie beyond the series.
    /// Kernels of one parity agree.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsPadded(int dilationIndex, int kernel) => !AlternatesPadding || ((dilationIndex + kernel) & 1) == 0;

    /// <summary>
    /// Whether a combination counts all positions of a series: it is padded, or the series has no position whose nine
    /// taps lie in it.
    /// </summary>
    /// <param name="dilationIndex">Index into <see cref="Dilations"/>.</param>
    /// <param name="kernel">0 to 83.</param>
    /// <param name="length">Points a channel; <see langword="null"/>: more than the taps span.</param>
    internal bool CountsAll(int dilationIndex, int kernel, int? length)
        => IsPadded(dilationIndex, kernel) || length <= 2 * MarginOf(dilationIndex);

    /// <summary>The output positions that a combination counts.</summary>
    /// <param name="dilationIndex">Index into <see cref="Dilations"/>.</param>
    /// <param name="kernel">0 to 83.</param>
    /// <param name="length">Points a channel.</param>
    internal (int From, int To) CountedPositions(int dilationIndex, int kernel, int length)
    {
        int margin = CountsAll(dilationIndex, kernel, length) ? 0 : MarginOf(dilationIndex);
        return (margin, length - margin);
    }

    /// <summary>Points from the centre of a kernel to its first or last tap.</summary>
    private int MarginOf(int dilationIndex) => MiniRocketKernel.Half * DilationArray[dilationIndex];

    private static int[] IndicesOf(MiniRocketCombination[] combinations, int dilations)
    {
        var indices = new int[dilations * MiniRocketKernel.Count];
        Array.Fill(indices, -1);
        for (int i = 0; i < combinations.Length; i++)
            indices[combinations[i].DilationIndex * MiniRocketKernel.Count + combinations[i].Kernel] = i;
        return indices;
    }

    private static void CheckDilations(int[] dilations, int referenceLength)
    {
        ArgumentNullException.ThrowIfNull(dilations);
        if (dilations.Length == 0)
            throw new ArgumentException("MiniRocket has no dilations; it needs at least one.", nameof(dilations));
        int max = Math.Max(1, (referenceLength - 1) / (MiniRocketKernel.Length - 1));
        for (int i = 0; i < dilations.Length; i++)
        {
            if (dilations[i] < (i == 0 ? 1 : dilations[i - 1] + 1) || dilations[i] > max)
            {
                throw new ArgumentException($"Dilation {i} is {dilations[i]}; dilations must ascend from at least 1 "
                    + $"to at most {max} for {referenceLength} points.", nameof(dilations));
            }
        }
    }

    private static int CheckFeatures(int[] featuresPerDilation, int dilations, float[] biases, int[]? kept)
    {
        ArgumentNullException.ThrowIfNull(featuresPerDilation);
        ArgumentNullException.ThrowIfNull(biases);
        if (featuresPerDilation.Length != dilations)
            throw new ArgumentException($"There are {featuresPerDilation.Length} feature counts for {dilations} "
                + "dilations.", nameof(featuresPerDilation));
        long features = 0;
        foreach (int count in featuresPerDilation)
        {
            if (count < 1)
                throw new ArgumentException($"A dilation has {count} features a kernel; it needs at least one.",
                    nameof(featuresPerDilation));
            features += (long)count * MiniRocketKernel.Count;
        }

        if (features > Array.MaxLength)
            throw new ArgumentException($"There are {features} features; at most {Array.MaxLength} are possible.",
                nameof(featuresPerDilation));
        if (biases.Length != (kept?.Length ?? features))
            throw new ArgumentException(
                $"There are {biases.Length} biases for {kept?.Length ?? features} features.", nameof(biases));
        int bad = Array.FindIndex(biases, bias => !float.IsFinite(bias));
        if (bad >= 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"Bias {bad} is {biases[bad]}; biases must be finite."), nameof(biases));
        return (int)features;
    }

    private static void CheckChannels(int channels, int combinations, int[] counts, int[] indices)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(indices);
        int needed = channels == 1 ? 0 : combinations;
        if (counts.Length != needed)
            throw new ArgumentException($"There are {counts.Length} channel counts; {channels} channels and "
                + $"{combinations} combinations of dilation and kernel need {needed}.", nameof(counts));
        long total = 0;
        foreach (int count in counts)
        {
            if (count < 1 || count > channels)
                throw new ArgumentException(
                    $"A combination has {count} channels; it must have from 1 to {channels}.", nameof(counts));
            total += count;
        }

        if (total != indices.Length)
            throw new ArgumentException($"There are {indices.Length} channel indices for {total} channels in all "
                + "combinations.", nameof(indices));
        int bad = Array.FindIndex(indices, index => index < 0 || index >= channels);
        if (bad >= 0)
            throw new ArgumentException(
                $"Channel index {bad} is {indices[bad]}; it must be from 0 to {channels - 1}.", nameof(indices));
    }
}
