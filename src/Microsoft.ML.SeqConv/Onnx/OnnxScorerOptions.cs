using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Where and how an <see cref="OnnxSequenceScorer"/> runs.</summary>
public sealed class OnnxScorerOptions
{
    /// <summary>
    /// Execution providers of ONNX Runtime by name, best first: <c>Cpu</c>, <c>Cuda</c>, <c>TensorRT</c>, <c>Dml</c>,
    /// <c>CoreML</c>, <c>WebGpu</c> or any other that the native library in use has. Default: <c>Cpu</c>.
    /// </summary>
    public string[] ExecutionProviders { get; set; } = ["Cpu"];

    /// <summary>The number of the device, from 0, for providers that have several.</summary>
    public int DeviceIndex { get; set; }

    /// <summary>
    /// Whether the CPU is used where none of <see cref="ExecutionProviders"/> is available. Default true; false makes
    /// that an error.
    /// </summary>
    public bool FallbackToCpu { get; set; } = true;

    /// <summary>
    /// Series scored in one call of ONNX Runtime, at least 1. Default <see langword="null"/>: as many as
    /// <see cref="MaxBatchBytes"/> holds, and where standard operators compute features on a CPU about 4,000 points.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>
    /// Bytes that the largest values between nodes may take, at least 1 MB, where <see cref="BatchSize"/> is not
    /// set. Default 256 MB.
    /// </summary>
    public long MaxBatchBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Threads of ONNX Runtime on the CPU, at least 1. Default <see langword="null"/>: as it chooses.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    internal OnnxScorerOptions CheckedCopy()
    {
        if (ExecutionProviders is null || ExecutionProviders.Length == 0
            || ExecutionProviders.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("ExecutionProviders names no provider; name one or more, for example Cuda and "
                + "Cpu.", nameof(ExecutionProviders));
        OnnxExecutionProvider.CheckNames(ExecutionProviders);
        Guard.AtLeast(DeviceIndex, 0);
        Guard.AtLeast(BatchSize, 1);
        Guard.Require(MaxBatchBytes >= 1 << 20, MaxBatchBytes, $"it must be at least {1 << 20} bytes");
        Guard.AtLeast(NumberOfThreads, 1);
        var copy = (OnnxScorerOptions)MemberwiseClone();
        copy.ExecutionProviders = [.. ExecutionProviders];
        return copy;
    }
}
