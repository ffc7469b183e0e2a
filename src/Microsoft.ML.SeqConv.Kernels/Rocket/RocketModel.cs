using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted Rocket (Dempster, Petitjean and Webb 2020, arXiv:1910.13051): random kernels. Each gives two features: the proportion of positive values (PPV) of its
/// output, in [0, 1], and the output's maximum.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. Where a kernel without padding spans more points than a series has, that series is padded for it as
/// for a padded kernel, so that there is an output: the feature is then never empty, infinite or NaN.
/// </remarks>
public sealed class RocketModel : SeriesFeaturizer
{
    private readonly Lazy<RocketLayout<double>> _doubles;
    private readonly Lazy<RocketLayout<float>> _singles;

    /// <summary>Takes kernels and checks them.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="kernels">At least one; their arrays are not copied.</param>
    /// <param name="singlePrecision">Whether outputs are summed in float32 instead of float64.</param>
    /// <exception cref="ArgumentException">A kernel is invalid.</exception>
    public RocketModel(int numberOfChannels, IReadOnlyList<RocketKernel> kernels, bool singlePrecision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(kernels);
        if (kernels.Count == 0 || kernels.Count > Array.MaxLength / 2)
            throw new ArgumentException($"There are {kernels.Count} kernels; Rocket needs from 1 to {Array.MaxLength / 2}.", nameof(kernels));
        for (int i = 0; i < kernels.Count; i++)
            kernels[i].Validate(i, numberOfChannels);
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
    public override int NumberOfFeatures => 2 * Kernels.Count;

    /// <summary>The random kernels; feature 2i is the PPV of kernel i, feature 2i + 1 its maximum.</summary>
    public IReadOnlyList<RocketKernel> Kernels { get; }

    /// <summary>Whether outputs are summed in float32 instead of float64.</summary>
    public bool SinglePrecision { get; }

    internal RocketGroup[] Groups { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, NumberOfFeatures);
        RocketKernel kernel = Kernels[index / 2];
        return $"{(index % 2 == 0 ? "ppv" : "max")} k{index / 2} l{kernel.Length} d{kernel.Dilation} p{kernel.Padding}";
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
