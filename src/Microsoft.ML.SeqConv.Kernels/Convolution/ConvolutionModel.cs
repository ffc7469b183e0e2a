namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Convolution with given kernels: the output of a kernel at a position is its bias plus the sum, over the points
/// of its window and the channels of each, of weight times value. Outputs are pooled over positions. Features are
/// kernel after kernel.
/// </summary>
/// <remarks>A series shorter than a window without padding is given zeros at its end until one window fits.</remarks>
public sealed class ConvolutionModel : SeriesFeaturizer
{
    private readonly float[] _weights;
    private readonly float[] _biases;

    /// <summary>Puts values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="window">Points of a kernel, at least 1.</param>
    /// <param name="weights">[kernel, point, channel]; finite, at least one kernel.</param>
    /// <param name="biases">[kernel]; finite.</param>
    /// <param name="padded">
    /// Whether zeros around the series make as many positions as it has points; else windows lie within it.
    /// </param>
    /// <param name="stride">Points from one position to the next, at least 1.</param>
    /// <param name="dilation">Points from one point of the window to the next, at least 1.</param>
    /// <param name="pooling">What is made of the outputs.</param>
    /// <param name="topK">
    /// The outputs of a kernel that <see cref="ConvolutionPooling.TopKMax"/> keeps, at least 1.
    /// </param>
    /// <param name="length">Points of every series, for <see cref="ConvolutionPooling.None"/>; 0 for any.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal ConvolutionModel(
        int numberOfChannels, int window, float[] weights, float[] biases, bool padded, int stride, int dilation,
        ConvolutionPooling pooling, int topK, int length)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        Guard.AtLeast(numberOfChannels, 1);
        Guard.AtLeast(window, 1);
        Guard.AtLeast(stride, 1);
        Guard.AtLeast(dilation, 1);
        Guard.AtLeast(topK, 1);
        Guard.Defined(pooling);
        if (length < 0 || (length == 0 && pooling == ConvolutionPooling.None))
            throw new ArgumentException(
                $"The length is {length}; without pooling it must be at least 1.", nameof(length));
        long needed = (long)biases.Length * window * numberOfChannels;
        if (biases.Length == 0 || weights.Length != needed)
        {
            throw new ArgumentException($"There are {weights.Length} weights; {biases.Length} kernels of {window} "
                + $"points of {numberOfChannels} channels need {needed}, "
                + "and there must be at least one kernel.", nameof(weights));
        }

        CheckFinite(weights, "Weight", nameof(weights));
        CheckFinite(biases, "Bias", nameof(biases));
        if ((window - 1L) * dilation >= Array.MaxLength)
            throw new ArgumentException(
                $"A window of {window} points {dilation} apart is longer than any series.", nameof(dilation));
        NumberOfChannels = numberOfChannels;
        Window = window;
        _weights = weights;
        _biases = biases;
        Padded = padded;
        Stride = stride;
        Dilation = dilation;
        Pooling = pooling;
        TopK = topK;
        Length = length;
        FeaturesPerKernel =
            pooling switch { ConvolutionPooling.None => Positions(length), ConvolutionPooling.TopKMax => topK, _ => 1 };
        if ((long)FeaturesPerKernel * biases.Length > Array.MaxLength)
            throw new ArgumentException($"{biases.Length} kernels of {FeaturesPerKernel} features each are more than "
                + "an array can hold.", nameof(biases));
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <inheritdoc/>
    public override int NumberOfFeatures => _biases.Length * FeaturesPerKernel;

    /// <summary>Points of a kernel.</summary>
    internal int Window { get; }

    /// <summary>[kernel, point, channel].</summary>
    internal ReadOnlySpan<float> Weights => _weights;

    /// <summary>[kernel].</summary>
    internal ReadOnlySpan<float> Biases => _biases;

    /// <summary>Whether zeros around the series make as many positions as it has points.</summary>
    internal bool Padded { get; }

    /// <summary>Points from one position to the next.</summary>
    internal int Stride { get; }

    /// <summary>Points from one point of the window to the next.</summary>
    internal int Dilation { get; }

    /// <summary>What is made of the outputs.</summary>
    internal ConvolutionPooling Pooling { get; }

    /// <summary>The outputs of a kernel that <see cref="ConvolutionPooling.TopKMax"/> keeps.</summary>
    internal int TopK { get; }

    /// <summary>Points of every series; 0 for any.</summary>
    internal int Length { get; }

    /// <summary>Features of each kernel.</summary>
    internal int FeaturesPerKernel { get; }

    /// <summary>Points from the first of a window to its last, both counted.</summary>
    internal int Span => (Window - 1) * Dilation + 1;

    /// <summary>
    /// Zeros before the series: half of those that a window reaches over, the odd one being at the end.
    /// </summary>
    internal int PaddingBefore => Padded ? (Span - 1) / 2 : 0;

    /// <summary>Positions of a window over a series; one where the series is too short for any.</summary>
    /// <param name="length">Points of the series.</param>
    internal int Positions(int length)
    {
        int last = Padded ? length - 1 : Math.Max(0, length - Span);
        return last / Stride + 1;
    }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        Guard.Within(index, 0, NumberOfFeatures - 1);
        (int kernel, int place) = Math.DivRem(index, FeaturesPerKernel);
        return Pooling switch
        {
            ConvolutionPooling.None => $"conv k{kernel} t{place * Stride}",
            ConvolutionPooling.TopKMax => $"top k{kernel} {place}",
            _ => $"{Pooling.ToString().ToLowerInvariant()} k{kernel}",
        };
    }

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => ConvolutionAttribution.Apply(this, series, features, weights, contributions);

    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path) => new ConvolutionWorker(this);

    private static void CheckFinite(float[] values, string what, string name)
    {
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new ArgumentException(
                FormattableString.Invariant($"{what} {bad} is {values[bad]}; it must be finite."), name);
    }
}
