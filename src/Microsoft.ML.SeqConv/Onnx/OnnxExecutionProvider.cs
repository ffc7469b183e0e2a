using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SeqConv;

/// <summary>Opens a session on the first execution provider that is available.</summary>
internal static class OnnxExecutionProvider
{
    /// <summary>The provider that every native library has.</summary>
    public const string Cpu = "Cpu";

    private const string Suffix = "ExecutionProvider";

    // The names that ONNX Runtime 1.x knows, whatever the native library in use was built with.
    private static readonly string[] Known =
    [
        Cpu, "CUDA", "Tensorrt", "NvTensorRTRTX", "Dml", "CoreML", "WebGpu", "WebNN", "JS", "OpenVINO", "MIGraphX",
        "ROCM", "QNN", "SNPE", "Dnnl", "VitisAI", "Nnapi", "XNNPACK", "ACL", "ArmNN", "CANN", "Rknpu", "VSINPU",
        "Azure",
    ];

    /// <summary>Opens a session.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="options">What to try, in order.</param>
    /// <param name="provider">The provider in use.</param>
    /// <param name="note">
    /// One line on providers that were requested but are unavailable; <see langword="null"/> where the first one is in
    /// use.
    /// </param>
    /// <exception cref="InvalidOperationException">No provider is available and falling back is off.</exception>
    public static InferenceSession Open(byte[] model, OnnxScorerOptions options, out string provider, out string? note)
    {
        string[] available = Available();
        var failures = new List<string>();
        foreach (string asked in options.ExecutionProviders)
        {
            string? name = available.FirstOrDefault(one => one.Equals(asked, StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                failures.Add($"{asked} is not in the native library in use, which has {string.Join(", ", available)}");
                continue;
            }

            try
            {
                InferenceSession session = Open(model, options, name);
                provider = name;
                note = failures.Count == 0 ? null : $"{string.Join("; ", failures)}. {name} is used.";
                return session;
            }
            catch (Exception error) when ((error is OnnxRuntimeException or EntryPointNotFoundException
                or DllNotFoundException) && !name.Equals(Cpu, StringComparison.OrdinalIgnoreCase))
            {
                failures.Add($"{name} does not start on device {options.DeviceIndex}: {FirstLine(error.Message)}");
            }
        }

        string reason = string.Join("; ", failures);
        if (!options.FallbackToCpu)
        {
            throw new InvalidOperationException($"No execution provider is available: {reason}. "
                + "Reference the native package of the provider (-p:OnnxRuntimeFlavor=Gpu in samples and tests) "
                + "on a machine that has the device, or set FallbackToCpu.");
        }

        provider = available.First(name => name.Equals(Cpu, StringComparison.OrdinalIgnoreCase));
        note = $"{reason}. The CPU is used.";
        return Open(model, options, Cpu);
    }

    /// <summary>Checks that ONNX Runtime, or the native library in use, knows the names of providers.</summary>
    /// <exception cref="ArgumentException">A provider is unknown.</exception>
    public static void CheckNames(string[] providers)
    {
        string[] known = [.. Known.Union(Available(), StringComparer.OrdinalIgnoreCase)];
        if (Array.Find(providers, name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is string unknown)
        {
            throw new ArgumentException($"The execution provider '{unknown}' is unknown; the known ones are "
                + $"{string.Join(", ", known)}. Correct the name.", nameof(OnnxScorerOptions.ExecutionProviders));
        }
    }

    private static string[] Available() =>
    [
        .. OrtEnv.Instance().GetAvailableProviders()
            .Select(name => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name),
    ];

    private static InferenceSession Open(byte[] model, OnnxScorerOptions options, string provider)
    {
        using var session = new SessionOptions();
        if (provider.Equals(Cpu, StringComparison.OrdinalIgnoreCase))
            session.AddSequenceOperators();
        if (options.NumberOfThreads is int threads)
            session.IntraOpNumThreads = threads;
        string device = options.DeviceIndex.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (provider.Equals("CUDA", StringComparison.OrdinalIgnoreCase))
        {
            // TF32 keeps ten bits of a product: sums would cross biases.
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new() { ["device_id"] = device, ["use_tf32"] = "0" });
            session.AppendExecutionProvider_CUDA(cuda);
        }
        else if (provider.Equals("Dml", StringComparison.OrdinalIgnoreCase))
        {
            session.AppendExecutionProvider_DML(options.DeviceIndex);
        }
        else if (!provider.Equals(Cpu, StringComparison.OrdinalIgnoreCase))
        {
            session.AppendExecutionProvider(provider, new() { ["device_id"] = device });
        }

        return new InferenceSession(model, session);
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}
