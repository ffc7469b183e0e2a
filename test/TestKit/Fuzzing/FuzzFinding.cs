namespace Microsoft.ML.SeqConv.TestKit.Fuzzing;

/// <summary>An input to which a reader answers otherwise than it documents; the seed and index make it again.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Index">The number of the input in the run.</param>
/// <param name="Problem">What happened.</param>
public sealed record FuzzFinding(string Target, int Seed, long Index, string Problem)
{
    /// <inheritdoc/>
    public override string ToString()
        => FormattableString.Invariant($"{Target} (seed {Seed}, index {Index}): {Problem}");
}
