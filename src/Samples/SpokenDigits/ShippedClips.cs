using System.IO.Compression;
using System.Reflection;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>
/// The spoken digits of a speech synthesiser that come with the samples; eng/SpokenDigits makes them.
/// </summary>
internal static class ShippedClips
{
    /// <summary>Unpacks the clips into a folder and names it.</summary>
    public static string Unpack(string outputFolder)
    {
        string folder = Path.Combine(outputFolder, "clips");
        using Stream archive = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("Microsoft.ML.SeqConv.Samples.SpokenDigits.clips.zip")!;
        ZipFile.ExtractToDirectory(archive, folder, overwriteFiles: true);
        Console.WriteLine($"Unpacked clips of a speech synthesiser to {folder}; --data FOLDER takes real recordings.");
        return folder;
    }

    /// <summary>The sample rate of loaded clips: their column has it as an annotation.</summary>
    public static int SampleRateOf(IDataView clips)
    {
        int rate = 0;
        clips.Schema["Audio"].Annotations.GetValue("SampleRate", ref rate);
        return rate;
    }

    /// <summary>
    /// Unpacks a .zip file into the folder of its name beside it, unless that is there, and names the folder.
    /// </summary>
    public static string UnpackBeside(string archive)
    {
        string folder = Path.ChangeExtension(Path.GetFullPath(archive), null);
        if (Directory.Exists(folder))
            return folder;
        string part = $"{folder}.{Guid.NewGuid():N}.tmp";       // another process sees all files or none
        try
        {
            ZipFile.ExtractToDirectory(archive, part);
            Directory.Move(part, folder);
        }
        catch (InvalidDataException error)
        {
            throw new FormatException($"The file '{archive}' is no .zip file that can be read: "
                + $"{error.Message.TrimEnd('.')}. Pack the recordings again, or name their folder.", error);
        }
        catch (IOException) when (Directory.Exists(part) && Directory.Exists(folder))
        {
            Directory.Delete(part, recursive: true);            // the other process was faster
        }

        return folder;
    }
}
