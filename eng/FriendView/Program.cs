// Writes friend views: compile-time copies of assemblies whose internal types and members are public, and whose private
// protected members are protected, which is what InternalsVisibleTo would show. The copies serve the compiler alone;
// the program that was compiled runs on the originals.
//
// usage: FriendView OUTPUT-FOLDER ASSEMBLY...
using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: FriendView OUTPUT-FOLDER ASSEMBLY...");
    return 2;
}

Directory.CreateDirectory(args[0]);
foreach (string path in args.Skip(1))
{
    byte[] image = File.ReadAllBytes(path);
    OpenMetadata(image);
    File.WriteAllBytes(Path.Combine(args[0], Path.GetFileName(path)), image);
}

return 0;

// Visibility stands in the flag columns of three metadata tables (ECMA-335 II.22): it is patched in place,
// so no offset moves.
static void OpenMetadata(byte[] image)
{
    using var file = new PEReader(new MemoryStream(image, writable: false));
    MetadataReader metadata = file.GetMetadataReader();
    int start = file.PEHeaders.MetadataStartOffset;

    // TypeDef: Flags (4 bytes) is the first column. MethodDef: RVA (4), ImplFlags (2), Flags (2). Field: Flags (2).
    foreach (Span<byte> flags in Rows(TableIndex.TypeDef, 0))
        BinaryPrimitives.WriteInt32LittleEndian(flags,
            (int)OpenType((TypeAttributes)BinaryPrimitives.ReadInt32LittleEndian(flags)));
    foreach (Span<byte> flags in Rows(TableIndex.MethodDef, 6))
        BinaryPrimitives.WriteUInt16LittleEndian(flags,
            (ushort)OpenMember(BinaryPrimitives.ReadUInt16LittleEndian(flags)));
    foreach (Span<byte> flags in Rows(TableIndex.Field, 0))
        BinaryPrimitives.WriteUInt16LittleEndian(flags,
            (ushort)OpenMember(BinaryPrimitives.ReadUInt16LittleEndian(flags)));

    TableRows Rows(TableIndex table, int column) => new(image, start + metadata.GetTableMetadataOffset(table) + column,
        metadata.GetTableRowSize(table), metadata.GetTableRowCount(table));
}

static TypeAttributes OpenType(TypeAttributes flags)
{
    TypeAttributes visibility = (flags & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.NotPublic => TypeAttributes.Public,
        TypeAttributes.NestedAssembly => TypeAttributes.NestedPublic,
        TypeAttributes.NestedFamORAssem => TypeAttributes.NestedPublic,
        TypeAttributes.NestedFamANDAssem => TypeAttributes.NestedFamily,
        var unchanged => unchanged,
    };
    return (flags & ~TypeAttributes.VisibilityMask) | visibility;
}

// Fields and methods share these bits. "protected internal" stays: an override outside the assembly
// must say "protected".
static int OpenMember(int flags)
{
    const int mask = (int)MethodAttributes.MemberAccessMask;
    int access = (MethodAttributes)(flags & mask) switch
    {
        MethodAttributes.Assembly => (int)MethodAttributes.Public,
        MethodAttributes.FamANDAssem => (int)MethodAttributes.Family,
        var unchanged => (int)unchanged,
    };
    return (flags & ~mask) | access;
}

internal readonly ref struct TableRows(Span<byte> image, int offset, int rowSize, int rowCount)
{
    private readonly Span<byte> _image = image;

    public Enumerator GetEnumerator() => new(_image, offset - rowSize, rowSize, rowCount);

    public ref struct Enumerator(Span<byte> image, int offset, int rowSize, int remaining)
    {
        private readonly Span<byte> _image = image;
        private int _offset = offset;
        private int _remaining = remaining;

        public readonly Span<byte> Current => _image[_offset..];

        public bool MoveNext()
        {
            _offset += rowSize;
            return _remaining-- > 0;
        }
    }
}
