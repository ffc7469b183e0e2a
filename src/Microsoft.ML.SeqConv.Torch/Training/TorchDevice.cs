using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Which device a context asks for, and which one there is.</summary>
internal static class TorchDevice
{
    /// <summary>Chooses the device.</summary>
    /// <param name="gpuDeviceId">The index of a CUDA device; <see langword="null"/>: the CPU.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do where that device is not there.</param>
    /// <param name="warn">Receives the reason when it does.</param>
    /// <exception cref="InvalidOperationException">The device is not there and the CPU will not do.</exception>
    public static Device Choose(int? gpuDeviceId, bool fallbackToCpu, Action<string> warn)
        => Choose(gpuDeviceId, fallbackToCpu, gpuDeviceId is null ? 0 : CountDevices(), warn);

    internal static Device Choose(int? gpuDeviceId, bool fallbackToCpu, int devices, Action<string> warn)
    {
        if (gpuDeviceId is not int index)
            return CPU;
        if (index >= 0 && index < devices)
            return new Device(DeviceType.CUDA, index);
        string missing = $"GpuDeviceId is {index}, but libtorch sees {devices} CUDA devices"
            + (devices == 0
                ? " (it needs an NVIDIA driver and one of the packages libtorch-cuda-12.8-linux-x64 and -win-x64 "
                    + "instead of libtorch-cpu; in SeqConv's repository: -p:TorchFlavor=Cuda)."
                : $" (0 to {devices - 1}).");
        if (!fallbackToCpu)
            throw new InvalidOperationException($"{missing} Correct the device, or set FallbackToCpu.");
        warn($"{missing} The CPU is used.");
        return CPU;
    }

    private static int CountDevices()
    {
        TorchLibrary.EnsureLoaded();
        return cuda.is_available() ? cuda.device_count() : 0;
    }
}
