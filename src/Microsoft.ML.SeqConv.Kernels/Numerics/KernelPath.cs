using System.Numerics;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>An implementation of the kernels. All give the same bits.</summary>
internal enum KernelPath
{
    /// <summary>Plain loops that read like the papers: the specification.</summary>
    Scalar,

    /// <summary>Loops over <see cref="Vector{T}"/>: 128 or 256 bits wide, on every processor with SIMD.</summary>
    Vector,

    /// <summary>
    /// As <see cref="Vector"/>, the busiest loops 512 bits wide, on processors that do so at full speed.
    /// </summary>
    Vector512,
}

/// <summary>The one place that chooses a path.</summary>
internal static class KernelPaths
{
    /// <summary>
    /// The environment variable that forces a path by name, for example <c>SEQCONV_KERNEL=Scalar</c>.
    /// </summary>
    public const string EnvironmentVariable = "SEQCONV_KERNEL";

    private static int _current;        // 1 + the path; 0: not chosen yet

    /// <summary>Every path that this machine can run, best first.</summary>
    public static IReadOnlyList<KernelPath> Available => Machine.Paths;

    /// <summary>
    /// The path in use: the one that <see cref="EnvironmentVariable"/> names, else the best available.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable names no available path.</exception>
    // Not an initializer: its exception would reach users within a TypeInitializationException.
    public static KernelPath Current
    {
        get
        {
            if (_current == 0)
                _current = 1 + (int)Choose(Environment.GetEnvironmentVariable(EnvironmentVariable));
            return (KernelPath)(_current - 1);
        }
    }

    internal static KernelPath Choose(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Available[0];
        foreach (KernelPath path in Available)
        {
            if (string.Equals(path.ToString(), name, StringComparison.OrdinalIgnoreCase))
                return path;
        }

        throw new InvalidOperationException($"{EnvironmentVariable} is '{name}'; this machine has the paths "
            + $"{string.Join(", ", Available)}. Unset it or name one of these.");
    }

    private static class Machine
    {
        public static readonly KernelPath[] Paths =
        [
            .. Only(KernelPath.Vector512,
                Vector512.IsHardwareAccelerated && Vector<byte>.Count == Vector256<byte>.Count),
            .. Only(KernelPath.Vector, Vector.IsHardwareAccelerated),
            KernelPath.Scalar,
        ];

        private static KernelPath[] Only(KernelPath path, bool where) => where ? [path] : [];
    }
}
