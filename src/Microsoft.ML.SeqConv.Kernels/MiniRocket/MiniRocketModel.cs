using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted MiniRocket (Dempster, Schmidt and Webb 2021, arXiv:2012.08791): dilations, biases and channels. A feature is the proportion of positive values
/// (PPV) of a dilated convolution minus a bias, in [0, 1]. Features are in the order of the published code: dilation, kernel, bias.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Positions beyond its ends count as zeros. Where padding alternates, every other combination
/// counts only the positions whose nine taps lie in the series; a series too short to have such positions counts all of its own.
/// </remarks>
public sealed class MiniRocketModel : SeriesFeaturizer
{
    private readonly int[] _channelStarts;

    /// <summary>Puts fitted values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="referenceLength">Points of a training series, of the longest when ragged; at least 1.</param>
    /// <param name="alternatesPadding">Whether padding alternates from combination to combination; false where series are ragged.</param>
    /// <param name="dilations">Ascending, at least 1; nine taps span no more than the reference length.</param>
    /// <param name="featuresPerDilation">How many biases each kernel has at each dilation, at least 1.</param>
    /// <param name="biases">Finite; as many as there are features.</param>
    /// <param name="channelsPerCombination">How many channels each combination of dilation and kernel sums over; empty for one channel.</param>
    /// <param name="channelIndices">Those channels, combination after combination.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    public MiniRocketModel(
        int numberOfChannels, int referenceLength, bool alternatesPadding, int[] dilations, int[] featuresPerDilation, float[] biases, int[] channelsPerCombination, int[] channelIndices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(referenceLength, 1);
        CheckDilations(dilations, referenceLength);
        CheckFeatures(featuresPerDilation, dilations.Length, biases);
        CheckChannels(numberOfChannels, dilations.Length, channelsPerCombination, channelIndices);
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

    /// <inheritdoc/>
    public override int NumberOfFeatures => BiasArray.Length;

    /// <summary>Points of a training series, of the longest when ragged.</summary>
    public int ReferenceLength { get; }

    /// <summary>Whether padding alternates from combination to combination: <c>(dilation index + kernel) mod 2 = 0</c> is padded. Otherwise all are padded.</summary>
    public bool AlternatesPadding { get; }

    /// <summary>Ascending.</summary>
    public ReadOnlySpan<int> Dilations => DilationArray;

    /// <summary>How many biases each kernel has at each dilation.</summary>
    public ReadOnlySpan<int> FeaturesPerDilation => FeaturesPerDilationArray;

    /// <summary>One a feature.</summary>
    public ReadOnlySpan<float> Biases => BiasArray;

    /// <summary>How many channels each combination of dilation and kernel sums over; empty for one channel.</summary>
    public ReadOnlySpan<int> ChannelsPerCombination => ChannelsPerCombinationArray;

    /// <summary>Those channels, combination after combination.</summary>
    public ReadOnlySpan<int> ChannelIndices => ChannelIndexArray;

    internal int[] DilationArray { get; }

    internal int[] FeaturesPerDilationArray { get; }

    internal float[] BiasArray { get; }

    internal int[] ChannelsPerCombinationArray { get; }

