using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Microsoft.ML.SeqConv.Samples.Scaffold;

/// <summary>
/// Where a project takes the library from: the clone in which this program was built, or the packages.
/// </summary>
internal static class ProjectSource
{
    /// <summary>The clone; <see langword="null"/>: this program does not run from one.</summary>
    public static string? FindClone()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SeqConv.MLNet.sln")))
                return at.FullName;
        }

        return null;
    }

    /// <summary>The version of the packages that belongs to this program.</summary>
    public static string Version
        => typeof(MiniRocketEstimator).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>
    /// libtorch for the processor of the running system: the name of the package and the version that TorchSharp needs.
    /// </summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static (string Package, string Version) Libtorch()
    {
        string system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "win" : "osx";
        string package =
            $"libtorch-cpu-{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        using Stream stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Microsoft.ML.SeqConv.Samples.Directory.Packages.props")!;
        string? version = XDocument.Load(stream).Descendants("PackageVersion")
            .FirstOrDefault(known => (string?)known.Attribute("Include") == package)?.Attribute("Version")?.Value;
        return version is not null ? (package, version) : throw new ArgumentException($"There is no package {package}, "
            + "so networks do not run on this system. Choose --model minirocket, multirocket, hydra, rocket or "
            + "ensemble.");
    }
}
