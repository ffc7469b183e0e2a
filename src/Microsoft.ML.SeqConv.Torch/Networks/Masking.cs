using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Series of unequal length in one batch: shorter ones are padded at the end, and after every layer the padding is made
/// what it would be around the series alone. So a series has the same output alone and in any batch.
/// </summary>
internal static class Masking
{
    /// <summary>Makes padding zero, which is what convolutions pad with.</summary>
    /// <param name="x">[N, channels, T].</param>
    /// <param name="mask">[N, 1, T].</param>
    public static Tensor Zero(Tensor x, Tensor? mask) => mask is null ? x.alias() : x * mask;

    /// <summary>The maximum of a point and its two neighbours, without padding.</summary>
    public static Tensor MaxPool3(Tensor x, Tensor? mask)       // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        using var held = new HeldScalars();
        Tensor? padding = mask?.eq(held.Of(0L));
        Tensor shown = padding is null ? x : x.masked_fill(padding, held.Of(double.NegativeInfinity));
        Tensor pooled = nn.functional.max_pool1d(shown, 3, stride: 1, padding: 1);
        return (padding is null ? pooled : pooled.masked_fill(padding, held.Of(0L))).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over time of a series' own points.</summary>
    public static Tensor AveragePool(Tensor x, Tensor? mask)    // [N, channels, T] -> [N, channels]
    {
        using var scope = NewDisposeScope();
        Tensor mean = mask is null ? x.mean([2]) : (x * mask).sum(2) / mask.sum(2);
        return mean.MoveToOuterDisposeScope();
    }
}
