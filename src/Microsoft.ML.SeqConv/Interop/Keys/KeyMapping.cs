namespace Microsoft.ML.SeqConv;

/// <summary>
/// The keys of one view in terms of those of another. Keys are numbers that say nothing: two views that were mapped apart have the same number for different classes. So wherever two
/// views meet, their keys are compared by the names of their values.
/// </summary>
internal sealed class KeyMapping
{
    private const int MaxNamesInMessage = 20;

    private readonly int[]? _indices;       // null: the same

    private KeyMapping(int[]? indices) => _indices = indices;

    /// <summary>Whether both views have the same number for each value.</summary>
    public bool IsIdentity => _indices is null;

    /// <summary>Compares keys.</summary>
    /// <param name="known">The keys that the others are expressed in.</param>
    /// <param name="other">Keys of the same values, or some of them, in any order.</param>
    /// <param name="column">Their column, for messages.</param>
    /// <param name="knownRows">What has the first, for messages: <c>the training rows</c>.</param>
    /// <param name="otherRows">What has the others, for messages: <c>the validation rows</c>.</param>
    /// <exception cref="InvalidOperationException">The others have a value that the first do not, or they cannot be compared.</exception>
    public static KeyMapping Between(LabelValues known, LabelValues other, string column, string knownRows, string otherRows)
    {
        const string remedy = "Make the keys of both with one fitted MapValueToKey.";
        if (known.AreKnown != other.AreKnown)
        {
            throw new InvalidOperationException($"The keys in column '{column}' of {(known.AreKnown ? otherRows : knownRows)} have no values, and those of {(known.AreKnown ? knownRows : otherRows)} have; "
                + $"they cannot be compared. {remedy}");
        }

        string[] names = known.Names;
        string[] others = other.Names;
        if (names.AsSpan().SequenceEqual(others))
            return new KeyMapping(null);
        if (!known.AreKnown)
        {
            throw new InvalidOperationException($"Column '{column}' has {others.Length} keys in {otherRows} and {names.Length} in {knownRows}, without values to compare them by. {remedy}");
        }

        Dictionary<string, int> places = names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        string? unknown = Array.Find(others, name => !places.ContainsKey(name));
        if (unknown is not null)
        {
            throw new InvalidOperationException($"Column '{column}' has the class '{unknown}' in {otherRows}, which {knownRows} do not have; their classes are {List(names)}. "
                + $"{remedy}");
        }

        return new KeyMapping(Array.ConvertAll(others, name => places[name]));
    }

    /// <summary>The number that a class has in the first view.</summary>
    /// <param name="label">Its number in the other, from 0; NaN, a missing label, stays.</param>
    public float Map(float label) => _indices is null || float.IsNaN(label) ? label : _indices[(int)label];

    /// <summary>Names for a message: the first of many.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count <= MaxNamesInMessage
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNamesInMessage))} and {names.Count - MaxNamesInMessage} more";
}
