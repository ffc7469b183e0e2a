using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>Damage of any byte is one error, before anything is interpreted.</summary>
public class ChecksummedFileTests
{
    private static readonly ChecksummedFile Format = new("ABCD"u8.ToArray(), version: 3);

    [Fact]
    public void Every_flipped_bit_missing_byte_and_extra_byte_is_found()
    {
        using var file = new TemporaryFile("some.file");
        byte[] bytes = Written(file);
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(file, damaged);
        }

        for (int length = 0; length < bytes.Length; length++)
            Refused(file, bytes[..length]);
        Refused(file, [.. bytes, 0]);
        Assert.Equal("Its checksum does not match its content.",
            Refused(file, [.. bytes[..^1], (byte)(bytes[^1] + 1)]));
        Assert.Equal("It declares 9 bytes of content and has 10.", Refused(file, [.. bytes, 0]));
        Assert.Equal("It begins with other bytes than such a file.", Refused(file, [0, .. bytes]));
    }

    [Fact]
    public void Versions_are_named_and_version_1_has_no_frame()
    {
        using var file = new TemporaryFile("some.file");
        byte[] bytes = Written(file);
        File.WriteAllBytes(file.Path, Checksums.WithoutFrame(bytes, signatureLength: 4));
        Assert.Equal((7, "text"), Format.Read(file.Path, Content));
        Assert.Equal("Its content ends at byte 17 instead of 18.",
            Refused(file, [.. Checksums.WithoutFrame(bytes, signatureLength: 4), 0]));
        bytes[4] = 4;
        Checksums.Correct(bytes);
        Assert.Equal("It has the version 4; this library reads 1 to 3.", Refused(file, bytes));
    }

    [Fact]
    public void Content_that_is_not_read_to_its_end_is_refused_though_its_checksum_was_corrected()
    {
        using var file = new TemporaryFile("some.file");
        byte[] bytes = Written(file);
        byte[] longer = [.. bytes[..^Checksums.Length], 0, .. bytes[^Checksums.Length..]];
        BitConverter.TryWriteBytes(longer.AsSpan(8), 10L);
        Checksums.Correct(longer);
        Assert.Equal("Its content ends at byte 9 instead of 10.", Refused(file, longer));
    }

    private static byte[] Written(TemporaryFile file)
    {
        Format.Write(file.Path, writer =>
        {
            writer.Write(7);
            writer.Write("text");
        });
        Assert.Equal((7, "text"), Format.Read(file.Path, Content));
        Assert.Equal(["some.file"], file.Files);
        return File.ReadAllBytes(file.Path);
    }

    private static (int, string) Content(BinaryReader reader) => (reader.ReadInt32(), reader.ReadString());

    private static string Refused(TemporaryFile file, byte[] bytes)
    {
        File.WriteAllBytes(file.Path, bytes);
        return Assert.Throws<FormatException>(() => Format.Read(file.Path, Content)).Message;
    }
}
