using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads a column of example weights beside sequences without labels: each row weighs 1 where there is none.
/// </summary>
internal sealed class ExampleWeights
{
    private readonly DataViewRowCursor _cursor;
    private readonly string? _name;
    private readonly ValueGetter<float>? _get;
    private long _rows;
    private long _weightless;
    private float _weight = 1;

    /// <param name="cursor">Has the column.</param>
    /// <param name="column">The column; <see langword="null"/> for none.</param>
    public ExampleWeights(DataViewRowCursor cursor, DataViewSchema.Column? column)
    {
        _cursor = cursor;
        if (column is { } weights)
            (_name, _get) = (weights.Name, cursor.GetGetter<float>(weights));
    }

    /// <summary>The weight of the row, positive.</summary>
    public float Current => _weight;

    /// <summary>What rows must have to be read, for messages.</summary>
    public string Condition => _weightless > 0 ? " with a weight above 0" : "";

    /// <summary>Reads the weight of the row that the cursor stands on.</summary>
    /// <returns>Whether the row is read: a row of weight 0 is left out.</returns>
    /// <exception cref="InvalidOperationException">The weight is negative or not finite.</exception>
    public bool Read()
    {
        _get?.Invoke(ref _weight);
        if (!float.IsFinite(_weight) || _weight < 0)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Column '{_name}' has {_weight} in row {_cursor.Position}; ")
                + "a weight must be finite and not negative. Correct or remove the row.");
        }

        _rows++;
        if (_weight > 0)
            return true;
        _weightless++;
        return false;
    }

    /// <summary>Warns where rows were left out.</summary>
    /// <param name="channel">Gets the warning.</param>
    /// <param name="sequences">The column of sequences.</param>
    public void Warn(IChannel channel, DataViewSchema.Column sequences)
        => RowsWithoutWeight.Warn(channel.Warn, _name ?? "", sequences, _weightless, _rows, []);

    /// <summary>The column in a schema that was checked.</summary>
    public static DataViewSchema.Column? Find(DataViewSchema schema, string? name)
        => name is null ? null : schema[name];
}
