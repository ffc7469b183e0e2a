using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// This library's operators for ONNX Runtime. A file that was written in <see cref="OnnxForm.Function"/> runs in every
/// ONNX Runtime by the standard operators that it holds; where these are added, its featurizers run at native speed, and
/// give the same features.
/// </summary>
public static unsafe class OnnxOperators
{
    private static readonly Lazy<OrtApi?> Api = new(FindApi);

    /// <summary>
    /// Adds the operators MiniRocket, MultiRocket, Hydra and Rocket, for the CPU. <see cref="OnnxSequenceScorer"/> adds
    /// them by itself.
    /// </summary>
    /// <param name="options">The options of a session.</param>
    /// <returns>
    /// Whether they were added: not where ONNX Runtime is older than 1.17, whose sessions compute by standard operators.
    /// </returns>
    public static bool AddSequenceOperators(this SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Api.Value is not { } api)
            return false;
        OperatorDomain.AddTo(api, (void*)options.DangerousGetHandle());
        GC.KeepAlive(options);
        return true;
    }

    /// <summary>Whether ONNX Runtime takes operators.</summary>
    internal static bool AreAvailable => Api.Value is not null;

    private static OrtApi? FindApi()
        => NativeLibrary.TryLoad("onnxruntime", typeof(SessionOptions).Assembly, searchPath: null, out nint library)
            && NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getApiBase)
                ? OrtApi.Of(((delegate* unmanaged<void*>)getApiBase)())
                : null;
}
