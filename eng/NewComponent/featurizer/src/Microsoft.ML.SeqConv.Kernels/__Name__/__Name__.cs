namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Draws the kernels of __Name__ (AUTHORS YEAR, arXiv:NUMBER).</summary>
public static class __Name__
{
    /// <summary>Draws kernels.</summary>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static __Name__Model Draw(int numberOfChannels, __Name__Settings settings, ulong seed)
    {
        Guard.AtLeast(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();

        // Write here how the paper draws its kernels, with the section. A method that learns from series also takes a
        // SeriesSet, as MiniRocket.Fit does.
        var random = new SeededRandom(seed);
        var weights = new float[checked(settings.NumberOfKernels * __Name__Settings.KernelLength)];
        foreach (ref float weight in weights.AsSpan())
            weight = (float)random.NextNormal();
        return new __Name__Model(numberOfChannels, weights);
    }
}
