using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv;

/// <summary>What ONNX Runtime calls in a library of operators.</summary>
internal static unsafe class Library
{
    /// <summary>Adds the operators to the options of a session.</summary>
    /// <param name="sessionOptions">OrtSessionOptions.</param>
    /// <param name="apiBase">OrtApiBase.</param>
    /// <returns>
    /// An error, or 0; 0 also where ONNX Runtime is older than 1.17 and computes by standard operators.
    /// </returns>
    [UnmanagedCallersOnly(EntryPoint = "RegisterCustomOps")]
    public static void* RegisterCustomOps(void* sessionOptions, void* apiBase)
    {
        if (OrtApi.Of(apiBase) is not { } api)
            return null;
        try
        {
            OperatorDomain.AddTo(api, sessionOptions);
            return null;
        }
        catch (Exception error)
        {
            return api.CreateError(error);
        }
    }
}
