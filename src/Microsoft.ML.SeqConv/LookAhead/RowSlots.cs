using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>What one column has in the rows that a <see cref="LookAheadCursor"/> has read: one slot a row.</summary>
/// <param name="column">The column in the cursor's schema.</param>
internal abstract class RowSlots(DataViewSchema.Column column)
{
    public DataViewSchema.Column Column => column;

    /// <summary>
    /// Takes what is needed of the row that the source stands on. It does not throw: what goes wrong is thrown when the
    /// slot is asked for.
    /// </summary>
    public abstract void Read(int slot);

    /// <summary>Computes slots that were read, on any thread, while others are read, computed and asked for.</summary>
    public virtual void Compute(int first, int count)
    {
    }

    /// <summary>Makes a <see cref="ValueGetter{TValue}"/>.</summary>
    /// <param name="slot">Gives the slot of the row that the cursor stands on.</param>
    public abstract Delegate Getter(Func<int> slot);
}
