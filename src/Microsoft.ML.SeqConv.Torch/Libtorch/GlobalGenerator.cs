using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// libtorch's random generator, which belongs to the whole process. TorchSharp's layers draw their first weights from
/// it; here seeded or saved weights replace them, so nothing needs to be taken from it.
/// </summary>
internal static class GlobalGenerator
{
    private static readonly object Making = new();

    /// <summary>Makes a network, and leaves the generator as it was.</summary>
    public static T Preserve<T>(Func<T> make)
    {
        lock (Making)
        {
            using Tensor state = Generator.Default.get_state();
            try
            {
                return make();
            }
            finally
            {
                Generator.Default.set_state(state);
            }
        }
    }
}
