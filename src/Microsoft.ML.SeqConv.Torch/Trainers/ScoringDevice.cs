using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Where a loaded model scores: on the device of the context that loads it. It asks for none by default.
/// </summary>
internal static class ScoringDevice
{
    public static Device Of(IHostEnvironment env)
    {
        using IChannel channel = env.Start("Loading");
        return TorchDevice.Choose(ContextDevice.GpuDeviceId(env), ContextDevice.FallbackToCpu(env), channel.Warn);
    }
}
