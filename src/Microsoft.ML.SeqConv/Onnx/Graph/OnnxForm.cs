namespace Microsoft.ML.SeqConv;

/// <summary>
/// Which operators a graph is written with where there is a choice. Each gives the same features, within rounding.
/// </summary>
public enum OnnxForm
{
    /// <summary>Fastest on a CPU: matrix products and integer counts.</summary>
    Standard,

    /// <summary>
    /// For GPUs: additions one by one, since matrix products of a GPU fix no order, and counts in float32.
    /// </summary>
    Gpu,

    /// <summary>
    /// Each featurizer is a function whose body is written as in <see cref="Standard"/>. Where this library's operators
    /// are registered (<see cref="OnnxOperators"/>), its own code computes in the body's place, as fast as without
    /// ONNX; elsewhere the body runs. The file holds each featurizer twice.
    /// </summary>
    Function,
}
