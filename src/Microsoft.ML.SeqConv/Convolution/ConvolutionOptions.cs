using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Where windows may lie.</summary>
public enum ConvolutionPadding
{
    /// <summary>Within the series: T points give T - (window - 1) * dilation positions at stride 1.</summary>
    None,

    /// <summary>
    /// Zeros around the series make as many positions as it has points, at stride 1. Of an odd number of zeros the
    /// last is at the end.
    /// </summary>
    Zero,
}

/// <summary>The kernels of <see cref="ConvolutionEstimator"/> and how they are applied.</summary>
public sealed class ConvolutionOptions : SeriesOptions
{
    /// <summary>
    /// The kernels, at least one, all of one shape: [window, channel], finite. A kernel is not flipped: its first row
    /// is for the first point of the window.
    /// </summary>
    public IReadOnlyList<float[,]> Kernels { get; set; } = [];

    /// <summary>What is added to the outputs of each kernel. Default <see langword="null"/>: nothing.</summary>
    public float[]? Biases { get; set; }

    /// <summary>Where windows may lie. Default <see cref="ConvolutionPadding.None"/>.</summary>
    public ConvolutionPadding Padding { get; set; }

    /// <summary>Points from one position to the next, at least 1. Default 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Points from one point of a window to the next, at least 1. Default 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>
    /// What is made of the outputs of a kernel. Default <see cref="ConvolutionPooling.None"/>, for which every series
    /// must have one length.
    /// </summary>
    public ConvolutionPooling Pooling { get; set; }

    /// <summary>The outputs that <see cref="ConvolutionPooling.TopKMax"/> keeps, at least 1. Default 2.</summary>
    public int TopK { get; set; } = 2;

    internal int Window => Kernels[0].GetLength(0);

    internal int Channels => Kernels[0].GetLength(1);

    /// <summary>The transform of series of a length, 0 for any.</summary>
    internal ConvolutionModel Model(int length) => new(
        Channels, Window, [.. Kernels.SelectMany(kernel => kernel.Cast<float>())], [.. Biases
            ?? new float[Kernels.Count]], Padding == ConvolutionPadding.Zero, Stride, Dilation,
        Pooling, TopK, Pooling == ConvolutionPooling.None ? length : 0);

    private protected override void Validate()
    {
        base.Validate();
        Guard.AtLeast(Stride, 1);
        Guard.AtLeast(Dilation, 1);
        Guard.AtLeast(TopK, 1);
        Guard.Defined(Padding);
        Guard.Defined(Pooling);
        ArgumentNullException.ThrowIfNull(Kernels);
        if (Kernels.Count == 0)
            throw new ArgumentException(
                "Kernels is empty; a convolution needs at least one kernel, [window, channel].", nameof(Kernels));
        for (int i = 0; i < Kernels.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(Kernels[i]);
            if (Kernels[i].Length == 0)
                throw new ArgumentException(
                    $"Kernel {i} is {Shape(i)}; it needs at least one point and one channel.", nameof(Kernels));
            if (Shape(i) != Shape(0))
            {
                throw new ArgumentException($"Kernel {i} is {Shape(i)}, kernel 0 is {Shape(0)}; "
                    + "kernels of one transform must have one shape. "
                    + "Use a transform for each shape, and Concatenate.", nameof(Kernels));
            }

            CheckFinite(i);
        }

        if (Biases is not null && Biases.Length != Kernels.Count)
            throw new ArgumentException($"There are {Biases.Length} biases for {Kernels.Count} kernels; "
                + "there must be one a kernel, or null.", nameof(Biases));
        if (NumberOfChannels is int channels && channels != Channels)
            throw new ArgumentException($"NumberOfChannels is {channels}, but the kernels have {Channels} channels.",
                nameof(NumberOfChannels));
        Model(length: 1);
    }

    private void CheckFinite(int kernel)
    {
        for (int point = 0; point < Window; point++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                if (!float.IsFinite(Kernels[kernel][point, channel]))
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Kernel {kernel} has {Kernels[kernel][point, channel]} at point ")
                        + $"{point} of channel {channel}; weights must be finite.", nameof(Kernels));
            }
        }
    }

    private string Shape(int kernel) => $"[{Kernels[kernel].GetLength(0)}, {Kernels[kernel].GetLength(1)}]";
}
