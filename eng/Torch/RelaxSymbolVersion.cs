using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of a 64-bit little-endian ELF library in which the need for one symbol version is marked weak, so that
/// the loader of a system whose library lacks that version goes on. Only right where nothing that is called needs the
/// version. (Compiled by MSBuild from this source: C# 7.)
/// </summary>
public sealed class RelaxSymbolVersion : Task
{
    private const uint SectionOfVersionNeeds = 0x6ffffffe;      // SHT_GNU_verneed
    private const byte Weak = 2;                                // VER_FLG_WEAK

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    /// <summary>For example GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] library = File.ReadAllBytes(Source);
        if (library.Length < 64 || library[0] != 0x7f || library[1] != 'E' || library[4] != 2)
        {
            Log.LogError("{0} is no 64-bit ELF library.", Source);
            return false;
        }

        Relax(library, Encoding.ASCII.GetBytes(Version + "\0"));
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, library);
        if (File.Exists(Destination))
            File.Delete(Destination);       // replaced, never written through: it may be hard-linked
        File.Move(temporary, Destination);
        return true;
    }

    // Section headers, then the list of needed files, each with its list of needed versions (System V ABI; Linux
    // Standard Base, symbol versioning).
    private static void Relax(byte[] library, byte[] version)
    {
        int headers = (int)BitConverter.ToInt64(library, 0x28);
        int size = BitConverter.ToUInt16(library, 0x3A);
        int count = BitConverter.ToUInt16(library, 0x3C);
        for (int i = 0; i < count; i++)
        {
            int section = headers + i * size;
            if (BitConverter.ToUInt32(library, section + 4) != SectionOfVersionNeeds)
                continue;
            int names = (int)BitConverter.ToInt64(library,
                headers + BitConverter.ToInt32(library, section + 40) * size + 24);
            int file = (int)BitConverter.ToInt64(library, section + 24);
            for (int next = -1; next != 0; file += next)
            {
                int need = file + BitConverter.ToInt32(library, file + 8);
                for (int k = BitConverter.ToUInt16(library, file + 2); k > 0; k--)
                {
                    if (StartsWith(library, names + BitConverter.ToInt32(library, need + 8), version))
                        library[need + 4] |= Weak;
                    need += BitConverter.ToInt32(library, need + 12);
                }

                next = BitConverter.ToInt32(library, file + 12);
            }
        }
    }

    private static bool StartsWith(byte[] bytes, int at, byte[] pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (bytes[at + i] != pattern[i])
                return false;
        }

        return true;
    }
}
