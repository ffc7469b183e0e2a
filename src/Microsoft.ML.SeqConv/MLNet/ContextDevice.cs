using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The device that a context asks for.</summary>
internal static class ContextDevice
{
    /// <summary>The index of a CUDA device; <see langword="null"/>: the CPU.</summary>
    public static int? GpuDeviceId(IHostEnvironment env) => ((IHostEnvironmentInternal)env).GpuDeviceId;

    /// <summary>Whether the CPU is used where that device is unavailable.</summary>
    public static bool FallbackToCpu(IHostEnvironment env) => ((IHostEnvironmentInternal)env).FallbackToCpu;
}
