using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace Microsoft.ML.SeqConv;

/// <summary>Loads libtorch once a process, and says what is missing where it does not load.</summary>
internal static class TorchLibrary
{
    private const string NativeVersion = "2.10.0";

    private static readonly Lazy<Exception?> Failure = new(Load);

    /// <summary>Threads that libtorch takes by itself: one a processor, or what OMP_NUM_THREADS says.</summary>
    public static int DefaultThreads { get; private set; } = 1;

    /// <exception cref="InvalidOperationException">
    /// libtorch does not load; the message says why, and which package or build step corrects it.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is Exception cause)
            // alone: a program that shows the innermost cause would show TorchSharp's trace of its search
            throw new InvalidOperationException(Explain(cause));
    }

    private static Exception? Load()
    {
        try
        {
            LetWaitingThreadsSleep();
            LoadNative("torch_cpu");
            LoadNative("LibTorchSharp");
            torch.InitializeDeviceType(DeviceType.CPU);
            DefaultThreads = torch.get_num_threads();
            return null;
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            return cause;
        }
    }

    // TorchSharp swallows the system loader's reason and, on failure, copies libtorch beside the program to try again.
    // So what it will load is loaded here first, where it can be found.
    private static void LoadNative(string name)
    {
        string file = OperatingSystem.IsWindows() ? name
            + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        string folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? AppContext.BaseDirectory;
        string? path = folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (path is not null)
            NativeLibrary.Load(path);
    }

    /// <summary>What failed to load, why, and what to do.</summary>
    internal static string Explain(Exception cause)
    {
        var messages = new StringBuilder();
        for (Exception? at = cause; at is not null; at = at.InnerException)
            messages.AppendLine(at.Message);
        string reasons = messages.ToString();
        string remedy = reasons switch
        {
            _ when reasons.Contains("GLIBCXX_3.4.32", StringComparison.Ordinal) =>
                "The C++ runtime of this system is older than GCC 13's. The targets file of SeqConv.MLNet.Torch "
                + "corrects that while building and publishing, so reference the package (or import "
                + "eng/Torch/SeqConv.MLNet.Torch.targets) in the project that is run, do not set SeqConvRelaxGlibcxx "
                + "to false, and build again.",
            _ when RuntimePackage() is string package =>
                $"Add the package {package} {NativeVersion} to the project that is run (or "
                + "libtorch-cuda-12.8-linux-x64 or -win-x64 for NVIDIA devices), beside TorchSharp, and build again. "
                + "With 'dotnet publish' name the system: -r " + RuntimeInformation.RuntimeIdentifier + ".",
            _ => $"libtorch {NativeVersion} exists for Linux x64, Windows x64 and macOS arm64.",
        };
        return $"libtorch does not load on {RuntimeInformation.RuntimeIdentifier}. "
            + $"{remedy} The loader said: {FirstLine(reasons)}";
    }

    private static string? RuntimePackage()
        => (RuntimeInformation.ProcessArchitecture, OperatingSystem.IsLinux(), OperatingSystem.IsWindows(),
            OperatingSystem.IsMacOS()) switch
        {
            (Architecture.X64, true, _, _) => "libtorch-cpu-linux-x64",
            (Architecture.X64, _, true, _) => "libtorch-cpu-win-x64",
            (Architecture.Arm64, _, _, true) => "libtorch-cpu-osx-arm64",
            _ => null,
        };

    // The native loader's own words, if it spoke: they name the file.
    private static string FirstLine(string reasons)
    {
        string[] lines = reasons.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(lines, line => line.Contains("not found", StringComparison.Ordinal)
            || line.Contains("cannot open", StringComparison.Ordinal))
            ?? lines.FirstOrDefault("nothing");
    }

    /// <summary>
    /// OpenMP's threads spin while they wait, which on few or busy cores costs many times the work. GNU's
    /// OpenMP reads its setting when it is loaded, from the environment of C, which .NET's does not change; a
    /// setting of the user stays.
    /// </summary>
    private static void LetWaitingThreadsSleep()
    {
        if (OperatingSystem.IsLinux())
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
    }

    [DllImport("libc", EntryPoint = "setenv", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironmentVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
