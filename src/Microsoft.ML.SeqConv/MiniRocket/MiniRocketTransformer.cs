using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Maps series to MiniRocket features: for each kernel, dilation and bias the proportion of positive values (PPV) of the convolution's output, in [0, 1].
/// Made by <see cref="MiniRocketEstimator"/>.
/// </summary>
public sealed class MiniRocketTransformer : SeriesTransformer, ISavedSeriesTransformer<MiniRocketTransformer>
{
    internal MiniRocketTransformer(IHostEnvironment env, SeriesTransformerState state, MiniRocketModel model)
        : base(env, state, model)
        => Model = model;

    /// <summary>The fitted kernels: dilations, biases and channels.</summary>
    public MiniRocketModel Model { get; }

    private protected override SavedFormat Format => SavedFormat;

    private static SavedFormat SavedFormat { get; } = new("SeqConvMiniRocket", "SCMINIRK");

    static SavedFormat ISavedSeriesTransformer<MiniRocketTransformer>.SavedFormat => SavedFormat;
}
