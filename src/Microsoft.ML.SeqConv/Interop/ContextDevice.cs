using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The device that a context asks for.</summary>
internal static class ContextDevice
{
    /// <summary>The index of a CUDA device; <see langword="null"/>: the CPU.</summary>
    public static int? GpuDeviceId(IHostEnvironment env) => ((IHostEnvironmentInternal)env).GpuDeviceId;

    /// <summary>Whether the CPU will do where that device is not there.</summary>
    public static bool FallbackToCpu(IHostEnvironment env) => ((IHostEnvironmentInternal)env).FallbackToCpu;

    /// <summary>Puts a warning into the log of the context.</summary>
    public static void Warn(this IHostEnvironment env, string component, string message)
    {
        using IChannel channel = env.Register(component).Start(component);
        channel.Warn(message);
    }

    public static void Warn(this IChannel channel, string message) => channel.Warning(message);
}
