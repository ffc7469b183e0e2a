using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Data;
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
        context.Model.Save(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84).Fit(data), data.Schema, stream);
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
        FormattableString.Invariant($"Its entry 'Schema' is no schema that can be read: a vector type declares {dimensions} dimensions in 4 bytes."));

    [Fact]
    public void More_columns_than_bytes_are_refused() => Refused(
        Rewrite("Schema", bytes =>
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(48), int.MaxValue);
            return bytes;
        }),
        FormattableString.Invariant($"Its entry 'Schema' is no schema that can be read: {int.MaxValue} columns and 0 rows do not fit into "));

    [Fact]
    public void A_small_archive_of_a_great_entry_is_refused() => Refused(Rewrite("Schema", _ => new byte[300 << 20]), "Its entry 'Schema' declares 314572800 bytes in ");

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
        string message = Assert.Throws<FormatException>(() => new MLContext().Model.LoadChecked(_file.Path, out _, maxBytes: 100)).Message;
        Assert.Equal($"The model file '{_file.Path}' cannot be loaded: Its entries declare more than 100 bytes. Save the model again, or download the file again.", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MLContext().Model.LoadChecked(_file.Path, out _, maxBytes: 0));
        Assert.StartsWith("The model 'nowhere.zip' does not exist.", Assert.Throws<FileNotFoundException>(() => new MLContext().Model.LoadChecked("nowhere.zip", out _)).Message);
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
        FormatException error = Assert.Throws<FormatException>(() => new MLContext().Model.LoadChecked(_file.Path, out _));
        Assert.StartsWith($"The model file '{_file.Path}' cannot be loaded: {expected}", error.Message);
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
}
