using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What <see cref="MelSpectrogram"/> does, as ONNX nodes: the windowed Fourier transform is a convolution with
/// cosines and sines.
/// </summary>
internal static class MelGraph
{
    private const int LongestTransform = 8192;      // a matrix of 256 MiB

    /// <param name="graph">Gets the nodes.</param>
    /// <param name="mel">What is written.</param>
    /// <param name="samples">[N, 1, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, channel, frame].</returns>
    /// <exception cref="InvalidOperationException">
    /// A mirror at the ends is asked for of a clip that is shorter than the mirrored part.
    /// </exception>
    public static string Write(GraphWriter graph, MelSpectrogram mel, string samples, int? length)
    {
        MelSettings settings = mel.Settings;
        if (settings.TransformSize > LongestTransform)
            throw new InvalidOperationException($"TransformSize is {settings.TransformSize}; in ONNX, "
                + $"where the transform is a matrix, it can be at most {LongestTransform}. Use a shorter one.");
        long padding = settings.PaddingLength;
        // a clip of less than one frame
        long missing = Math.Max(0, settings.TransformSize - (length ?? settings.TransformSize) - 2 * padding);
        if (settings.Padding == FramePadding.Reflect)
        {
            if (length <= padding)
                throw new InvalidOperationException($"ONNX mirrors at most a whole clip; clips of {length} samples are "
                    + $"too short for frames of {settings.TransformSize}. Use FramePadding.Zeros.");
            samples = graph.Add("Pad",
                "Mel/mirrored", [samples,
                    graph.Constant("Mel/mirrored/pads", [0L, 0, padding, 0, 0, padding], 6)], ("mode", "reflect"));
            padding = 0;
        }

        int bins = mel.FilterBank.Bins;
        string spectrum = graph.Add("Conv", "Mel/fourier",
            [samples, graph.Constant("Mel/fourier/waves", Waves(mel), 2 * bins, 1, settings.TransformSize)],
            ("kernel_shape", new long[] { settings.TransformSize }), ("strides", new long[] { settings.HopSize }),
            ("pads", new[] { padding, padding + missing }));
        string squares = graph.Add("Mul", "Mel/squares", [spectrum, spectrum]);
        string energies = Mix(graph, "Mel/bands", squares,
            Twice(mel.FilterBank.ToMatrix(), bins), settings.NumberOfBands, 2 * bins);
        string values = TakeLogarithm(graph, settings.Logarithm, energies);
        return settings.NumberOfCoefficients == 0
            ? values
            : Mix(graph, "Mel/cosine transform",
                values, [.. mel.CosineTransform.ToArray().Select(value => (float)value)],
                settings.NumberOfCoefficients, settings.NumberOfBands);
    }

    private static string TakeLogarithm(GraphWriter graph, MelLogarithm logarithm, string energies)
    {
        if (logarithm == MelLogarithm.None)
            return energies;
        if (logarithm == MelLogarithm.Natural)
            return graph.Add("Log", "Mel/logarithm",
                [graph.Add("Add", "Mel/energy", [energies, graph.Constant("Mel/added energy", 1e-6f)])]);
        string logs = graph.Add("Log", "Mel/logarithm",
            [graph.Add("Max", "Mel/energy", [energies, graph.Constant("Mel/least energy", 1e-10f)])]);
        string decibels = graph.Add("Mul", "Mel/decibels",
            [logs, graph.Constant("Mel/decibels a unit", (float)(10 / Math.Log(10)))]);
        string most = graph.Add("ReduceMax", "Mel/loudest", [decibels], ("axes", new[] { 1L, 2L }), ("keepdims", 1L));
        return graph.Add("Max", "Mel/decibels in range",
            [decibels, graph.Add("Sub", "Mel/least decibels", [most, graph.Constant("Mel/range", 80f)])]);
    }

    // A matrix over channels.
    private static string Mix(GraphWriter graph, string name, string input, float[] matrix, int rows, int columns)
        => graph.Add("Conv", name, [input, graph.Constant($"{name}/matrix", matrix, rows, columns, 1)],
            ("kernel_shape", new[] { 1L }));

    // [2 bins, 1, transform]: all cosines, then all sines, under the window.
    private static float[] Waves(MelSpectrogram mel)
    {
        int length = mel.Settings.TransformSize;
        int bins = mel.FilterBank.Bins;
        var waves = new float[2 * bins * length];
        for (int k = 0; k < bins; k++)
        {
            for (int n = 0; n < length; n++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * ((long)k * n % length) / length);
                waves[k * length + n] = (float)(mel.Window[n] * cos);
                waves[(bins + k) * length + n] = (float)(mel.Window[n] * sin);
            }
        }

        return waves;
    }

    // The squares of cosines and of sines weigh the same.
    private static float[] Twice(float[] matrix, int bins)
    {
        var twice = new float[2 * matrix.Length];
        for (int row = 0; row < matrix.Length / bins; row++)
        {
            matrix.AsSpan(row * bins, bins).CopyTo(twice.AsSpan(2 * row * bins));
            matrix.AsSpan(row * bins, bins).CopyTo(twice.AsSpan((2 * row + 1) * bins));
        }

        return twice;
    }
}
