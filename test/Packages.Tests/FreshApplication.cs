using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Packages.Tests;

/// <summary>
/// An empty console application in a folder of its own, with the packages in a folder feed beside the sources of
/// this machine. What this machine has restored before is read where it is; the packages under test go into a
/// folder that is thrown away.
/// </summary>
internal sealed class FreshApplication
{
    private readonly string _folder;

    /// <summary>Writes the project.</summary>
    /// <param name="packed">The packages.</param>
    /// <param name="name">Of the application.</param>
    /// <param name="program">Its source.</param>
    /// <param name="references">Packages, each <c>id version</c>.</param>
    public FreshApplication(PackedFolder packed, string name, string program, params string[] references)
    {
        _folder = Directory.CreateDirectory(Path.Combine(packed.Root, name)).FullName;
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(cache);
        File.WriteAllText(Path.Combine(_folder, "NuGet.config"), $"""
            <configuration>
              <packageSources>
                <add key="packages under test" value="{packed.Feed}" />
              </packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(_folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <RestorePackagesPath>{Path.Combine(packed.Root, "packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
            {string.Concat(references.Select(reference => $"    <PackageReference Include=\"{reference.Split(' ')[0]}\" Version=\"{reference.Split(' ')[1]}\" />\n"))}  </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), program);
        Dotnet.Run(_folder, "build", "-c", "Release", "-v", "q", "-tl:off", "-m:1");
    }

    /// <summary>libtorch for the system that runs; <see langword="null"/> where there is none.</summary>
    public static string? Libtorch
        => (OperatingSystem.IsLinux(), OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(),
            RuntimeInformation.OSArchitecture) switch
        {
            (true, _, _, Architecture.X64) => "libtorch-cpu-linux-x64 2.10.0",
            (_, true, _, Architecture.X64) => "libtorch-cpu-win-x64 2.10.0",
            (_, _, true, Architecture.Arm64) => "libtorch-cpu-osx-arm64 2.10.0",
            _ => null,
        };

    /// <summary>A file that the application wrote.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Runs the application in its folder.</summary>
    public string Run(params string[] arguments)
        => Dotnet.Run(_folder, ["run", "--no-build", "-c", "Release", "--", .. arguments]);
}
