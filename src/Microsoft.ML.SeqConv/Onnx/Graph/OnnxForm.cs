namespace Microsoft.ML.SeqConv;

/// <summary>Which operators a graph is written with where there is a choice. Each gives the same features.</summary>
public enum OnnxForm
{
    /// <summary>Fastest on a CPU: matrix products and integer counts.</summary>
    Standard,

    /// <summary>
    /// For GPUs: additions one by one, since matrix products of a GPU fix no order, and counts in float32.
    /// </summary>
    Gpu,
}
