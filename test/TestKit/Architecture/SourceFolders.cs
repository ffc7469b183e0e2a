using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.SeqConv.TestKit.Architecture;

/// <summary>The folder that each type of a compiled assembly was written in, from its debugging information.</summary>
public sealed class SourceFolders
{
    // Portable PDB format: the documents of types whose methods have no code of their own.
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly Dictionary<int, string> _folders = [];     // by the metadata token of the type

    private SourceFolders(Assembly assembly) => Assembly = assembly;

    /// <summary>The assembly.</summary>
    public Assembly Assembly { get; }

    /// <summary>Reads the debugging information beside an assembly.</summary>
    public static SourceFolders Read(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var image = new PEReader(File.OpenRead(assembly.Location));
        if (!image.TryOpenAssociatedPortablePdb(
            assembly.Location, path => File.Exists(path) ? File.OpenRead(path) : null,
            out MetadataReaderProvider? provider, out _))
            throw new FileNotFoundException($"There is no debugging information beside '{assembly.Location}'.");
        using (provider)
        {
            var folders = new SourceFolders(assembly);
            folders.Read(image.GetMetadataReader(), provider!.GetMetadataReader());
            return folders;
        }
    }

    /// <summary>
    /// The folder of a type within its project, for example <c>MiniRocket</c>; empty for a type whose source is
    /// generated or lies in the project's own folder.
    /// </summary>
    public string Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        while (type.DeclaringType is { } outer)
            type = outer;
        return _folders.GetValueOrDefault(type.MetadataToken, "");
    }

    private void Read(MetadataReader metadata, MetadataReader symbols)
    {
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            if (!type.GetDeclaringType().IsNil)
                continue;
            string? document = Documents(metadata, symbols, handle).FirstOrDefault();
            if (document is not null)
                _folders[MetadataTokens.GetToken(handle)] = FolderOf(document);
        }
    }

    private static IEnumerable<string> Documents(
        MetadataReader metadata, MetadataReader symbols, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            MethodDebugInformation information = symbols.GetMethodDebugInformation(method.ToDebugInformationHandle());
            if (!information.Document.IsNil)
                yield return symbols.GetString(symbols.GetDocument(information.Document).Name);
        }

        foreach (CustomDebugInformationHandle custom in symbols.GetCustomDebugInformation(handle))
        {
            CustomDebugInformation information = symbols.GetCustomDebugInformation(custom);
            if (symbols.GetGuid(information.Kind) != TypeDefinitionDocuments)
                continue;
            BlobReader blob = symbols.GetBlobReader(information.Value);
            while (blob.RemainingBytes > 0)
            {
                DocumentHandle document = MetadataTokens.DocumentHandle(blob.ReadCompressedInteger());
                yield return symbols.GetString(symbols.GetDocument(document).Name);
            }
        }

        foreach (TypeDefinitionHandle nested in type.GetNestedTypes())
        {
            foreach (string document in Documents(metadata, symbols, nested))
                yield return document;
        }
    }

    private string FolderOf(string document)
    {
        string project = $"/{Assembly.GetName().Name}/";
        string path = document.Replace('\\', '/');
        int start = path.LastIndexOf(project, StringComparison.Ordinal);
        if (start < 0 || path.Contains("/obj/", StringComparison.Ordinal))
            return "";
        string inside = path[(start + project.Length)..];
        int end = inside.LastIndexOf('/');
        return end < 0 ? "" : inside[..end];
    }
}
