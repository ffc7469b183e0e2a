using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Interop;

/// <summary>What this library uses of ML.NET's internals: all of it is there, all of it is listed, and all of it stays in one folder.</summary>
public class SurfaceTests
{
    private static readonly string ListFile = Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests", "Interop", "InternalMembers.txt");

    [Fact]
    public void Every_member_that_is_used_exists()
    {
        Assembly library = typeof(MLContextExtensions).Assembly;
        var missing = new List<string>();
        foreach (int token in References(library))
        {
            try
            {
                library.ManifestModule.ResolveMember(token, [typeof(object), typeof(object)], [typeof(object), typeof(object)]);
            }
            catch (Exception error) when (error is MissingMemberException or TypeLoadException)
            {
                missing.Add(error.Message);
            }
        }

        Assert.True(missing.Count == 0, "This version of ML.NET lacks members that the library uses:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Every_internal_member_that_is_used_is_listed()
    {
        string actual = string.Join('\n', InternalMembers().Select(Describe).Distinct().Order(StringComparer.Ordinal));
        string listed = File.ReadAllText(ListFile).ReplaceLineEndings("\n").Trim();
        Assert.True(actual == listed, $"The internal members in use differ from {Path.GetFileName(ListFile)}. They are now:\n{actual}");
    }

    [Fact]
    public void Only_the_interop_folder_names_internal_types()
    {
        string[] names = [.. InternalMembers().Select(member => (member as Type ?? member.DeclaringType)!).Where(type => !type.IsVisible)
            .Select(type => Regex.Replace(type.Name, "(Attribute)?(`.*)?$", "")).Distinct()];
        Assert.NotEmpty(names);
        var word = new Regex($@"\b({string.Join('|', names.Select(Regex.Escape))})\b");
        string interop = Path.DirectorySeparatorChar + "Interop" + Path.DirectorySeparatorChar;
        string[] offenders =
        [
            .. Directory.EnumerateFiles(Path.Combine(Folders.Repository, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains(interop, StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(file => File.ReadLines(file).Where(line => word.IsMatch(line)).Select(line => $"{file}: {line.Trim()}")),
        ];
        Assert.True(offenders.Length == 0, "Internal members of ML.NET are named outside Interop/:\n" + string.Join('\n', offenders));
    }

    private static IEnumerable<MemberInfo> InternalMembers()
    {
        Assembly library = typeof(MLContextExtensions).Assembly;
        foreach (int token in References(library))
        {
            MemberInfo member = library.ManifestModule.ResolveMember(token, [typeof(object), typeof(object)], [typeof(object), typeof(object)])!;
            Type type = (member as Type ?? member.DeclaringType)!;
            bool isPublic = member switch
            {
                Type t => t.IsVisible,
                MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
                FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
                _ => true,
            };
            if (type.Assembly.GetName().Name is "Microsoft.ML.Core" or "Microsoft.ML.Data" && !(isPublic && type.IsVisible))
                yield return member;
        }
    }

    private static IEnumerable<int> References(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(handle => MetadataTokens.GetToken(handle)),
            .. metadata.MemberReferences.Select(handle => MetadataTokens.GetToken(handle)),
        ];
    }

    private static string Describe(MemberInfo member) => member switch
    {
        Type type => Name(type),
        MethodBase method => $"{Name(method.DeclaringType!)}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))})",
        _ => $"{Name(member.DeclaringType!)}.{member.Name}",
    };

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToString();
}
