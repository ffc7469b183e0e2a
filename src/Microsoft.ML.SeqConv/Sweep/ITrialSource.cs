namespace Microsoft.ML.SeqConv;

/// <summary>Chooses what a sweep tries, one trial after the other.</summary>
internal interface ITrialSource
{
    /// <summary>Chooses the next plan.</summary>
    /// <param name="last">The trial of the plan before; <see langword="null"/> at the beginning.</param>
    /// <returns><see langword="null"/> where nothing new is left.</returns>
    SweepPlan? Next(SweepTrial? last);
}
