using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What every trained ridge model knows: its coefficients, and how its penalty was chosen.</summary>
internal sealed record RidgeModel(LinearModel Linear, RidgePenalty Penalty)
{
    private const uint WithSelection = 0x00010002;
    private const uint WithCondition = 0x00010003;

    /// <exception cref="InvalidOperationException">A coefficient is beyond single precision.</exception>
    public static RidgeModel From(RidgeSolution solution, RidgeSettings settings) => new(
        LinearModelFormat.Representable(() => LinearModel.From(solution)), RidgePenalty.Of(solution, settings));

    /// <summary>The same model whose scores are higher by an offset each.</summary>
    public RidgeModel Plus(double[] offsets)
    {
        double[] intercepts =
            [.. Linear.Intercepts.ToArray().Select((intercept, target) => intercept + offsets[target])];
        return this with
        {
            Linear = new(
                Linear.NumberOfTargets, Linear.NumberOfFeatures, Linear.Coefficients.ToArray(), intercepts),
        };
    }

    /// <summary>
    /// The same model with one target, whose score is the log-odds that a calibration gives its decision.
    /// </summary>
    public RidgeModel AsLogOdds(PlattScaling scaling)
    {
        double slope = -scaling.Slope;
        float[] coefficients = [.. Linear.Coefficients.ToArray().Select(value => (float)(slope * value))];
        double intercept = slope * Linear.Intercepts[0] - scaling.Offset;
        return this with
        {
            Linear = LinearModelFormat.Representable(
                () => new LinearModel(1, Linear.NumberOfFeatures, coefficients, [intercept])),
        };
    }

    /// <summary>The format of a model file with a ridge model in it.</summary>
    public static SavedFormat Format(string loaderSignature, string modelSignature)
        => new(loaderSignature, modelSignature, SectionPrefix.SizeOfSingle, WithCondition);

    // *** Binary format ***
    // the coefficients, see LinearModelFormat
    // the penalty, see RidgePenalty: how it was chosen from version 0x00010002, the condition from version 0x00010003
    public void Write(BinaryWriter writer)
    {
        writer.Write(Linear);
        Penalty.Write(writer);
    }

    public static RidgeModel Read(SavedSection section) => new(
        section.Reader.ReadLinearModel(),
        RidgePenalty.Read(
            section.Reader, section.Version >= WithSelection, section.Version >= WithCondition));
}
