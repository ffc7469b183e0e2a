using System.Reflection;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.TestKit.Architecture;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Architecture;

/// <summary>
/// What this library uses of ML.NET's internals: all of it exists, all of it is listed with full signatures, and all of
/// it is in one folder.
/// </summary>
public class SeamTests
{
    private const string Seam = "MLNet";

    private static readonly string ListFile = Path.Combine(
        Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests", "Architecture", "InternalMembers.txt");

    private static readonly Assembly[] Libraries =
        [typeof(MLContextExtensions).Assembly, typeof(SeriesNetworkCatalog).Assembly];

    // Reading the instructions of every method resolves every member that they name, and fails with the name of one
    // that this version of ML.NET lacks.
    [Fact]
    public void Every_internal_member_in_use_exists_and_is_listed()
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (CompiledUses uses in Libraries.SelectMany(UsesOf).Select(use => use.Uses))
        {
            used.UnionWith(uses.Named.Where(IsInternal).Select(NameOf));
            used.UnionWith(uses.Overridden.Where(IsInternal).Select(member => $"override {NameOf(member)}"));
        }

        string actual = string.Join('\n', used);
        string listed = File.ReadAllText(ListFile).ReplaceLineEndings("\n").Trim();
        Assert.True(
            actual == listed,
            $"The internal members in use differ from {Path.GetFileName(ListFile)}. They are now:\n{actual}");
    }

    [Fact]
    public void Only_the_seam_uses_internal_members()
    {
        string[] offenders =
        [
            .. Libraries.SelectMany(UsesOf).Where(use => use.Folder != Seam).SelectMany(use
                => use.Uses.Named.Concat(use.Uses.Overridden).Where(IsInternal)
                    .Select(member => $"{use.Type}: {NameOf(member)}")),
        ];
        Assert.True(
            offenders.Length == 0,
            $"Internal members of ML.NET are used outside {Seam}/:\n{string.Join('\n', offenders)}");
    }

    [Theory]
    [InlineData(typeof(CallsInternalMember), "Boolean IsKey")]
    [InlineData(typeof(InheritsInternalType), "KeyedCollection")]
    [InlineData(typeof(OverridesMember), "ToString()")]
    public void Uses_are_found_in_calls_base_types_and_overrides(Type type, string expected)
    {
        CompiledUses uses = CompiledUses.Of(type);
        Assert.Contains(uses.Named.Concat(uses.Overridden),
            member => NameOf(member).Contains(expected, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Type, string Folder, CompiledUses Uses)> UsesOf(Assembly library)
    {
        SourceFolders folders = SourceFolders.Read(library);
        foreach (Type type in library.GetTypes())
            yield return (type.FullName!, folders.Of(type), CompiledUses.Of(type));
        yield return ("the assembly's attributes", Seam, CompiledUses.OfAttributes(library));
    }

    private static bool IsInternal(MemberInfo member)
    {
        Type type = member as Type ?? member.DeclaringType!;
        if (type.Assembly.GetName().Name is not ("Microsoft.ML.Core" or "Microsoft.ML.Data"))
            return false;
        return !type.IsVisible || member switch
        {
            MethodBase method => !(method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly),
            FieldInfo field => !(field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly),
            _ => false,
        };
    }

    private static string NameOf(MemberInfo member)
        => member is Type type ? type.FullName! : $"{member.DeclaringType!.FullName}: {member}";

    private sealed class CallsInternalMember
    {
        public bool Ask(SchemaShape.Column column) => column.IsKey;
    }

    private sealed class InheritsInternalType : System.Collections.ObjectModel.KeyedCollection<int, string>
    {
        protected override int GetKeyForItem(string item) => item.Length;
    }

    private sealed class OverridesMember
    {
        public override string ToString() => "";
    }
}
