using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The penalty of a ridge model, and how it was chosen.</summary>
internal sealed class RidgePenalty
{
    private RidgePenalty(
        double alpha, double[] alphas, double[] selectionErrors, AlphaSelection selection, bool isIllConditioned)
    {
        foreach (double tried in alphas)
        {
            if (!(tried is > 0 and < double.PositiveInfinity))
                throw new FormatException(FormattableString.Invariant(
                    $"The penalty {tried} was tried; a penalty must be positive and finite."));
        }

        int chosen = Array.IndexOf(alphas, alpha);
        if (chosen < 0 || selectionErrors.Length != alphas.Length)
            throw new FormatException(FormattableString.Invariant($"The penalty {alpha} is none of the ")
                + $"{alphas.Length} that {selectionErrors.Length} errors are for.");
        if (!Enum.IsDefined(selection) || selection == AlphaSelection.Auto)
            throw new FormatException($"The way to choose the penalty, {selection}, is unknown.");
        Alpha = alpha;
        Alphas = alphas;
        Selection = selection;
        SelectionErrors = selectionErrors;
        SelectionError = selectionErrors[chosen];
        IsIllConditioned = isIllConditioned;
    }

    public double Alpha { get; }

    public double[] Alphas { get; }

    public AlphaSelection Selection { get; }

    public double[] SelectionErrors { get; }

    public double SelectionError { get; }

    /// <summary>Whether rounding decided the coefficients, see <see cref="RidgeSolution.IsIllConditioned"/>.</summary>
    public bool IsIllConditioned { get; }

    public static RidgePenalty Of(RidgeSolution solution, RidgeSettings settings) => new(
        solution.Alpha, [.. settings.Alphas], solution.SelectionErrors, solution.Selection, solution.IsIllConditioned);

    // *** Binary format ***
    // double: chosen penalty
    // double[]: penalties that were tried
    // double[]: mean squared error of prediction of each
    // int, unless read without: how the penalty was chosen; else it was by leave-one-out
    // bool, unless read without: whether the problem was too ill-conditioned; else it is not known
    public void Write(BinaryWriter writer)
    {
        writer.Write(Alpha);
        writer.WriteArray<double>(Alphas);
        writer.WriteArray<double>(SelectionErrors);
        writer.Write((int)Selection);
        writer.Write(IsIllConditioned);
    }

    /// <param name="reader">Is at what was written.</param>
    /// <param name="hasSelection">Whether the version of the file has how the penalty was chosen.</param>
    /// <param name="hasCondition">Whether the version of the file has the condition.</param>
    public static RidgePenalty Read(BinaryReader reader, bool hasSelection = true, bool hasCondition = true) => new(
        reader.ReadDouble(), reader.ReadArray<double>(), reader.ReadArray<double>(),
        hasSelection ? (AlphaSelection)reader.ReadInt32() : AlphaSelection.LeaveOneOut,
        hasCondition && reader.ReadBoolean());
}
