using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>Small archives that ask for much, and damaged ones, are refused before ML.NET's loaders see them.</summary>
public sealed class ModelArchiveTests : IDisposable
{
    private readonly TemporaryFile _file = new("model.zip");
    private readonly byte[] _model;

    public ModelArchiveTests()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(4, 24), 24);
        using var stream = new MemoryStream();
        context.Model.Save(
            context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84).Fit(data), data.Schema, stream);
        _model = stream.ToArray();
    }

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_whole_model_loads()
    {
        File.WriteAllBytes(_file.Path, _model);
        new MLContext().Model.LoadChecked(_file.Path, out DataViewSchema schema);
        Assert.NotNull(schema.GetColumnOrNull("Series"));
    }

    [Fact]
    public void Every_saved_model_of_the_repository_passes()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Folders.Repository, "test", "Models"), "*.zip"))
        {
            using FileStream stream = File.OpenRead(file);
            ModelArchive.Check(stream);
        }
    }

    [Theory]
    [InlineData(0x40000000)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_vector_type_of_more_dimensions_than_bytes_is_refused(int dimensions) => Refused(
        Rewrite("Schema", bytes =>
        {
            int at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[1, 0, 0, 0, 24, 0, 0, 0]);
            BitConverter.TryWriteBytes(bytes.AsSpan(at), dimensions);
            return bytes;
        }),
        FormattableString.Invariant(
            $"Its entry 'Schema' is no schema that can be read: a vector type declares {dimensions} ")
        + "dimensions in 4 bytes.");

    [Fact]
    public void More_columns_than_bytes_are_refused() => Refused(
        Rewrite("Schema", bytes =>
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(48), int.MaxValue);
            return bytes;
        }),
        FormattableString.Invariant($"Its entry 'Schema' is no schema that can be read: {int.MaxValue} columns and ")
        + "0 rows do not fit into ");

    [Fact]
    public void A_schema_is_known_however_it_is_compressed()
    {
        // Empty blocks before the data: a single read gives nothing, or little.
        byte[] schema = Schema(columns: 1, annotations: [(1 << 20, 5)]);
        byte[] blocks = [
            .. Enumerable.Repeat((byte[])[0, 0, 0, 0xFF, 0xFF], 1000).SelectMany(block => block), .. Deflated(schema)];
        Refused(Archive(("Schema", blocks, schema)),
            "Its entry 'Schema' is no schema that can be read: an annotation of 5 bytes at ");
    }

    [Fact]
    public void Annotations_that_share_bytes_are_refused()
    {
        byte[] block = Deflated(new byte[16 << 20]);
        byte[] two = Schema(columns: 2, annotations: [(0, block.Length)], block);
        Refused(Archive(("Schema", Deflated(two), two)),
            "Its entry 'Schema' is no schema that can be read: two columns have their annotations at ");
        byte[] often = Schema(columns: 1, annotations: [.. Enumerable.Repeat((0, block.Length), 60)], block);
        Refused(Archive(("Schema", Deflated(often), often)),
            "Its entry 'Schema' is no schema that can be read: its annotations ");
    }

    [Fact]
    public void Entries_that_overlap_or_repeat_are_refused()
    {
        byte[] zeros = new byte[1 << 20];
        byte[] random = new byte[100_000];
        new Random(1).NextBytes(random);
        Refused(Archive(("a", random, random)).Overlapping(100), "Its entries declare more than its ");
        Refused(Archive(("a", Deflated(zeros), zeros), ("a", Deflated(zeros), zeros)), "It has the entry 'a' 2 times.");
    }

    [Fact]
    public void A_small_archive_of_a_great_entry_is_refused()
        => Refused(Rewrite("Schema", _ => new byte[300 << 20]), "Its entry 'Schema' declares 314572800 bytes in ");

    [Fact]
    public void An_entry_of_more_bytes_than_it_declares_is_refused()
    {
        byte[] file = Rewrite("Schema", _ => new byte[30 << 20]);
        int declared = file.AsSpan().LastIndexOf(BitConverter.GetBytes(30 << 20));      // in the directory at the end
        BitConverter.TryWriteBytes(file.AsSpan(declared), 100);
        Refused(file, "");
    }

    [Fact]
    public void Flipped_bits_of_stored_entries_are_found()
    {
        byte[] file = Rewrite("", bytes => bytes, CompressionLevel.NoCompression);
        int at = file.AsSpan().IndexOf("SCMINIRK"u8);
        file[at + 200] ^= 1;
        Refused(file, "Its entry 'TransformerChain/");
    }

    [Fact]
    public void A_damaged_section_has_one_remedy()
    {
        byte[] file = ModelSections.Rewrite(_model, ModelSections.EntryOf(_model, "SeqConvMiniRocket"), bytes =>
        {
            bytes[ModelSections.PartOf(bytes).End.Value - 1] ^= 1;
            return bytes;
        });
        Refused(file, "The section 'SeqConvMiniRocket' of the model file is damaged: "
            + "Its checksum does not match its content. "
            + "Save the model again, or download the file again.");
    }

    [Fact]
    public void Damage_of_any_kind_is_one_error_that_names_the_file()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            var damaged = (byte[])_model.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_file.Path, i % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            try
            {
                new MLContext().Model.LoadChecked(_file.Path, out _);
            }
            catch (FormatException error)
            {
                Assert.StartsWith($"The model file '{_file.Path}' cannot be loaded: ", error.Message);
                Assert.EndsWith(". Save the model again, or download the file again.", error.Message);
            }
        }
    }

    [Fact]
    public void A_limit_is_an_argument()
    {
        File.WriteAllBytes(_file.Path, _model);
        string message = Assert.Throws<FormatException>(
            () => new MLContext().Model.LoadChecked(_file.Path, out _, maxBytes: 100)).Message;
        Assert.Equal($"The model file '{_file.Path}' cannot be loaded: Its entries declare more than 100 bytes. "
            + "Save the model again, or download the file again.", message);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MLContext().Model.LoadChecked(_file.Path, out _, maxBytes: 0));
        Assert.StartsWith("The model 'nowhere.zip' does not exist.", Assert.Throws<FileNotFoundException>(
            () => new MLContext().Model.LoadChecked("nowhere.zip", out _)).Message);
    }

    [Fact]
    public void Missing_assemblies_and_libraries_are_not_blamed_on_the_file()
    {
        Assert.True(ModelArchive.IsFromElsewhere(new TargetInvocationException(new FileNotFoundException("a.dll"))));
        Assert.True(ModelArchive.IsFromElsewhere(new TypeInitializationException("T", new DllNotFoundException("a"))));
        Assert.True(ModelArchive.IsFromElsewhere(new FileLoadException("a.dll")));
        Assert.True(ModelArchive.IsFromElsewhere(new OutOfMemoryException()));
        Assert.False(ModelArchive.IsFromElsewhere(new TargetInvocationException(new EndOfStreamException())));
        Assert.False(ModelArchive.IsFromElsewhere(new FormatException("It is cut short.")));
    }

    private void Refused(byte[] file, string expected)
    {
        File.WriteAllBytes(_file.Path, file);
        long before = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        FormatException error = Assert.Throws<FormatException>(
            () => new MLContext().Model.LoadChecked(_file.Path, out _));
        Assert.StartsWith(expected,
            error.Message.Replace($"The model file '{_file.Path}' cannot be loaded: ", "", StringComparison.Ordinal));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200L << 20);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
    }

    private byte[] Rewrite(string name, Func<byte[], byte[]> edit, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var output = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(_model)))
        using (var target = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (Stream stream = entry.Open())
                    stream.CopyTo(content);
                using Stream written = target.CreateEntry(entry.FullName, level).Open();
                written.Write(entry.FullName == name ? edit(content.ToArray()) : content.ToArray());
            }
        }

        return output.ToArray();
    }

    /// <summary>A schema as ML.NET's binary saver writes it, of columns that share their annotations.</summary>
    /// <param name="columns">Columns.</param>
    /// <param name="annotations">Where the bytes of each are, counted from those given, and how many they are.</param>
    /// <param name="bytes">The bytes of annotations.</param>
    private static byte[] Schema(int columns, (int At, int Length)[] annotations, byte[]? bytes = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("CML\0DVB\0"u8);
        writer.Write(1L);
        writer.Write(1L);
        writer.Write(256L);                 // the table
        writer.Write(0L);
        writer.Write(0L);
        writer.Write(columns);
        writer.Write(new byte[256 - stream.Position]);
        const int column = 2 + 7 + 1 + 1 + 1 + 8 + 8;
        long shared = 256 + columns * column;
        const int annotation = 2 + 7 + 1 + 1 + 8 + 5;
        long data = shared + 1 + annotations.Length * annotation;
        for (int i = 0; i < columns; i++)
        {
            writer.Write("c");
            WriteCodec(writer);
            writer.Write((byte)0);
            writer.Write7BitEncodedInt64(1);
            writer.Write(0L);
            writer.Write(shared);
        }

        writer.Write7BitEncodedInt64(annotations.Length);
        foreach ((int at, int length) in annotations)
        {
            writer.Write("k");
            WriteCodec(writer);
            writer.Write((byte)1);
            writer.Write(data + at);
            writer.Write((ReadOnlySpan<byte>)[
                (byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)((length >> 14) | 0x80),
                (byte)((length >> 21) | 0x80), 0]);
        }

        writer.Write(bytes ?? []);
        return stream.ToArray();
    }

    private static void WriteCodec(BinaryWriter writer)
    {
        writer.Write("Single");
        writer.Write7BitEncodedInt64(0);
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>An archive whose compressed bytes are given: stored where they are the content.</summary>
    private static RawArchive Archive(params (string Name, byte[] Compressed, byte[] Content)[] entries)
        => new(entries);

    private void Refused(RawArchive archive, string expected) => Refused(archive.ToArray(), expected);

    private sealed class RawArchive((string Name, byte[] Compressed, byte[] Content)[] entries)
    {
        private int _repeats = 1;

        /// <summary>Lists each entry that many times, under other names, over the same bytes.</summary>
        public RawArchive Overlapping(int times)
        {
            _repeats = times;
            return this;
        }

        public byte[] ToArray()
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            var places = new List<uint>();
            foreach ((string name, byte[] compressed, byte[] content) in entries)
            {
                places.Add((uint)stream.Position);
                writer.Write(0x04034B50u);
                WriteHeader(writer, name, compressed, content);
                writer.Write(System.Text.Encoding.ASCII.GetBytes(name));
                writer.Write(compressed);
            }

            uint directory = (uint)stream.Position;
            for (int i = 0; i < entries.Length * _repeats; i++)
            {
                (string name, byte[] compressed, byte[] content) = entries[i % entries.Length];
                string listed = i < entries.Length ? name : FormattableString.Invariant($"{name}{i}");
                writer.Write(0x02014B50u);
                writer.Write((ushort)20);
                WriteHeader(writer, listed, compressed, content);
                writer.Write(new byte[2 + 2 + 2 + 4]);
                writer.Write(places[i % entries.Length]);
                writer.Write(System.Text.Encoding.ASCII.GetBytes(listed));
            }

            uint end = (uint)stream.Position;
            writer.Write(0x06054B50u);
            writer.Write(0u);
            writer.Write((ushort)(entries.Length * _repeats));
            writer.Write((ushort)(entries.Length * _repeats));
            writer.Write(end - directory);
            writer.Write(directory);
            writer.Write((ushort)0);
            return stream.ToArray();
        }

        private static void WriteHeader(BinaryWriter writer, string name, byte[] compressed, byte[] content)
        {
            writer.Write((ushort)20);
            writer.Write((ushort)0);
            writer.Write((ushort)(ReferenceEquals(compressed, content) ? 0 : 8));
            writer.Write(0u);
            writer.Write(Crc32.Of(content));
            writer.Write((uint)compressed.Length);
            writer.Write((uint)content.Length);
            writer.Write((ushort)name.Length);
            writer.Write((ushort)0);
        }
    }
}
