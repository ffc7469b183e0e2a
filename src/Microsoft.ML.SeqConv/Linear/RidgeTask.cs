namespace Microsoft.ML.SeqConv;

/// <summary>What labels mean to ridge: which classes there are, and what linear functions are fitted to.</summary>
internal abstract class RidgeTask
{
    /// <summary>A function a class, fitted to +1 for its examples and to -1 for others.</summary>
    public static RidgeTask Multiclass { get; } = new OfClasses();

    /// <summary>One function, fitted to +1 and -1.</summary>
    public static RidgeTask Binary { get; } = new OfTwoClasses();

    /// <summary>One function, fitted to the label.</summary>
    public static RidgeTask Regression { get; } = new OfNumbers();

    /// <summary>The classes of a label column; none for a regression.</summary>
    public abstract string[] ClassesOf(DataViewSchema.Column label);

    /// <summary>The class of a label as rows give it.</summary>
    public abstract int ClassOf(float label);

    /// <summary>How many linear functions are fitted.</summary>
    public abstract int NumberOfTargets(string[] classes);

    /// <summary>Writes what they are fitted to.</summary>
    public abstract void WriteTargets(float label, Span<double> targets);

    private sealed class OfClasses : RidgeTask
    {
        public override string[] ClassesOf(DataViewSchema.Column label) => LabelValues.Of(label).Names;

        public override int ClassOf(float label) => (int)label;

        public override int NumberOfTargets(string[] classes) => classes.Length;

        public override void WriteTargets(float label, Span<double> targets)
        {
            targets.Fill(-1);
            targets[(int)label] = 1;
        }
    }

    private sealed class OfTwoClasses : RidgeTask
    {
        public override string[] ClassesOf(DataViewSchema.Column label) => ["False", "True"];

        public override int ClassOf(float label) => label > 0 ? 1 : 0;

        public override int NumberOfTargets(string[] classes) => 1;

        public override void WriteTargets(float label, Span<double> targets) => targets[0] = 2.0 * ClassOf(label) - 1;
    }

    private sealed class OfNumbers : RidgeTask
    {
        public override string[] ClassesOf(DataViewSchema.Column label) => [];

        public override int ClassOf(float label) => 0;

        public override int NumberOfTargets(string[] classes) => 1;

        public override void WriteTargets(float label, Span<double> targets) => targets[0] = label;
    }
}
