namespace Microsoft.ML.SeqConv;

/// <summary>Which operators a graph is written with where there is a choice. Each gives the same features.</summary>
public enum OnnxForm
{
    /// <summary>
    /// What is fastest on a CPU: products of matrices select the terms of a sum, integers are counted.
    /// </summary>
    Standard,

    /// <summary>
    /// For graphics processors, whose products of matrices add in an order of their own and which often lack products
    /// of integers: additions one after another, and sums of ones.
    /// </summary>
    Gpu,
}
