using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What a classifier fitted without a training row predicts for it: the probabilities of the classes, for up to 2,048
/// rows spread evenly over all, fewer where there are more than 512 classes.
/// </summary>
internal sealed class LeaveOneOutProbabilities
{
    private const int MaxRows = 2048;
    private const int MaxValues = 1 << 20;
    private const ulong Seed = 2;               // the same rows every time

    private LeaveOneOutProbabilities(int[] labels, float[] probabilities)
    {
        Labels = labels;
        Probabilities = probabilities;
    }

    /// <summary>[row]: class numbers from 0.</summary>
    public int[] Labels { get; }

    /// <summary>[row, class], row-major.</summary>
    public float[] Probabilities { get; }

    /// <summary>Computes probabilities of decision values.</summary>
    /// <param name="decisions">[row, class], row-major: leave-one-out, with the offsets of a calibration.</param>
    /// <param name="temperature">What decision values are divided by before softmax.</param>
    /// <param name="labels">[row]: class numbers from 0.</param>
    /// <param name="weights">[row], or empty; rows of weight zero are left out.</param>
    public static LeaveOneOutProbabilities Of(
        double[] decisions, double temperature, int[] labels, double[] weights)
    {
        int numberOfClasses = decisions.Length / labels.Length;
        int[] rows = SpreadExamples.AtMost(
            labels.Length, weights, Math.Clamp(MaxValues / numberOfClasses, 1, MaxRows), Seed);
        var probabilities = new float[rows.Length * numberOfClasses];
        for (int i = 0; i < rows.Length; i++)
        {
            SoftmaxTemperature.Apply(
                decisions.AsSpan(rows[i] * numberOfClasses, numberOfClasses), temperature,
                probabilities.AsSpan(i * numberOfClasses, numberOfClasses));
        }

        return new(Array.ConvertAll(rows, row => labels[row]), probabilities);
    }

    // *** Binary format ***
    // int[]: labels
    // float[]: probabilities, [row, class]
    public void Write(BinaryWriter writer)
    {
        writer.WriteArray<int>(Labels);
        writer.WriteArray<float>(Probabilities);
    }

    /// <param name="reader">Is at what <see cref="Write"/> wrote.</param>
    /// <param name="numberOfClasses">Of the model.</param>
    public static LeaveOneOutProbabilities Read(BinaryReader reader, int numberOfClasses)
    {
        int[] labels = reader.ReadArray<int>();
        float[] probabilities = reader.ReadArray<float>();
        if (probabilities.Length != (long)labels.Length * numberOfClasses)
            throw new FormatException($"It has {probabilities.Length} leave-one-out probabilities for {labels.Length} "
                + $"rows of {numberOfClasses} classes.");
        if (Array.Exists(labels, label => label < 0 || label >= numberOfClasses))
            throw new FormatException($"The class of a leave-one-out row is none of the {numberOfClasses}.");
        if (Array.Exists(probabilities, value => !(value is >= 0 and <= 1)))
            throw new FormatException("A leave-one-out probability is not 0 to 1.");
        return new(labels, probabilities);
    }
}
