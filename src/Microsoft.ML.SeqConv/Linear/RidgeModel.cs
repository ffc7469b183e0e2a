using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>What every trained ridge model knows: its coefficients, and how its penalty was chosen.</summary>
internal sealed class RidgeModel
{
    private const uint WithSelection = 0x00010002;
    private const uint WithCondition = 0x00010003;

    private RidgeModel(
        LinearModel linear, double alpha, double[] alphas, double[] selectionErrors, AlphaSelection selection,
        bool isIllConditioned)
    {
        int chosen = Array.IndexOf(alphas, alpha);
        if (chosen < 0 || selectionErrors.Length != alphas.Length)
            throw new FormatException(FormattableString.Invariant($"The penalty {alpha} is none of the ")
                + $"{alphas.Length} that {selectionErrors.Length} errors are for.");
        if (!Enum.IsDefined(selection) || selection == AlphaSelection.Auto)
            throw new FormatException($"The way to choose the penalty, {selection}, is unknown.");
        Linear = linear;
        Alpha = alpha;
        Alphas = alphas;
        Selection = selection;
        SelectionErrors = selectionErrors;
        SelectionError = selectionErrors[chosen];
        IsIllConditioned = isIllConditioned;
    }

    public LinearModel Linear { get; }

    public double Alpha { get; }

    public double[] Alphas { get; }

    public AlphaSelection Selection { get; }

    public double[] SelectionErrors { get; }

    public double SelectionError { get; }

    /// <summary>Whether rounding decided the coefficients, see <see cref="RidgeSolution.IsIllConditioned"/>.</summary>
    public bool IsIllConditioned { get; }

    /// <exception cref="InvalidOperationException">A coefficient is beyond single precision.</exception>
    public static RidgeModel From(RidgeSolution solution, RidgeSettings settings) => new(
        Representable(() => LinearModel.From(solution)), solution.Alpha, [.. settings.Alphas],
        solution.SelectionErrors, solution.Selection, solution.IsIllConditioned);

    /// <summary>The same model whose scores are higher by an offset each.</summary>
    public RidgeModel Plus(double[] offsets)
    {
        double[] intercepts =
            [.. Linear.Intercepts.ToArray().Select((intercept, target) => intercept + offsets[target])];
        var linear = new LinearModel(
            Linear.NumberOfTargets, Linear.NumberOfFeatures, Linear.Coefficients.ToArray(), intercepts);
        return new(linear, Alpha, Alphas, SelectionErrors, Selection, IsIllConditioned);
    }

    private static LinearModel Representable(Func<LinearModel> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException error)
        {
            throw new InvalidOperationException(
                "The coefficients of ridge are beyond single precision: the features are too small beside the "
                + "labels. Bring the features to larger values, "
                + "for example with mlContext.Transforms.NormalizeMeanVariance.",
                error);
        }
    }

    /// <summary>
    /// The same model with one target, whose score is the log-odds that a calibration gives its decision.
    /// </summary>
    public RidgeModel AsLogOdds(PlattScaling scaling)
    {
        double slope = -scaling.Slope;
        float[] coefficients = [.. Linear.Coefficients.ToArray().Select(value => (float)(slope * value))];
        double intercept = slope * Linear.Intercepts[0] - scaling.Offset;
        LinearModel linear = Representable(
            () => new LinearModel(1, Linear.NumberOfFeatures, coefficients, [intercept]));
        return new(linear, Alpha, Alphas, SelectionErrors, Selection, IsIllConditioned);
    }

    /// <summary>The format of a model file with a ridge model in it.</summary>
    public static SavedFormat Format(string loaderSignature, string modelSignature)
        => new(loaderSignature, modelSignature, SectionPrefix.SizeOfSingle, WithCondition);

    // *** Binary format ***
    // int: targets
    // int: features
    // float[]: coefficients, [target, feature]
    // double[]: intercepts
    // double: chosen penalty
    // double[]: penalties that were tried
    // double[]: mean squared error of prediction of each
    // int, from version 0x00010002: how the penalty was chosen; before it was by leave-one-out
    // bool, from version 0x00010003: whether the problem was too ill-conditioned; before it is not known
    public void Write(BinaryWriter writer)
    {
        writer.Write(Linear.NumberOfTargets);
        writer.Write(Linear.NumberOfFeatures);
        writer.WriteArray(Linear.Coefficients);
        writer.WriteArray(Linear.Intercepts);
        writer.Write(Alpha);
        writer.WriteArray<double>(Alphas);
        writer.WriteArray<double>(SelectionErrors);
        writer.Write((int)Selection);
        writer.Write(IsIllConditioned);
    }

    public static RidgeModel Read(SavedSection section)
    {
        BinaryReader reader = section.Reader;
        var linear = new LinearModel(
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadArray<float>(), reader.ReadArray<double>());
        return new(
            linear, reader.ReadDouble(), reader.ReadArray<double>(), reader.ReadArray<double>(),
            section.Version < WithSelection ? AlphaSelection.LeaveOneOut : (AlphaSelection)reader.ReadInt32(),
            section.Version >= WithCondition && reader.ReadBoolean());
    }
}
