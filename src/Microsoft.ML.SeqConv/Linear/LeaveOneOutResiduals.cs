using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Labels of training rows less what a regression fitted without them predicts, for up to 2,048 rows spread evenly over
/// all.
/// </summary>
internal sealed class LeaveOneOutResiduals
{
    private const int MaxRows = 2048;
    private const ulong Seed = 2;               // the same rows every time

    private LeaveOneOutResiduals(double[] values) => Values = values;

    /// <summary>[row]: finite.</summary>
    public double[] Values { get; }

    /// <summary>Keeps some of the residuals.</summary>
    /// <param name="residuals">[row].</param>
    /// <param name="weights">[row], or empty; rows of weight zero are left out.</param>
    public static LeaveOneOutResiduals Of(double[] residuals, double[] weights)
        => new([.. SpreadExamples.AtMost(residuals.Length, weights, MaxRows, Seed).Select(row => residuals[row])]);

    // *** Binary format ***
    // double[]: residuals
    public void Write(BinaryWriter writer) => writer.WriteArray<double>(Values);

    public static LeaveOneOutResiduals Read(BinaryReader reader)
    {
        double[] values = reader.ReadArray<double>();
        return Array.TrueForAll(values, double.IsFinite) ? new(values)
            : throw new FormatException("A leave-one-out residual is not finite.");
    }
}