    internal int[] ChannelIndexArray { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, NumberOfFeatures);
        int rest = index;
        int dilation = 0;
        for (; rest >= FeaturesPerDilationArray[dilation] * MiniRocketKernel.Count; dilation++)
            rest -= FeaturesPerDilationArray[dilation] * MiniRocketKernel.Count;
        (int kernel, int bias) = Math.DivRem(rest, FeaturesPerDilationArray[dilation]);
        return $"ppv k{kernel} d{DilationArray[dilation]} b{bias}";
    }

    /// <inheritdoc/>
    public override FeaturizerWorker CreateWorker(KernelPath path) => path == KernelPath.Scalar
        ? new ScalarMiniRocketWorker(this)
        : new VectorWorker(this, Vector<float>.Count, lanes => new VectorMiniRocketWorker(this, lanes, path));

    /// <inheritdoc/>
    protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
        => MiniRocketAttribution.Apply(this, series, features, weights, contributions);

    /// <summary>The combinations of dilation and kernel in the order of their features.</summary>
    internal IEnumerable<MiniRocketCombination> Combinations()
    {
        int first = 0;
        for (int d = 0; d < DilationArray.Length; d++)
        {
            for (int kernel = 0; kernel < MiniRocketKernel.Count; kernel++)
            {
                yield return new(d, DilationArray[d], kernel, Padded: !AlternatesPadding || (d + kernel) % 2 == 0, first, FeaturesPerDilationArray[d]);
                first += FeaturesPerDilationArray[d];
            }
        }
    }

    /// <summary>The three taps of a kernel whose weight is 2, ascending; the other six weigh -1.</summary>
    /// <param name="kernel">0 to 83.</param>
    public static (int A, int B, int C) WeightTwoTaps(int kernel) => MiniRocketKernel.WeightTwoTaps(kernel);

    /// <summary>The channels that a combination of dilation and kernel sums over.</summary>
    /// <param name="dilationIndex">Index into <see cref="Dilations"/>.</param>
    /// <param name="kernel">0 to 83.</param>
    public ReadOnlySpan<int> ChannelsOf(int dilationIndex, int kernel)
    {
        if (NumberOfChannels == 1)
            return [0];
        int combination = dilationIndex * MiniRocketKernel.Count + kernel;
        return ChannelIndexArray.AsSpan(_channelStarts[combination], ChannelsPerCombinationArray[combination]);
    }

    private static void CheckDilations(int[] dilations, int referenceLength)
    {
        ArgumentNullException.ThrowIfNull(dilations);
        if (dilations.Length == 0)
            throw new ArgumentException("MiniRocket has no dilations; it needs at least one.", nameof(dilations));
        int most = Math.Max(1, (referenceLength - 1) / (MiniRocketKernel.Length - 1));
        for (int i = 0; i < dilations.Length; i++)
        {
            if (dilations[i] < (i == 0 ? 1 : dilations[i - 1] + 1) || dilations[i] > most)
                throw new ArgumentException($"Dilation {i} is {dilations[i]}; dilations must ascend from at least 1 to at most {most} for {referenceLength} points.", nameof(dilations));
        }
    }

    private static void CheckFeatures(int[] featuresPerDilation, int dilations, float[] biases)
    {
        ArgumentNullException.ThrowIfNull(featuresPerDilation);
        ArgumentNullException.ThrowIfNull(biases);
        if (featuresPerDilation.Length != dilations)
            throw new ArgumentException($"There are {featuresPerDilation.Length} feature counts for {dilations} dilations.", nameof(featuresPerDilation));
        long features = 0;
        foreach (int count in featuresPerDilation)
        {
            if (count < 1)
                throw new ArgumentException($"A dilation has {count} features a kernel; it needs at least one.", nameof(featuresPerDilation));
            features += (long)count * MiniRocketKernel.Count;
        }

        if (features != biases.Length)
            throw new ArgumentException($"There are {biases.Length} biases for {features} features.", nameof(biases));
        int bad = Array.FindIndex(biases, bias => !float.IsFinite(bias));
        if (bad >= 0)
            throw new ArgumentException($"Bias {bad} is {biases[bad]}; biases must be finite.", nameof(biases));
    }

    private static void CheckChannels(int channels, int dilations, int[] counts, int[] indices)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(indices);
        int combinations = channels == 1 ? 0 : dilations * MiniRocketKernel.Count;
        if (counts.Length != combinations)
            throw new ArgumentException($"There are {counts.Length} channel counts; {channels} channels and {dilations} dilations need {combinations}.", nameof(counts));
        long total = 0;
        foreach (int count in counts)
        {
            if (count < 1 || count > channels)
                throw new ArgumentException($"A combination has {count} channels; it must have from 1 to {channels}.", nameof(counts));
            total += count;
        }

        if (total != indices.Length)
            throw new ArgumentException($"There are {indices.Length} channel indices for {total} channels in all combinations.", nameof(indices));
        int bad = Array.FindIndex(indices, index => index < 0 || index >= channels);
        if (bad >= 0)
            throw new ArgumentException($"Channel index {bad} is {indices[bad]}; it must be from 0 to {channels - 1}.", nameof(indices));
    }
}
