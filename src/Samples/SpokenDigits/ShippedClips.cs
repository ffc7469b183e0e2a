using System.IO.Compression;
using System.Reflection;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>The spoken digits of a speech synthesiser that come with the samples; eng/SpokenDigits makes them.</summary>
internal static class ShippedClips
{
    /// <summary>Unpacks the clips into a folder and names it.</summary>
    public static string Unpack(string outputFolder)
    {
        string folder = Path.Combine(outputFolder, "clips");
        using Stream archive = Assembly.GetExecutingAssembly().GetManifestResourceStream("Microsoft.ML.SeqConv.Samples.SpokenDigits.clips.zip")!;
        ZipFile.ExtractToDirectory(archive, folder, overwriteFiles: true);
        Console.WriteLine($"Unpacked clips of a speech synthesiser to {folder}; --data FOLDER takes real recordings.");
        return folder;
    }
}
