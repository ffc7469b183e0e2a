using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// This library's operators for ONNX Runtime. A file that was written in <see cref="OnnxForm.Function"/> runs in every
/// ONNX Runtime by the standard operators that it holds; where these are added, its featurizers run at native speed and
/// give the bits of the native transforms.
/// </summary>
public static unsafe class OnnxOperators
{
    private static readonly Lazy<OrtApi?> Api = new(FindApi);

    /// <summary>
    /// Adds the operators MiniRocket, MultiRocket, Hydra, Rocket and IntervalQuantiles, for the CPU.
    /// <see cref="OnnxSequenceScorer"/> adds them by itself.
    /// </summary>
    /// <param name="options">The options of a session; once for each.</param>
    /// <returns>
    /// Whether they were added: not where ONNX Runtime is older than 1.17, whose sessions compute by
    /// standard operators.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The options are disposed.</exception>
    /// <exception cref="InvalidOperationException">
    /// The environment variable <c>SEQCONV_KERNEL</c> names no path of this machine.
    /// </exception>
    public static bool AddSequenceOperators(this SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = KernelPaths.Current;        // its error here, not within a session
        if (Api.Value is not { } api)
            return false;
        bool held = false;
        try
        {
            options.DangerousAddRef(ref held);
            OperatorDomain.AddTo(api, (void*)options.DangerousGetHandle());
            return true;
        }
        finally
        {
            if (held)
                options.DangerousRelease();
        }
    }

    /// <summary>Whether ONNX Runtime takes operators.</summary>
    internal static bool AreAvailable => Api.Value is not null;

    // The library that the sessions are of: another one in the process would misread their options.
    private static OrtApi? FindApi()
    {
        string version = OrtEnv.Instance().GetVersionString();
        return NativeLibrary.TryLoad("onnxruntime", typeof(SessionOptions).Assembly, searchPath: null, out nint library)
            && NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getApiBase)
            && ((delegate* unmanaged<void*>)getApiBase)() is var apiBase && OrtApi.VersionOf(apiBase) == version
                ? OrtApi.Of(apiBase)
                : null;
    }
}
