using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted Rocket (Dempster, Petitjean and Webb 2020, arXiv:1910.13051): random kernels. Each gives two features: the
/// proportion of positive values (PPV) of its output, in [0, 1], and the output's maximum.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Where a kernel without padding spans more points than a
/// series has, that series is padded for it as for a padded kernel, so that there is an output: the feature is
/// then never empty, infinite or NaN. A model may be pruned: then it holds the kernels of the features that are
/// kept, and no other.
/// </remarks>
public sealed class RocketModel : PrunableFeaturizer<RocketModel>
{
    private readonly int[] _outcomes;       // [feature]: twice its kernel, one more where it is the maximum
    private readonly Lazy<RocketLayout<double>> _doubles;
    private readonly Lazy<RocketLayout<float>> _singles;

    /// <summary>Takes kernels and checks them.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="kernels">At least one; their arrays are not copied.</param>
    /// <param name="singlePrecision">Whether outputs are summed in float32 instead of float64.</param>
    /// <param name="keptFeatures">
    /// The features of a pruned model, ascending, by their numbers in the full one: 2i for the PPV of kernel i, 2i + 1
    /// for its maximum. The kernels are then those that have one. <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A kernel is invalid, or the kept features are not of as many kernels as there are.
    /// </exception>
    internal RocketModel(int numberOfChannels, IReadOnlyList<RocketKernel> kernels,
        bool singlePrecision, int[]? keptFeatures = null)
    {
        Guard.AtLeast(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(kernels);
        if (kernels.Count == 0 || kernels.Count > Array.MaxLength / 2)
            throw new ArgumentException($"There are {kernels.Count} kernels; Rocket needs from 1 to "
                + $"{Array.MaxLength / 2}.", nameof(kernels));
        for (int i = 0; i < kernels.Count; i++)
            kernels[i].Validate(i, numberOfChannels);
        Selection = new FeatureSelection(keptFeatures, keptFeatures is null ? 2 * kernels.Count : Array.MaxLength);
        _outcomes = FindOutcomes(Selection.Numbers);
        int keptKernels = _outcomes.Length == 0 ? 0 : _outcomes[^1] / 2 + 1;
        if (keptKernels != kernels.Count)
            throw new ArgumentException($"There are {kernels.Count} kernels; the kept features are of {keptKernels}.",
                nameof(kernels));
        Places = FindPlaces(_outcomes, kernels.Count);
        NumberOfChannels = numberOfChannels;
        Kernels = kernels;
        SinglePrecision = singlePrecision;
        Groups = RocketGroup.Of(kernels);
        _doubles = new(() => new RocketLayout<double>(this));
        _singles = new(() => new RocketLayout<float>(this));
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <summary>
    /// The random kernels, of a pruned model those that have a feature. In the full model feature 2i is the PPV of
    /// kernel i, feature 2i + 1 its maximum.
    /// </summary>
    internal IReadOnlyList<RocketKernel> Kernels { get; }

    /// <summary>Whether outputs are summed in float32 instead of float64.</summary>
    internal bool SinglePrecision { get; }

    internal RocketGroup[] Groups { get; }

    /// <summary>[kernel, PPV or maximum]: which feature that is, -1 where it is not kept.</summary>
    internal int[] Places { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        RocketFeature feature = Feature(index);
        RocketKernel kernel = Kernels[feature.Kernel];
        int number = Selection.Numbers[index] / 2;
        return $"{(feature.IsMaximum ? "max" : "ppv")} k{number} l{kernel.Length} d{kernel.Dilation} p{kernel.Padding}";
    }

    /// <summary>What a feature is.</summary>
    /// <param name="index">0 to <see cref="SeriesFeaturizer.NumberOfFeatures"/> - 1.</param>
    internal RocketFeature Feature(int index)
    {
        NumberInFull(index);
        return new(_outcomes[index] / 2, _outcomes[index] % 2 == 1);
    }

    internal override RocketModel KeepChosen(int[] chosen)
    {
        RocketKernel[] kernels = [.. chosen.Select(feature => Feature(feature).Kernel).Distinct()
            .Select(kernel => Kernels[kernel])];
        return new(NumberOfChannels, kernels, SinglePrecision, Selection.InFull(chosen));
    }

    // The kernels of the model are those that have a feature, renumbered.
    private static int[] FindOutcomes(ReadOnlySpan<int> numbers)
    {
        var outcomes = new int[numbers.Length];
        int kernel = -1;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i == 0 || numbers[i] / 2 != numbers[i - 1] / 2)
                kernel++;
            outcomes[i] = 2 * kernel + numbers[i] % 2;
        }

        return outcomes;
    }

    private static int[] FindPlaces(int[] outcomes, int kernels)
    {
        var places = new int[2 * kernels];
        Array.Fill(places, -1);
        for (int i = 0; i < outcomes.Length; i++)
            places[outcomes[i]] = i;
        return places;
    }

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => SinglePrecision
        ? RocketAttribution.Apply<float>(this, series, features, weights, contributions)
        : RocketAttribution.Apply<double>(this, series, features, weights, contributions);

    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path) => (path, SinglePrecision) switch
    {
        (KernelPath.Scalar, false) => new ScalarRocketWorker<double>(this),
        (KernelPath.Scalar, true) => new ScalarRocketWorker<float>(this),
        (_, false) => new VectorWorker(this, Vector<double>.Count,
            lanes => new VectorRocketWorker<double>(this, _doubles.Value, lanes, path)),
        (_, true) => new VectorWorker(this, Vector<float>.Count,
            lanes => new VectorRocketWorker<float>(this, _singles.Value, lanes, path)),
    };
}
