using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Interop;

/// <summary>What this library uses of ML.NET's internals: all of it is there, all of it is listed, and all of it stays in one folder.</summary>
public class SurfaceTests
{
    private static readonly string ListFile = Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests", "Interop", "InternalMembers.txt");

    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    [Fact]
    public void Every_member_that_is_used_exists()
    {
        string[] missing = [.. Uses().Where(use => use.Members.Length == 0).Select(use => use.Name)];
        Assert.True(missing.Length == 0, "This version of ML.NET lacks members that the library uses:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Every_internal_member_that_is_used_is_listed()
    {
        string actual = string.Join('\n', Uses().Where(use => use.IsInternal).Select(use => use.Name).Distinct().Order(StringComparer.Ordinal));
        string listed = File.ReadAllText(ListFile).ReplaceLineEndings("\n").Trim();
        Assert.True(actual == listed, $"The internal members in use differ from {Path.GetFileName(ListFile)}. They are now:\n{actual}");
    }

    [Fact]
    public void Only_the_interop_folder_names_internal_types()
    {
        string[] names = [.. Uses().Select(use => use.Type).Where(type => type is { IsVisible: false }).Select(type => Regex.Replace(type!.Name, "(Attribute)?(`.*)?$", "")).Distinct()];
        Assert.NotEmpty(names);
        var word = new Regex($@"\b({string.Join('|', names.Select(Regex.Escape))})\b");
        string separator = Path.DirectorySeparatorChar.ToString();
        string[] offenders =
        [
            .. Directory.EnumerateFiles(Path.Combine(Folders.Repository, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{separator}Interop{separator}", StringComparison.Ordinal) && !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal))
                .SelectMany(file => File.ReadLines(file).Where(line => word.IsMatch(line)).Select(line => $"{file}: {line.Trim()}")),
        ];
        Assert.True(offenders.Length == 0, "Internal types of ML.NET are named outside Interop/:\n" + string.Join('\n', offenders));
    }

    // Every type and member of the two assemblies that the compiled libraries refer to.
    private static List<Use> Uses() => [.. Uses(typeof(MLContextExtensions).Assembly), .. Uses(typeof(SeriesNetworkCatalog).Assembly)];

    private static List<Use> Uses(Assembly library)
    {
        using var file = new PEReader(File.OpenRead(library.Location));
        MetadataReader metadata = file.GetMetadataReader();
        var uses = new List<Use>();
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            if (FindType(metadata, handle, out string name, out Type? type))
                uses.Add(new Use(name, type, type is null ? [] : [type]));
        }

        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (!FindType(metadata, member.Parent, out string name, out Type? type))
                continue;
            string memberName = metadata.GetString(member.Name);
            int? parameters = ParameterCount(metadata.GetBlobReader(member.Signature));
            MemberInfo[] candidates = [.. (type?.GetMember(memberName, Everything) ?? []).Where(m => parameters is null ? m is FieldInfo : m is MethodBase method && method.GetParameters().Length == parameters)];
            uses.Add(new Use($"{name}.{memberName}{(parameters is null ? "" : $"({parameters})")}", type, candidates));
        }

        return uses;
    }

    private static bool FindType(MetadataReader metadata, EntityHandle handle, out string name, out Type? type)
    {
        name = "";
        type = null;
        if (handle.Kind == HandleKind.TypeSpecification)
        {
            // A generic instance: its code, class or value type, then the generic type (ECMA-335 II.23.2.12).
            BlobReader signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
            if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                return false;
            signature.ReadByte();
            return FindType(metadata, signature.ReadTypeHandle(), out name, out type);
        }

        if (handle.Kind != HandleKind.TypeReference)
            return false;
        TypeReference reference = metadata.GetTypeReference((TypeReferenceHandle)handle);
        string simpleName = metadata.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            if (!FindType(metadata, reference.ResolutionScope, out string outer, out Type? outerType))
                return false;
            name = $"{outer}+{simpleName}";
            type = outerType?.GetNestedType(simpleName, Everything);
            return true;
        }

        string assembly = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        if (assembly is not ("Microsoft.ML.Core" or "Microsoft.ML.Data"))
            return false;
        name = $"{metadata.GetString(reference.Namespace)}.{simpleName}";
        type = Assembly.Load(assembly).GetType(name);
        return true;
    }

    private static int? ParameterCount(BlobReader signature)
    {
        SignatureHeader header = signature.ReadSignatureHeader();
        if (header.Kind == SignatureKind.Field)
            return null;
        if (header.IsGeneric)
            signature.ReadCompressedInteger();
        return signature.ReadCompressedInteger();
    }

    private sealed record Use(string Name, Type? Type, MemberInfo[] Members)
    {
        public bool IsInternal => Type is { IsVisible: false } || (Members.Length > 0 && Members.All(member => member switch
        {
            MethodBase method => !(method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly),
            FieldInfo data => !(data.IsPublic || data.IsFamily || data.IsFamilyOrAssembly),
            _ => false,
        }));
    }
}
