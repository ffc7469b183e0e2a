using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted Rocket (Dempster, Petitjean and Webb 2020, arXiv:1910.13051): random kernels. Each gives two features: the proportion of positive values (PPV) of its
/// output, in [0, 1], and the output's maximum.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Where a kernel without padding spans more points than a series has, that series is padded for it as
/// for a padded kernel, so that there is an output: the feature is then never empty, infinite or NaN.
/// A model may be pruned: then it holds the kernels of the features that are kept, and no other.
/// </remarks>
public sealed class RocketModel : SeriesFeaturizer
{
    private readonly int[]? _kept;
    private readonly int[] _outcomes = [];      // of a pruned model: twice the kernel of each feature, one more where it is the maximum
    private readonly Lazy<RocketLayout<double>> _doubles;
    private readonly Lazy<RocketLayout<float>> _singles;

    /// <summary>Takes kernels and checks them.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="kernels">At least one; their arrays are not copied.</param>
    /// <param name="singlePrecision">Whether outputs are summed in float32 instead of float64.</param>
    /// <param name="keptFeatures">
    /// The features of a pruned model, ascending, by their numbers in the full one: 2i for the PPV of kernel i, 2i + 1 for its maximum. The kernels are then those that have one.
    /// <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">A kernel is invalid, or the kept features are not of as many kernels as there are.</exception>
    public RocketModel(int numberOfChannels, IReadOnlyList<RocketKernel> kernels, bool singlePrecision, int[]? keptFeatures = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(kernels);
        if (kernels.Count == 0 || kernels.Count > Array.MaxLength / 2)
            throw new ArgumentException($"There are {kernels.Count} kernels; Rocket needs from 1 to {Array.MaxLength / 2}.", nameof(kernels));
        for (int i = 0; i < kernels.Count; i++)
            kernels[i].Validate(i, numberOfChannels);
        if (keptFeatures is not null)
        {
            FeatureSelection.Check(keptFeatures, Array.MaxLength);
            int keptKernels = keptFeatures.Select(feature => feature / 2).Distinct().Count();
            if (keptKernels != kernels.Count)
                throw new ArgumentException($"There are {kernels.Count} kernels; the kept features are of {keptKernels}.", nameof(kernels));
        }

        _kept = keptFeatures;
        if (keptFeatures is not null)
            (_outcomes, Places) = FindPlaces(keptFeatures, kernels.Count);
        NumberOfChannels = numberOfChannels;
        Kernels = kernels;
        SinglePrecision = singlePrecision;
        Groups = RocketGroup.Of(kernels);
        _doubles = new(() => new RocketLayout<double>(this));
        _singles = new(() => new RocketLayout<float>(this));
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <inheritdoc/>
    public override int NumberOfFeatures => _kept?.Length ?? 2 * Kernels.Count;

    /// <summary>The random kernels, of a pruned model those that have a feature. In the full model feature 2i is the PPV of kernel i, feature 2i + 1 its maximum.</summary>
    public IReadOnlyList<RocketKernel> Kernels { get; }

    /// <summary>Whether the model holds some features of the full one only.</summary>
    public bool IsPruned => _kept is not null;

    /// <summary>The features of a pruned model, ascending, by their numbers in the full one; empty where the model is not pruned.</summary>
    public ReadOnlySpan<int> KeptFeatures => _kept;

    /// <summary>Whether outputs are summed in float32 instead of float64.</summary>
    public bool SinglePrecision { get; }

    internal RocketGroup[] Groups { get; }

    /// <summary>Of a pruned model, [kernel, PPV or maximum]: which feature that is, -1 where it is not kept.</summary>
    internal int[]? Places { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        RocketFeature feature = Feature(index);
        RocketKernel kernel = Kernels[feature.Kernel];
        int number = (_kept is null ? index : _kept[index]) / 2;
        return $"{(feature.IsMaximum ? "max" : "ppv")} k{number} l{kernel.Length} d{kernel.Dilation} p{kernel.Padding}";
    }

    /// <summary>What a feature is.</summary>
    /// <param name="index">0 to <see cref="NumberOfFeatures"/> - 1.</param>
    public RocketFeature Feature(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, NumberOfFeatures);
        int outcome = IsPruned ? _outcomes[index] : index;
        return new(outcome / 2, outcome % 2 == 1);
    }

    /// <summary>The model that computes some of the features only, in ascending order, each with the bits that it has here.</summary>
    /// <param name="features">Their numbers in this model, in any order; at least one.</param>
    /// <exception cref="ArgumentException">There are none, one is out of range, or one is listed twice.</exception>
    public RocketModel Keep(IReadOnlyList<int> features)
    {
        int[] chosen = FeatureSelection.Choose(features, NumberOfFeatures);
        RocketKernel[] kernels = [.. chosen.Select(feature => Feature(feature).Kernel).Distinct().Select(kernel => Kernels[kernel])];
        return new(NumberOfChannels, kernels, SinglePrecision, FeatureSelection.InFull(_kept, chosen));
    }

    private static (int[] Outcomes, int[] Places) FindPlaces(int[] kept, int kernels)
    {
        var outcomes = new int[kept.Length];
        var places = new int[2 * kernels];
        Array.Fill(places, -1);
        int kernel = -1;
        for (int i = 0; i < kept.Length; i++)
        {
            if (i == 0 || kept[i] / 2 != kept[i - 1] / 2)
                kernel++;
            outcomes[i] = 2 * kernel + kept[i] % 2;
            places[outcomes[i]] = i;
        }

        return (outcomes, places);
    }

    /// <inheritdoc/>
    protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions) => SinglePrecision
        ? RocketAttribution.Apply<float>(this, series, features, weights, contributions)
        : RocketAttribution.Apply<double>(this, series, features, weights, contributions);

    /// <inheritdoc/>
    public override FeaturizerWorker CreateWorker(KernelPath path) => (path, SinglePrecision) switch
    {
        (KernelPath.Scalar, false) => new ScalarRocketWorker<double>(this),
        (KernelPath.Scalar, true) => new ScalarRocketWorker<float>(this),
        (_, false) => new VectorWorker(this, Vector<double>.Count, lanes => new VectorRocketWorker<double>(this, _doubles.Value, lanes, path)),
        (_, true) => new VectorWorker(this, Vector<float>.Count, lanes => new VectorRocketWorker<float>(this, _singles.Value, lanes, path)),
    };
}
