using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The columns that <see cref="ScoredRows"/> reads.</summary>
/// <param name="Labels">A key of classes.</param>
/// <param name="Scores">The probabilities of the classes.</param>
/// <param name="More">Columns that <paramref name="OpenMore"/> reads.</param>
/// <param name="OpenMore">Opens a cursor; what it returns is called for each row that has a label.</param>
internal sealed record ScoredColumns(DataViewSchema.Column Labels, DataViewSchema.Column Scores,
    DataViewSchema.Column[] More, Func<DataViewRow, Action>? OpenMore = null)
{
    public IEnumerable<DataViewSchema.Column> All => [Labels, Scores, .. More];
}
