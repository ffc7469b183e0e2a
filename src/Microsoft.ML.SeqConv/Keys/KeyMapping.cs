namespace Microsoft.ML.SeqConv;

/// <summary>
/// The keys of one view in terms of those of another. Keys are numbers that mean nothing by themselves: two views that
/// were mapped apart have the same number for different classes. So wherever two views meet, their keys are compared by
/// the names of their values.
/// </summary>
internal sealed class KeyMapping
{
    private const int MaxNamesInMessage = 20;
    private const string Remedy = "Make the keys of both with one fitted MapValueToKey.";

    private readonly int[]? _indices;       // null: the same

    private KeyMapping(int[]? indices) => _indices = indices;

    /// <summary>Compares keys of classes.</summary>
    /// <param name="known">The keys that the others are expressed in.</param>
    /// <param name="other">Keys of the same values, or some of them, in any order.</param>
    /// <param name="column">Their column, for messages.</param>
    /// <param name="knownRows">What has the first, for messages: <c>the training rows</c>.</param>
    /// <param name="otherRows">What has the others, for messages: <c>the validation rows</c>.</param>
    /// <exception cref="InvalidOperationException">
    /// The others have a value that the first do not, or they cannot be compared.
    /// </exception>
    public static KeyMapping Between(
        LabelValues known, LabelValues other, string column, string knownRows, string otherRows)
    {
        CheckComparable(known, other, column, knownRows, otherRows);
        string[] names = known.Names;
        string[] others = other.Names;
        if (names.AsSpan().SequenceEqual(others))
            return new KeyMapping(null);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            places.Add(names[i], i);
        for (int i = 0; i < names.Length; i++)      // then the names that Unicode holds for the same
        {
            if (ClassName.TryNormalize(names[i], out string normal, out _))
                places.TryAdd(normal, i);
        }

        if (Array.Find(others, name => PlaceOf(name) < 0) is string unknown)
        {
            throw new InvalidOperationException(
                $"Column '{column}' has the class '{unknown}' in {otherRows}, which {knownRows} do not have; "
                + $"their classes are {List(names)}. {Remedy}");
        }

        return new KeyMapping(Array.ConvertAll(others, PlaceOf));

        int PlaceOf(string name)
            => places.TryGetValue(name, out int place) || places.TryGetValue(ClassName.Normalized(name), out place)
                ? place
                : -1;
    }

    /// <summary>
    /// Checks that keys have values by which they can be compared, or are as many. Words of keys need no more: those
    /// that training did not meet are unknown words.
    /// </summary>
    /// <exception cref="InvalidOperationException">They cannot be compared.</exception>
    public static void CheckComparable(
        LabelValues known, LabelValues other, string column, string knownRows, string otherRows)
    {
        if (known.AreKnown != other.AreKnown)
        {
            (string without, string with) = known.AreKnown ? (otherRows, knownRows) : (knownRows, otherRows);
            throw new InvalidOperationException($"The keys in column '{column}' of {without} have no values, "
                + $"and those of {with} have; they cannot be compared. {Remedy}");
        }

        if (!known.AreKnown && known.Names.Length != other.Names.Length)
        {
            throw new InvalidOperationException($"Column '{column}' has {other.Names.Length} keys in {otherRows} "
                + $"and {known.Names.Length} in {knownRows}, without values to compare them by. {Remedy}");
        }
    }

    /// <summary>The number that a class has in the first view.</summary>
    /// <param name="label">Its number in the other, from 0; NaN, a missing label, stays.</param>
    public float Map(float label) => _indices is null || float.IsNaN(label) ? label : _indices[(int)label];

    /// <summary>Names for a message: the first of many.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count <= MaxNamesInMessage
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNamesInMessage))} and {names.Count - MaxNamesInMessage} more";
}
