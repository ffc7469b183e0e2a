using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What every trained ridge model knows: its coefficients, and how its penalty was chosen.</summary>
internal sealed class RidgeModel
{
    private RidgeModel(LinearModel linear, double alpha, double[] alphas, double[] leaveOneOutErrors)
    {
        int chosen = Array.IndexOf(alphas, alpha);
        if (chosen < 0 || leaveOneOutErrors.Length != alphas.Length)
            throw new FormatException($"The penalty {alpha} is none of the {alphas.Length} that {leaveOneOutErrors.Length} errors are for.");
        Linear = linear;
        Alpha = alpha;
        Alphas = alphas;
        SelectionErrors = leaveOneOutErrors;
        SelectionError = leaveOneOutErrors[chosen];
    }

    public LinearModel Linear { get; }

    public double Alpha { get; }

    public double[] Alphas { get; }

    public double[] SelectionErrors { get; }

    public double SelectionError { get; }

    public static RidgeModel From(RidgeSolution solution, RidgeSettings settings) => new(LinearModel.From(solution), solution.Alpha, [.. settings.Alphas], solution.SelectionErrors);

    // *** Binary format ***
    // int: targets
    // int: features
    // float[]: coefficients, [target, feature]
    // double[]: intercepts
    // double: chosen penalty
    // double[]: penalties that were tried
    // double[]: mean squared leave-one-out error of each
    public void Write(BinaryWriter writer)
    {
        writer.Write(Linear.NumberOfTargets);
        writer.Write(Linear.NumberOfFeatures);
        writer.WriteArray(Linear.Coefficients);
        writer.WriteArray(Linear.Intercepts);
        writer.Write(Alpha);
        writer.WriteArray<double>(Alphas);
        writer.WriteArray<double>(SelectionErrors);
    }

    public static RidgeModel Read(BinaryReader reader) => new(
        new LinearModel(reader.ReadInt32(), reader.ReadInt32(), reader.ReadArray<float>(), reader.ReadArray<double>()),
        reader.ReadDouble(), reader.ReadArray<double>(), reader.ReadArray<double>());
}
