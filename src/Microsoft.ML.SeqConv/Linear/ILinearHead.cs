using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A trained model whose decision values are linear in its features, so that they can be explained.</summary>
internal interface ILinearHead
{
    /// <summary>
    /// Coefficients and intercepts, a target a class; one for two classes or a number. <see langword="null"/> where
    /// this model is not linear.
    /// </summary>
    LinearModel? Linear { get; }
}
