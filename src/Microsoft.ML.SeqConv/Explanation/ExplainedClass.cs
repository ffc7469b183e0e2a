using System.Numerics.Tensors;

namespace Microsoft.ML.SeqConv;

/// <summary>A class whose score is explained.</summary>
/// <param name="Index">From 0, in the order of the names.</param>
/// <param name="Name">As text.</param>
internal sealed record ExplainedClass(int Index, string Name)
{
    /// <summary>The names of two classes that share a single score: it is that of the second.</summary>
    public static readonly string[] OfOneScore = ["False", "True"];

    /// <summary>Finds the class that is asked for.</summary>
    /// <param name="names">All classes; <see langword="null"/> for regression.</param>
    /// <param name="name">The class; <see langword="null"/>: the one of the largest score.</param>
    /// <param name="scores">One a class, or a single one.</param>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static ExplainedClass? Choose(string[]? names, string? name, ReadOnlySpan<double> scores)
    {
        if (names is null)
        {
            return name is null ? null : throw new ArgumentException($"ClassName is '{name}', but the model predicts a "
                + "number. Leave ClassName out.", nameof(SeriesExplanationOptions.ClassName));
        }

        int index = name is not null ? Array.IndexOf(names,
            name) : scores.Length == 1 ? 1 : TensorPrimitives.IndexOfMax(scores);
        if (index < 0)
        {
            throw new ArgumentException($"ClassName is '{name}'; the classes of the model are "
                + $"{string.Join(", ", names.Select(one => $"'{one}'"))}.", nameof(SeriesExplanationOptions.ClassName));
        }

        return new(index, names[index]);
    }

    /// <summary>
    /// Which score is the class's, and its sign: of two classes that share a single score, the
    /// first has its negative.
    /// </summary>
    /// <param name="explained">The class; <see langword="null"/> for regression.</param>
    /// <param name="scores">How many scores there are.</param>
    public static (int Score, int Sign) ScoreOf(ExplainedClass? explained, int scores)
        => scores > 1 ? (explained!.Index, 1) : (0, explained?.Index == 0 ? -1 : 1);
}
