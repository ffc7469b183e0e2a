using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A linear model in a section of a model file.</summary>
internal static class LinearModelFormat
{
    // *** Binary format ***
    // int: targets
    // int: features
    // float[]: coefficients, [target, feature]
    // double[]: intercepts
    public static void Write(this BinaryWriter writer, LinearModel model)
    {
        writer.Write(model.NumberOfTargets);
        writer.Write(model.NumberOfFeatures);
        writer.WriteArray(model.Coefficients);
        writer.WriteArray(model.Intercepts);
    }

    public static LinearModel ReadLinearModel(this BinaryReader reader) => new(
        reader.ReadInt32(), reader.ReadInt32(), reader.ReadArray<float>(), reader.ReadArray<double>());

    /// <summary>Makes a model of coefficients of ridge.</summary>
    /// <exception cref="InvalidOperationException">A coefficient is beyond single precision.</exception>
    public static T Representable<T>(Func<T> make)
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
}
